import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from PIL import Image

from generations import queue
from generations.lifecycle import dispatch, previews, saving, sweeping
from generations.media import parts
from generations.media.errors import DiskFull
from generations.media.priority import only_one
from generations.models import Charged, Failure, Generation, State, Verdict
from tests.factories import make_generation
from tests.lifecycle.conftest import together
from tests.magnific.scripted import ScriptedServer, respond
from tests.media.conftest import encode

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return encode(path, size=(320, 180), shades=[90, 120, 150] * 12).read_bytes()


@pytest.fixture
def own_lock(settings, tmp_path):
    """Where this test's turns are told from those of other programs."""
    settings.VAR_DIR = tmp_path
    return tmp_path


def to_save(server_url="http://127.0.0.1:9", **fields):
    fields.setdefault("result_url", f"{server_url}/clip.mp4?token=exp=1~hmac=abc")
    return make_generation(state=State.SAVING, **fields)


def save_from(server, point_at, generation=None):
    with server:
        point_at(server.url)
        generation = generation or to_save(server.url)
        Generation.objects.filter(pk=generation.pk).update(
            result_url=f"{server.url}/clip.mp4?token=exp=1~hmac=abc", save_after=None
        )
        saving.save_all([generation.pk])
    return Generation.objects.get(pk=generation.pk)


def test_from_order_to_file_with_the_sandbox(sandbox, account):
    """The whole life without a queue: slice, save, poster, over real HTTP, with a real 4K file."""
    generation = make_generation(duration=3)
    dispatch.run_slice(account.pk)
    generation.refresh_from_db()
    assert generation.state == State.SAVING
    saving.save(generation.pk)
    generation.refresh_from_db()
    assert generation.state == State.READY, generation.save_problem
    data = generation.video_path.read_bytes()
    assert generation.video_bytes == len(data)
    assert generation.video_sha256 == hashlib.sha256(data).hexdigest()
    assert (generation.video_width, generation.video_height) == (3840, 2160)
    assert (generation.video_duration, generation.video_frames) == (pytest.approx(3, abs=0.1), 72)
    assert (generation.video_codec, generation.charged) == ("h264", Charged.YES)
    assert generation.result_url == ""
    previews.add_previews(generation)
    generation.refresh_from_db()
    with Image.open(generation.poster_path) as image:
        assert (image.format, image.size) == ("WEBP", (640, 360))
    states = list(generation.events.exclude(to_state="").values_list("to_state", flat=True).distinct())
    assert states[-1] == State.READY


def test_a_clip_is_handed_in_with_the_move_to_ready_where_its_team_wants_that(clip, point_at):
    generation = to_save()
    generation.team.hands_in_all = True
    generation.team.save()
    done = save_from(ScriptedServer(respond(200, clip, {"ETag": '"a"'})), point_at, generation)
    assert (done.state, done.verdict) == (State.READY, Verdict.WAITING)
    assert [event.why for event in done.events.order_by("pk")][-1] == "handed in for review"


def test_a_saved_file_is_whole_and_said_so(clip, point_at):
    done = save_from(ScriptedServer(respond(200, clip, {"ETag": '"a"'})), point_at)
    assert done.state == State.READY
    assert done.video_path.read_bytes() == clip
    assert list((Path(done.video_path).parents[2] / "parts").glob("*")) == []


def test_a_broken_transfer_is_noted_and_resumed_by_the_next_claim(clip, point_at):
    half = len(clip) // 2
    cut = respond(200, clip[:half], {"ETag": '"a"'}, length=len(clip))
    first = save_from(ScriptedServer(cut), point_at)
    assert (first.state, first.save_failures) == (State.SAVING, 1)
    assert first.save_problem
    rest = {"Content-Range": f"bytes {half}-{len(clip) - 1}/{len(clip)}", "ETag": '"a"'}
    server = ScriptedServer(respond(206, clip[half:], rest))
    done = save_from(server, point_at, first)
    assert done.state == State.READY
    assert done.video_path.read_bytes() == clip
    assert server.received[0].headers["range"] == f"bytes={half}-"


def test_how_much_is_here_is_noted_from_the_first_piece(clip, point_at, monkeypatch):
    monkeypatch.setattr(saving, "NOTED_FROM_BYTES", len(clip))
    half = len(clip) // 2
    cut = save_from(ScriptedServer(respond(200, clip[:half], length=len(clip))), point_at)
    assert (cut.state, cut.expected_bytes) == (State.SAVING, len(clip))
    assert 0 < cut.received_bytes <= half


def test_an_expired_link_is_asked_for_anew(point_at):
    generation = save_from(ScriptedServer(respond(403)), point_at)
    assert (generation.state, generation.result_url) == (State.SAVING, "")
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]


def test_a_page_instead_of_a_file_is_not_kept(point_at):
    generation = save_from(ScriptedServer(respond(200, b"<html>" * 100)), point_at)
    assert (generation.state, generation.video_name) == (State.SAVING, "")


