import struct
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from generations.media.errors import NotVideo, NotWhole, ProbeFailed
from generations.media.probe import MAX_SIDE, VideoFacts, check_boxes, probe
from tests.media.conftest import box, encode

FTYP = box(b"ftyp", b"isom\0\0\2\0")
MOOV, MDAT = box(b"moov", b"m" * 20), box(b"mdat", b"d" * 40)
LARGE_MDAT = struct.pack(">I4sQ", 1, b"mdat", 16 + 40) + b"d" * 40
OPEN_MDAT = struct.pack(">I4s", 0, b"mdat") + b"d" * 40


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def put(data: bytes) -> Path:
        path = tmp_path / "file.mp4"
        path.write_bytes(data)
        return path

    return put


@pytest.mark.parametrize(
    "data",
    [
        FTYP + MOOV + MDAT,
        FTYP + MDAT + MOOV,
        FTYP + MOOV + LARGE_MDAT,
        FTYP + MOOV + OPEN_MDAT,
        FTYP + box(b"free") + MOOV + MDAT + MDAT,
    ],
)
def test_whole_boxes(write: Callable[[bytes], Path], data: bytes) -> None:
    check_boxes(write(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ftyp",
        b"<!doctype html><html><body>",
        b'{"message": "Not found"}',
        b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        b"\x1aE\xdf\xa3" + bytes(60),
        MOOV + FTYP + MDAT,
        struct.pack(">I4s", 4, b"ftyp") + MOOV + MDAT,
        FTYP + box(b"free") * 10_000,
        bytes(500),
    ],
)
def test_not_a_video(write: Callable[[bytes], Path], data: bytes) -> None:
    with pytest.raises(NotVideo):
        check_boxes(write(data))


@pytest.mark.parametrize(
    "data",
    [
        FTYP,
        FTYP + MOOV,
        FTYP + MDAT,
        FTYP + MOOV + MDAT[:-1],
        FTYP + MOOV + LARGE_MDAT[:-1],
        FTYP + MOOV + MDAT + b"\0\0\0",
        FTYP + MOOV + MDAT + bytes(64),
        FTYP + MOOV + struct.pack(">I4s", 7, b"mdat") + b"d" * 40,
        FTYP + MOOV + struct.pack(">I4sQ", 1, b"mdat", 15) + b"d" * 40,
        FTYP + MOOV + struct.pack(">I4sQ", 1, b"mdat", 2**64 - 1) + b"d" * 40,
        FTYP + OPEN_MDAT + MOOV,
        struct.pack(">I4s", 9999, b"ftyp") + MOOV + MDAT,
        FTYP + struct.pack(">I4s", 20, b"moov") + MOOV + MDAT,
    ],
)
def test_not_whole(write: Callable[[bytes], Path], data: bytes) -> None:
    with pytest.raises(NotWhole):
        check_boxes(write(data))


def test_facts(clip: Path) -> None:
    assert probe(clip) == VideoFacts(320, 180, 2.0, "h264", 24, False)


def test_every_cut_is_noticed(clip: Path, write: Callable[[bytes], Path]) -> None:
    data = clip.read_bytes()
    for tenths in range(1, 10):
        with pytest.raises(NotWhole):
            probe(write(data[: len(data) * tenths // 10]))


def test_decoder_alone_would_take_a_cut_file(tmp_path: Path, clip: Path) -> None:
    """Why the boxes are walked: with moov at the front, opening a cut file raises nothing."""
    front, cut = tmp_path / "front.mp4", tmp_path / "cut.mp4"
    with av.open(str(clip)) as source, av.open(str(front), "w", options={"movflags": "faststart"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    data = front.read_bytes()
    cut.write_bytes(data[: len(data) * 6 // 10 + 1000])
    with av.open(str(cut), format="mov") as container:
        assert container.streams.video[0].frames == 24
    with pytest.raises(NotWhole):
        probe(cut)


def test_facts_of_a_fragmented_file(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "fragmented.mp4"
    flags = {"movflags": "frag_keyframe+empty_moov"}
    with av.open(str(clip)) as source, av.open(str(path), "w", format="mp4", options=flags) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    facts = probe(path)
    assert (facts.width, facts.height, facts.frames) == (320, 180, 24)
    assert facts.duration == pytest.approx(2.0, abs=0.1)


def test_sound_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        video, sound = container.add_stream("libx264", rate=12), container.add_stream("aac", rate=48000)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for frame in [av.VideoFrame(64, 64, "yuv420p") for _ in range(12)]:
            container.mux(video.encode(frame))
        quiet = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        quiet.sample_rate = 48000
        for plane in quiet.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(sound.encode(quiet))
        container.mux(video.encode() + sound.encode())
    assert probe(path).has_audio


@pytest.mark.parametrize("format", ["matroska", "avi"])
def test_another_container_under_the_name(tmp_path: Path, format: str) -> None:
    with pytest.raises(NotVideo):
        probe(encode(tmp_path / "clip.mp4", size=(64, 64), shades=[9] * 4, format=format))


def test_whole_boxes_of_nonsense_fail_the_reading_only(write: Callable[[bytes], Path]) -> None:
    with pytest.raises(ProbeFailed):
        probe(write(FTYP + MOOV + MDAT))


def test_damaged_index_fails_the_reading_only(clip: Path, write: Callable[[bytes], Path]) -> None:
    data = clip.read_bytes()
    with pytest.raises(ProbeFailed):
        probe(write(data.replace(b"trak", b"krat")))


def test_absurd_picture(tmp_path: Path) -> None:
    with pytest.raises(ProbeFailed):
        probe(encode(tmp_path / "wide.mp4", size=(MAX_SIDE + 16, 32), shades=[9]))


def test_absurd_length(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        for _ in range(601):
            container.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        container.mux(stream.encode())
    with pytest.raises(ProbeFailed, match="last"):
        probe(path)
