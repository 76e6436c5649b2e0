"""Result links and the files behind them."""

import io
import itertools
import re
import subprocess
import sys
import time

import av
import pytest
import requests
from PIL import ImageFont

from generations.constraints import FRAMES, Frame
from generations.magnific.sandbox.caption import Caption, words_of
from generations.magnific.sandbox.links import Links
from generations.magnific.sandbox.scenes import painter_for
from tests.magnific.sandbox.conftest import PROMPT, Caller, wait_for

SCENE_PROMPTS = ["Aurora", "Neon", "City", "Sea", "Harbour", "Dunes", "Snow", "Forest", "Mountain", "?"]


def frames_of(content: bytes, last: int) -> list[bytes]:
    """Return the frames up to number `last`, made small, as RGB bytes."""
    with av.open(io.BytesIO(content)) as container:
        container.streams.video[0].thread_type = "AUTO"
        frames = itertools.islice(container.decode(video=0), last + 1)
        return [frame.reformat(64, 64, "rgb24").to_image().tobytes() for frame in frames]


def difference(first: bytes, second: bytes) -> float:
    """Return the mean difference of two pictures, in 255ths, from every seventh value."""
    pairs = list(zip(first[::7], second[::7], strict=True))
    return sum(abs(a - b) for a, b in pairs) / len(pairs)


@pytest.mark.parametrize("ratio", FRAMES)
def test_a_result_is_a_real_4k_clip(shared, ratio):
    fetched = requests.get(shared.link(prompt=PROMPT, aspect_ratio=ratio, duration=3), timeout=30)
    with av.open(io.BytesIO(fetched.content), format="mov") as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == FRAMES[ratio]
        assert stream.codec_context.name == "h264"
        assert stream.average_rate == 24
        assert stream.frames == 72
        assert float(stream.duration * stream.time_base) == 3
        assert sum(1 for packet in container.demux(video=0) if packet.size) == 72
    assert fetched.content.index(b"moov") < fetched.content.index(b"mdat")


def test_the_longest_clip_is_whole_and_has_the_size_that_was_set(large_link):
    content = requests.get(large_link, timeout=30).content
    assert len(content) == pytest.approx(18_000_000, rel=0.25)
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.video[0]
        assert (stream.frames, float(stream.duration * stream.time_base)) == (360, 15)
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert [packet.pts * packet.time_base * 24 for packet in packets] == list(range(360))
        assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == list(
            range(0, 360, 24)
        )


def test_pictures_move_and_the_seconds_repeat_without_a_seam(large_link):
    """At the usual size: in a very small file the encoder leaves out motion, more so on a busy machine."""
    frames = frames_of(requests.get(large_link, timeout=30).content, 24)
    assert difference(frames[0], frames[12]) > 0.5
    assert difference(frames[23], frames[24]) < difference(frames[0], frames[12])
    assert difference(frames[0], frames[24]) < 0.1


def test_prompts_differ(shared, link):
    other = shared.link(prompt="City at noon", duration=3)
    pictures = [frames_of(requests.get(url, timeout=30).content, 0)[0] for url in (link, other)]
    assert difference(*pictures) > 10


def test_takes_of_a_prompt_differ_and_start_over_after_four(start):
    caller = Caller(start(seconds=1000.0).base_url)
    for _ in range(5):
        caller.created(prompt=PROMPT)
    assert [task["take"] for task in caller.overview()["tasks"]] == [0, 1, 2, 3, 0]
    first, again, second = (painter_for(PROMPT, take, Frame(512, 288))(0.0).tobytes() for take in (0, 0, 1))
    assert difference(first, again) == 0
    assert difference(first, second) > 2


@pytest.mark.parametrize("prompt", SCENE_PROMPTS)
def test_every_scene_paints_and_comes_round(prompt):
    paint = painter_for(prompt, 0, Frame(512, 288))
    start, middle, end = (paint(moment).tobytes() for moment in (0.0, 0.5, 1.0))
    assert difference(start, middle) > 0.1
    assert difference(start, end) == 0


@pytest.mark.parametrize("frame", FRAMES.values())
@pytest.mark.parametrize(
    "prompt", ["🐟🐟", "\x00\x07", "日本の海", "a" * 2500, "\u0308" * 50, "שלום", "\U000e0001"]
)
def test_any_words_can_be_drawn_or_left_out(prompt, frame):
    picture = av.VideoFrame(*frame, "yuv420p")
    Caption(prompt, frame).draw(picture)
    assert (picture.width, picture.height) == frame


