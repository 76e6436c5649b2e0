from pathlib import Path

import pytest
from PIL import Image, ImageStat

from generations.media.errors import DiskFull, NotVideo, NotWhole, ProbeFailed
from generations.media.poster import make_poster
from tests.media.conftest import box, encode


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
    assert make_poster(clip, poster) == expected
    with Image.open(poster) as image:
        assert (image.format, image.size, len(image.getexif())) == ("WEBP", expected, 0)


def test_side_can_be_asked_for(tmp_path: Path, clip: Path) -> None:
    assert make_poster(clip, tmp_path / "small.webp", width=160) == (160, 90)


def test_dark_beginning_is_passed_over(tmp_path: Path, clip: Path) -> None:
    make_poster(clip, tmp_path / "poster.webp")
    assert brightness(tmp_path / "poster.webp") > 150


def test_dark_second_is_passed_over(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[0] * 26 + [200] * 10)
    make_poster(clip, tmp_path / "poster.webp")
    assert brightness(tmp_path / "poster.webp") > 150


def test_brightest_of_dark_frames(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[0] * 17 + [14] * 4 + [0] * 15)
    make_poster(clip, tmp_path / "poster.webp")
    assert brightness(tmp_path / "poster.webp") > 8


def test_search_for_light_ends(tmp_path: Path) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[0] * 70 + [200] * 12)
    make_poster(clip, tmp_path / "poster.webp")
    assert brightness(tmp_path / "poster.webp") < 20


@pytest.mark.parametrize("frames", [1, 2, 60])
def test_clip_dark_all_through_still_has_a_poster(tmp_path: Path, frames: int) -> None:
    clip = encode(tmp_path / "clip.mp4", size=(64, 64), shades=[3] * frames)
    assert make_poster(clip, tmp_path / "poster.webp") == (64, 64)


def test_replaces_an_older_one_and_leaves_nothing_beside(tmp_path: Path, clip: Path) -> None:
    poster = tmp_path / "poster.webp"
    poster.write_bytes(b"old")
    make_poster(clip, poster)
    assert list(tmp_path.iterdir()) == [poster]
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
        make_poster(clip, tmp_path / "poster.webp")
    assert list(tmp_path.iterdir()) == [clip]


def test_picture_data_of_zeros(tmp_path: Path, clip: Path) -> None:
    """As after a power cut: the length is right, the picture is not there."""
    data = clip.read_bytes()
    start = data.index(b"mdat") + 4
    size = int.from_bytes(data[start - 8 : start - 4]) - 8
    hollow = tmp_path / "hollow.mp4"
    hollow.write_bytes(data[:start] + bytes(size) + data[start + size :])
    with pytest.raises(ProbeFailed):
        make_poster(hollow, tmp_path / "poster.webp")


def test_no_room_for_the_poster(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(image: Image.Image, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(DiskFull):
        make_poster(clip, tmp_path / "poster.webp")
    assert list(tmp_path.iterdir()) == []