def test_a_host_that_is_not_allowed_is_not_asked(settings, point_at):
    server = ScriptedServer(respond(200, b""))
    with server:
        point_at("http://127.0.0.1:9")
        generation = to_save(server.url, save_after=None)
        saving.save(generation.pk)
        assert server.connections == 0
    assert Generation.objects.get().save_problem


def test_whole_but_unreadable_bytes_are_kept_after_three_tries(clip, point_at):
    odd = clip[:4] + b"ftyp" + b"\0" * 5000
    generation = None
    for _ in range(3):
        generation = save_from(ScriptedServer(respond(200, odd)), point_at, generation)
    assert generation.state == State.READY
    assert generation.video_warning
    assert generation.video_path.read_bytes() == odd


def test_a_saved_file_is_never_overwritten(clip, point_at):
    generation = to_save()
    other = Path(saving.settings.MEDIA_ROOT) / f"videos/{generation.pk.hex[:2]}/{generation.pk.hex}.mp4"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"somebody's clip")
    done = save_from(ScriptedServer(respond(200, clip)), point_at, generation)
    assert done.state == State.READY
    assert other.read_bytes() == b"somebody's clip"
    assert done.video_path.read_bytes() == clip


def test_a_crash_between_rename_and_ready_is_healed(clip, point_at):
    generation = to_save()
    there = Path(saving.settings.MEDIA_ROOT) / f"videos/{generation.pk.hex[:2]}/{generation.pk.hex}.mp4"
    there.parent.mkdir(parents=True)
    there.write_bytes(clip)
    done = save_from(ScriptedServer(respond(200, clip)), point_at, generation)
    assert done.video_path == there


@pytest.mark.django_db(transaction=True)
def test_two_savers_racing_download_once(clip, point_at):
    with ScriptedServer(respond(200, clip)) as server:
        point_at(server.url)
        generation = to_save(server.url, save_after=None)
        together(*[lambda: saving.save(generation.pk)] * 4)
        assert server.connections == 1
    assert Generation.objects.get().state == State.READY


def test_a_saver_that_lost_its_claim_changes_nothing(clip, point_at, monkeypatch):
    """The newer claim is made while the older one downloads; only a patch can time that."""
    real = saving.download

    def overtaken(*args, **kwargs):
        Generation.objects.update(save_fence=9)
        return real(*args, **kwargs)

    monkeypatch.setattr(saving, "download", overtaken)
    generation = save_from(ScriptedServer(respond(200, clip)), point_at)
    assert (generation.state, generation.save_fence) == (State.SAVING, 9)


def test_a_full_disk_pauses_and_loses_nothing(point_at, monkeypatch):
    """A full disk is a fault that nothing else can make."""

    def full(*args, **kwargs):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(saving, "download", full)
    generation = save_from(ScriptedServer(respond(200)), point_at)
    assert (generation.state, generation.save_failures) == (State.SAVING, 0)
    assert "disk is full" in generation.save_problem
    assert generation.save_after > timezone.now()


def test_no_way_to_the_file_after_many_tries_and_a_day_ends_it(settings, point_at):
    long_ago = timezone.now() - timedelta(seconds=settings.GIVE_UP_AFTER_SECONDS + 1)
    young = to_save(save_failures=saving.FAILURES_BEFORE_GIVING_UP)
    assert save_from(ScriptedServer(respond(500)), point_at, young).state == State.SAVING
    away = to_save(completed_at=long_ago)
    assert save_from(ScriptedServer(respond(500)), point_at, away).state == State.SAVING
    lost = to_save(completed_at=long_ago, save_failures=saving.FAILURES_BEFORE_GIVING_UP)
    lost = save_from(ScriptedServer(respond(500)), point_at, lost)
    assert (lost.state, lost.failure, lost.charged) == (State.FAILED, Failure.NO_FILE, Charged.UNKNOWN)