def test_words_are_drawn_and_cut_at_a_word():
    font = ImageFont.load_default(40)
    assert words_of("A quiet harbour", font) == "A quiet harbour"
    cut = words_of("A working harbour at first light, gulls lift off a wet pier", font)
    assert cut == "A working harbour at first light, gulls…"
    frame = Frame(1920, 1080)
    picture = av.VideoFrame(*frame, "yuv420p")
    before = bytes(picture.planes[0])
    Caption("A quiet harbour", frame).draw(picture)
    assert bytes(picture.planes[0]) != before


def test_memory_stays_bounded(tmp_path):
    code = (
        "import re, sys, threading; from pathlib import Path;"
        "from generations.constraints import FRAMES;"
        "from generations.magnific.sandbox.encode import encode_second, repeat_second;"
        "folder = Path(sys.argv[1]);"
        "encode_second(folder / 's.mp4', 'Aurora', 0, FRAMES['16:9'], 8_000_000, threading.Event());"
        "repeat_second(folder / 's.mp4', folder / 'c.mp4', 8);"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    run = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 400_000
    assert (tmp_path / "c.mp4").stat().st_size == pytest.approx(64_000_000, rel=0.2)


def test_a_link_lives_its_time():
    links = Links("http://127.0.0.1:1", b"secret", 3600)
    token = links.make("a-task", 1_000_000.0).split("?token=")[1]
    assert links.is_valid("a-task", token, 1_003_599.0)
    assert not links.is_valid("a-task", token, 1_003_600.0)
    assert not links.is_valid("another-task", token, 1_000_000.0)


def test_an_expired_link_is_forbidden_and_a_fresh_one_is_given(start):
    caller = Caller(start(link_seconds=0.0).base_url)
    task_id = caller.created(prompt=PROMPT, duration=3)
    expired = caller.finished(task_id)["generated"][0]
    form = rf"{caller.base_url}/files/kling_{task_id}\.mp4\?token=exp=\d+~hmac=[0-9a-f]{{64}}"
    assert re.fullmatch(form, expired)
    assert requests.get(expired, timeout=30).status_code == 403
    wait_for(lambda: caller.get(task_id).json()["data"]["generated"][0] != expired)


def test_forged_links_are_forbidden(shared, link):
    other = shared.created(prompt="[refuse]")
    later = int(time.time()) + 99_999
    path, token = link.split("?token=")
    forged = [
        path,
        f"{path}?token=",
        f"{path}?token={re.sub('exp=[0-9]+', f'exp={later}', token)}",
        f"{path}?token={token[:-1]}{'0' if token[-1] != '0' else '1'}",
        re.sub("kling_[0-9a-f-]+", f"kling_{other}", link),
    ]
    assert {requests.get(url, timeout=30).status_code for url in forged} == {403}


def test_parts_can_be_fetched(link):
    whole = requests.get(link, timeout=30)
    size = len(whole.content)

    def part(value: str, **headers: str) -> requests.Response:
        return requests.get(link, headers={"range": value, **headers}, timeout=30)

    for value, expected in (
        ("bytes=0-9", whole.content[:10]),
        ("bytes=100-", whole.content[100:]),
        ("bytes=0-", whole.content),
        ("bytes=-7", whole.content[-7:]),
        (f"bytes=5-{size * 2}", whole.content[5:]),
    ):
        answer = part(value)
        assert (answer.status_code, answer.content) == (206, expected)
        first = size - len(expected) if value != "bytes=0-9" else 0
        assert answer.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{size}"
    for value in (f"bytes={size}-", "bytes=-0"):
        assert part(value).status_code == 416
        assert part(value).headers["content-range"] == f"bytes */{size}"
    for value in ("bytes=9-5", "bytes=0-1,4-5", "bytes=-", "lines=1-2"):
        assert part(value).status_code == 200
    assert part("bytes=0-9", **{"if-range": whole.headers["etag"]}).status_code == 206
    assert part("bytes=0-9", **{"if-range": '"another"'}).status_code == 200


def test_head_tells_the_length_and_sends_nothing(link):
    head, whole = requests.head(link, timeout=30), requests.get(link, timeout=30)
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(whole.content)
    assert head.headers["content-type"] == "video/mp4"
