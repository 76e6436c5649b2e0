import os
import threading
from pathlib import Path

import av
import pytest
from PIL import Image, ImageStat

from generations.media.errors import DiskFull, NotVideo, NotWhole, ProbeFailed
from generations.media.previews import Places, Previews, Size, make_previews
from generations.media.priority import at_low_priority
from tests.media.conftest import box, encode


def places(folder: Path) -> Places:
    return Places(folder / "poster.webp", folder / "preview.mp4", folder / "strip.webp")


def make(clip: Path, folder: Path) -> Previews:
    return make_previews(clip, places(folder))


def brightness(poster: Path) -> float:
    with Image.open(poster) as image:
        return ImageStat.Stat(image.convert("L")).mean[0]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1280, 720), (640, 360)),
        ((720, 1280), (360, 640)),
        ((720, 720), (640, 640)),
        ((320, 180), (320, 180)),
    ],
)
def test_size_follows_the_ratio(tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]) -> None:
    clip, poster = encode(tmp_path / "clip.mp4", size=size, shades=[120] * 4), tmp_path / "poster.webp"
    assert make(clip, tmp_path).poster == Size(*expected)
    with Image.open(poster) as image:
        assert (image.format, image.size, len(image.getexif())) == ("WEBP", expected, 0)


def test_dark_beginning_is_passed_over(tmp_path: Path, clip: Path) -> None:
    make(clip, tmp_path)
    assert brightness(tmp_path / "poster.webp") > 150


def test_dark_second_is_passed_over(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[0] * 26 + [200] * 10)
    make(clip, tmp_path)
    assert brightness(tmp_path / "poster.webp") > 150


def test_brightest_of_dark_frames(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[0] * 17 + [14] * 4 + [0] * 15)
    make(clip, tmp_path)
    assert brightness(tmp_path / "poster.webp") > 8


def test_search_for_light_ends(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[0] * 70 + [200] * 12)
    make(clip, tmp_path)
    assert brightness(tmp_path / "poster.webp") < 20


@pytest.mark.parametrize("frames", [1, 2, 60])
def test_clip_dark_all_through_still_has_a_poster(tmp_path: Path, frames: int) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[3] * frames)
    assert make(clip, tmp_path).poster == Size(64, 64)


def test_replaces_an_older_one_and_leaves_nothing_beside(tmp_path: Path, clip: Path) -> None:
    poster = tmp_path / "poster.webp"
    poster.write_bytes(b"old")
    make(clip, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "poster.webp",
        "preview.mp4",
        "strip.webp",
    }
    assert brightness(poster) > 0


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<html>", NotVideo),
        (box(b"ftyp", b"isom") + box(b"moov"), NotWhole),
        (box(b"ftyp", b"isom") + box(b"moov") + box(b"mdat"), ProbeFailed),
    ],
)
def test_no_poster_of_a_bad_file(tmp_path: Path, data: bytes, error: type[Exception]) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(data)
    with pytest.raises(error):
        make(clip, tmp_path)
    assert list(tmp_path.iterdir()) == [clip]


def test_picture_data_of_zeros(tmp_path: Path, clip: Path) -> None:
    """As after a power cut: the length is right, the picture is not there."""
    data = clip.read_bytes()
    start = data.index(b"mdat") + 4
    size = int.from_bytes(data[start - 8 : start - 4]) - 8
    hollow = tmp_path / "hollow.mp4"
    hollow.write_bytes(data[:start] + bytes(size) + data[start + size :])
    with pytest.raises(ProbeFailed):
        make(hollow, tmp_path)


def test_no_room_for_the_poster(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(image: Image.Image, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(DiskFull):
        make(clip, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_preview_runs_as_long_as_the_clip_without_sound(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(1280, 720), shades=list(range(40, 160)), rate=24)
    make(clip, tmp_path)
    with av.open(str(tmp_path / "preview.mp4")) as preview:
        (stream,) = preview.streams
        assert (stream.type, stream.width, stream.height) == ("video", 640, 360)
        assert float(stream.duration * stream.time_base) == pytest.approx(5.0, abs=0.2)
        shades = [ImageStat.Stat(frame.to_image().convert("L")).mean[0] for frame in preview.decode(stream)]
    assert len(shades) == pytest.approx(60, abs=4)
    assert [round(shade) for shade in shades] == sorted(round(shade) for shade in shades)


def test_the_preview_begins_with_its_index(tmp_path: Path, clip: Path) -> None:
    make(clip, tmp_path)
    data = (tmp_path / "preview.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(("seconds", "thumbnails"), [(0.25, 1), (3, 6), (5, 10), (20, 30)])
def test_the_strip_has_two_thumbnails_a_second_and_thirty_at_most(
    tmp_path: Path, seconds: float, thumbnails: int
) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(320, 180), shades=[90] * int(12 * seconds))
    made = make(clip, tmp_path)
    assert made.thumbnails == pytest.approx(thumbnails, abs=1)
    with Image.open(tmp_path / "strip.webp") as strip:
        assert strip.size == (made.thumbnail.width * made.thumbnails, made.thumbnail.height)
        assert made.thumbnail == Size(160, 90)


def test_thumbnails_follow_the_clip(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(320, 180), shades=[20] * 30 + [220] * 30)
    made = make(clip, tmp_path)
    with Image.open(tmp_path / "strip.webp") as strip:
        lights = [
            ImageStat.Stat(strip.convert("L").crop((n * 160, 0, (n + 1) * 160, 90))).mean[0]
            for n in range(made.thumbnails)
        ]
    assert max(lights[: made.thumbnails // 2 - 1]) < 60 < 180 < min(lights[made.thumbnails // 2 + 1 :])


def test_odd_sides_become_even(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(1278, 722), shades=[120] * 6)
    make(clip, tmp_path)
    with av.open(str(tmp_path / "preview.mp4")) as preview:
        stream = preview.streams.video[0]
        assert (stream.width % 2, stream.height % 2) == (0, 0)


def test_work_at_low_priority_leaves_this_thread_as_it_was() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    inside = at_low_priority(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert inside == 19
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
    with pytest.raises(ProbeFailed):
        at_low_priority(raise_probe_failed)


def raise_probe_failed() -> None:
    raise ProbeFailed("No.")