def test_an_unreadable_file_of_unknown_length_is_never_kept(clip, point_at):
    generation = None
    for _ in range(4):
        cut = ScriptedServer(respond(200, clip[: len(clip) // 2], framed=False))
        generation = save_from(cut, point_at, generation)
    assert (generation.state, generation.video_name) == (State.SAVING, "")


def test_a_link_that_expires_again_and_again_is_not_chased(point_at):
    first = save_from(ScriptedServer(respond(403)), point_at)
    assert first.save_after <= timezone.now()
    second = save_from(ScriptedServer(respond(403)), point_at, first)
    assert second.save_after > timezone.now()


def test_a_disk_that_refuses_is_said_and_counted(clip, point_at, settings):
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "videos").write_text("a file where the folder belongs")
    generation = save_from(ScriptedServer(respond(200, clip)), point_at)
    assert (generation.state, generation.save_failures) == (State.SAVING, 1)
    assert generation.save_problem.startswith("Our disk says")


def test_old_parts_are_removed_and_young_ones_kept(settings):
    folder = Path(settings.MEDIA_ROOT) / "parts"
    folder.mkdir(parents=True)
    for name, age in (("old.1", sweeping.PART_KEPT_SECONDS + 60), ("young.1", 60)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age,) * 2)
    sweeping.sweep()
    assert [part.name for part in folder.iterdir()] == ["young.1"]


def test_previews_that_cannot_be_made_are_counted(settings):
    generation = make_generation(state=State.READY, poster_name="", preview_name="")
    generation.video_path.parent.mkdir(parents=True)
    generation.video_path.write_bytes(b"no film at all")
    previews.add_previews(generation)
    generation.refresh_from_db()
    assert (generation.state, generation.preview_failures, generation.preview_name) == (State.READY, 1, "")


def test_parts_keep_their_note(tmp_path):
    part, later = tmp_path / "a.1", tmp_path / "a.2"
    part.write_bytes(b"x" * 20)
    parts.write_state(part, parts.PartState('"v"', 40, "video/mp4"))
    parts.copy_part(part, later)
    assert parts.read_state(later) == parts.read_state(part)


def test_many_finished_clips_are_an_item_for_each_saver(settings):
    clips = [to_save().pk for _ in range(settings.SAVERS + 2)]
    queue.kick_save(*clips)
    items = [item.task["args"] for item in OrmQ.objects.order_by("pk")]
    assert len(items) == settings.SAVERS
    assert sorted(pk for item in items for pk in item) == sorted(map(str, clips))


@pytest.mark.parametrize(("turn", "stops"), [(0, False), (60, True)])
def test_what_a_saver_does_not_begin_soon_is_left_to_others(clip, point_at, monkeypatch, turn, stops):
    """Nobody waits for the sweep because a large file, or the end of the program, came first."""
    monkeypatch.setattr(saving, "TURN_SECONDS", turn)
    with ScriptedServer(respond(200, clip)) as server:
        point_at(server.url)
        first, *others = [to_save(server.url, save_after=None).pk for _ in range(3)]
        asked = iter([False])  # Before the first claim; from then on the program ends.
        monkeypatch.setattr(saving.stopping, "is_requested", lambda: stops and next(asked, True))
        saving.save_all([first, *others])
    rung = [item.task["args"] for item in OrmQ.objects.all() if item.func() == "generations.tasks.save"]
    left = [first, *others] if stops else others  # A transfer that was told to stop goes on as well.
    assert sorted(pk for item in rung for pk in item) == sorted(map(str, left))


def ready(clip, count):
    """Make so many saved clips that nothing shows yet."""
    made = [make_generation(state=State.READY, poster_name="", preview_name="") for _ in range(count)]
    for one in made:
        one.video_path.parent.mkdir(parents=True, exist_ok=True)
        one.video_path.write_bytes(clip)
    return made


def shown():
    return Generation.objects.exclude(preview_name="").count()


def test_whoever_makes_previews_makes_what_all_lack(clip, own_lock):
    first, *_ = ready(clip, 3)
    broken = make_generation(state=State.READY, poster_name="", preview_name="")
    previews.take_turn_at_previews(first.pk)
    broken.refresh_from_db()
    assert (shown(), broken.preview_failures) == (3, 1)


def test_the_newest_is_first_and_what_somebody_has_begun_comes_late():
    made = [make_generation(state=State.READY, preview_name="") for _ in range(3)]
    made[2].change(preview_failures=1)
    assert [one.pk for one in previews.without_previews()] == [made[number].pk for number in (1, 0, 2)]
    large = [make_generation(state=State.READY, video_bytes=30_000_000, proxy_name="") for _ in range(3)]
    large[2].change(proxy_failures=1)
    assert [one.pk for one in previews.without_proxy()] == [large[number].pk for number in (1, 0, 2)]


def test_only_one_of_a_machine_makes_previews(clip, own_lock):
    first, _ = ready(clip, 2)
    with only_one(own_lock / "previews.lock") as is_free:
        assert is_free
        previews.take_turn_at_previews(first.pk)
    assert shown() == 0
    previews.take_turn_at_previews(first.pk)
    assert shown() == 2


def test_a_turn_ends_in_time_and_while_many_wait(clip, own_lock, monkeypatch):
    first, _ = ready(clip, 2)
    monkeypatch.setattr(previews, "TURN_SECONDS", -1)
    previews.take_turn_at_previews(first.pk)
    assert [item.task["args"] for item in OrmQ.objects.all()] == [(str(first.pk),)]
    monkeypatch.undo()
    for _ in range(saving.MANY + 1):
        to_save()
    previews.take_turn_at_previews(first.pk)
    assert shown() == 0


@pytest.mark.parametrize(("waiting", "rung"), [(saving.MANY, 1), (saving.MANY + 1, 0)])
def test_previews_are_left_to_the_sweep_while_many_wait(clip, point_at, waiting, rung):
    for _ in range(waiting):
        to_save()
    saved = save_from(ScriptedServer(respond(200, clip)), point_at)
    assert saved.state == State.READY
    assert OrmQ.objects.count() == rung
    Generation.objects.filter(pk=saved.pk).update(nudged_at=None)
    Generation.objects.filter(state=State.SAVING).update(result_url="")
    OrmQ.objects.all().delete()
    sweeping._ring_for_previews()
    assert OrmQ.objects.count() == 1
