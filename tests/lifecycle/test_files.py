"""The nightly check: what is missing, changed, or whole again, piece by piece, and told once."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone
from django_q.models import OrmQ

from generations import tasks
from generations.lifecycle import files
from generations.media.parts import sha256_of
from generations.models import Generation, Revision, State, User
from tests.factories import make_admin, make_generation, make_user

pytestmark = pytest.mark.django_db


def make_saved(username="mia", **fields):
    """A ready clip whose file is on disk and whose checksum is right."""
    owner = User.objects.filter(username=username).first()
    clip = make_generation(owner or make_user(username), State.READY, files=True, **fields)
    Generation.objects.filter(pk=clip.pk).update(video_sha256=sha256_of(clip.video_path))
    return clip


def check(*, later=True):
    """Run a night's check to its end."""
    if later:
        Generation.objects.update(file_checked_at=timezone.now() - timedelta(hours=24))
    OrmQ.objects.all().delete()
    tasks.check_files()
    while OrmQ.objects.exists():
        OrmQ.objects.all().delete()
        tasks.check_files()


def damages():
    return dict(Generation.objects.values_list("pk", "file_damage"))


def test_whole_files_are_whole():
    clip = make_saved()
    before = Revision.current()
    check()
    clip.refresh_from_db()
    assert clip.file_damage == ""
    assert timezone.now() - clip.file_checked_at < timedelta(minutes=1)
    assert Revision.current() == before, "pages need not be told"


def test_a_missing_and_a_changed_file_are_found_and_pages_are_told():
    missing, changed, whole = make_saved(), make_saved(), make_saved()
    missing.video_path.unlink()
    with changed.video_path.open("r+b") as file:
        file.seek(70_000)
        file.write(b"!")
    before = Revision.current()
    check()
    assert damages() == {missing.pk: "missing", changed.pk: "changed", whole.pk: ""}
    assert Generation.objects.get(pk=missing.pk).revision > before
    assert missing.events.last().why == "the saved file is missing"
    check()
    assert missing.events.filter(why__startswith="the saved file").count() == 1


def test_a_file_nobody_can_read_is_not_called_missing(settings):
    clip = make_saved()
    clip.video_path.unlink()
    clip.video_path.mkdir()
    check()
    assert damages()[clip.pk] == "unreadable: Is a directory"


def test_what_was_repaired_is_whole_again():
    clip = make_saved()
    kept = clip.video_path.read_bytes()
    clip.video_path.unlink()
    check()
    clip.video_path.write_bytes(kept)
    check()
    clip.refresh_from_db()
    assert (clip.file_damage, clip.events.last().why) == ("", "the saved file is whole again")


def test_only_saved_clips_are_looked_at():
    for state in State.values:
        if state != State.READY:
            make_generation(state=State(state))
    check()
    assert set(damages().values()) == {""}


def test_a_night_is_cut_into_pieces_each_of_which_gets_on(monkeypatch):
    """A piece is over after one file here; the next goes on where it ended, oldest first."""
    clips = [make_saved() for _ in range(4)]
    moments = iter(range(0, 10_000, 100))
    monkeypatch.setattr(files, "PIECE_SECONDS", 150)
    monkeypatch.setattr(files, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    pieces = 0
    while pieces == 0 or OrmQ.objects.exists():
        assert [item.func() for item in OrmQ.objects.all()] in ([], ["generations.tasks.check_files"])
        OrmQ.objects.all().delete()
        tasks.check_files()
        pieces += 1
    assert pieces == len(clips)
    assert not files.due().exists()


def test_stopping_ends_a_piece_and_leaves_word(monkeypatch):
    make_saved()
    monkeypatch.setattr(files.stopping, "is_requested", lambda: True)
    tasks.check_files()
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.check_files"]
    assert Generation.objects.get().file_checked_at is None


def test_what_was_looked_at_this_night_is_not_looked_at_again():
    clip = make_saved()
    check()
    clip.video_path.unlink()
    check(later=False)
    assert damages() == {clip.pk: ""}
    Generation.objects.update(file_checked_at=timezone.now() + timedelta(days=1))
    check(later=False)
    assert damages() == {clip.pk: "missing"}, "a look in the future was before a clock was set back"


@pytest.mark.django_db(transaction=True)
def test_admins_are_told_once_and_again_of_what_is_new():
    make_admin()
    clips = [make_saved() for _ in range(3)]
    clips[0].video_path.unlink()
    clips[1].video_path.unlink()
    for _ in range(3):
        check()
    assert len(mail.outbox) == 1
    assert clips[0].video_name in mail.outbox[0].body
    clips[2].video_path.unlink()
    check()
    assert len(mail.outbox) == 2
    assert "3" in mail.outbox[1].subject + mail.outbox[1].body
