from pathlib import Path

import av
import pytest

from generations.media.errors import NotVideo, TransferStopped
from generations.media.proxy import make_proxy
from tests.media.conftest import encode


def moments(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [round(frame.time or 0.0, 3) for frame in container.decode(video=0)]


def go_on() -> bool:
    return False


@pytest.mark.parametrize(
    ("size", "expected"),
    [((2160, 1216), (1918, 1080)), ((1216, 2160), (1080, 1918)), ((640, 360), (640, 360))],
)
def test_it_is_1080_pixels_on_its_short_side_and_no_larger(
    tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    clip, proxy = encode(tmp_path / "clip.mp4", size=size, shades=[80] * 6), tmp_path / "proxy.mp4"
    assert make_proxy(clip, proxy, should_stop=go_on) == proxy.stat().st_size
    with av.open(str(proxy)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == expected


@pytest.mark.parametrize("rate", [12, 24, 30])
def test_every_frame_is_there_at_its_moment(tmp_path: Path, rate: int) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(320, 180), shades=list(range(20, 200)), rate=rate)
    make_proxy(clip, tmp_path / "proxy.mp4", should_stop=go_on)
    assert moments(tmp_path / "proxy.mp4") == pytest.approx(moments(clip), abs=0.002)


def test_sound_is_kept(tmp_path: Path) -> None:
    clip = with_sound(tmp_path / "clip.mp4")
    make_proxy(clip, tmp_path / "proxy.mp4", should_stop=go_on)
    with av.open(str(tmp_path / "proxy.mp4")) as container:
        sound = sum(frame.samples for frame in container.decode(audio=0))
        assert sound == pytest.approx(48_000, rel=0.05)


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(320, 180), shades=[80] * 60)
    with pytest.raises(TransferStopped):
        make_proxy(clip, tmp_path / "proxy.mp4", should_stop=lambda: True)
    assert list(tmp_path.iterdir()) == [clip]


def test_no_proxy_of_what_is_no_video(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"<html>")
    with pytest.raises(NotVideo):
        make_proxy(clip, tmp_path / "proxy.mp4", should_stop=go_on)


def with_sound(path: Path) -> Path:
    """A second of grey, and of silence at 48 kHz."""
    with av.open(str(path), "w", format="mp4") as container:
        picture = container.add_stream("libx264", rate=12)
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        for number in range(12):
            frame = av.VideoFrame(320, 180, "yuv420p")
            frame.pts = number
            container.mux(picture.encode(frame))
        silence = av.AudioFrame(format="fltp", layout="stereo", samples=48_000)
        silence.rate, silence.pts = 48_000, 0
        for plane in silence.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(sound.encode(silence))
        container.mux(picture.encode(None))
        container.mux(sound.encode(None))
    return path
