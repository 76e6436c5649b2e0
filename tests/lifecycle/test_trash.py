"""The trash: what may go there, comes back, and is removed for good after its grace."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.lifecycle import trash
from generations.lifecycle.files import due
from generations.models import Generation, LedgerEntry, State
from generations.models.states import ENDED
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_user()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def age(clip, days):
    Generation.objects.filter(pk=clip.pk).update(trashed_at=timezone.now() - timedelta(days=days))


def test_only_what_has_ended_goes_there_and_only_once(mia):
    clips = [make_generation(mia, state) for state in State]
    moved = trash.trash(clips, actor=mia)
    assert {clip.state for clip in moved} == set(ENDED)
    assert trash.trash(clips, actor=mia) == []
    assert set(Generation.objects.filter(trashed_at__isnull=False)) == set(moved)
    assert len({clip.trashed_at for clip in moved}) == 1
    assert all(clip.events.filter(why=trash.TRASHED, actor=mia).count() == 1 for clip in moved)


def test_it_comes_back_as_new_to_open_pages(mia):
    clip = make_generation(mia, State.READY)
    (gone,) = trash.trash([clip], actor=mia)
    assert list(trash.trashed_at_once(Generation.objects.all(), gone.trashed_at, actor=mia)) == [clip]
    before = Generation.objects.get(pk=clip.pk).revision
    assert trash.restore([clip], actor=mia) == [clip]
    assert trash.restore([clip], actor=mia) == []
    clip.refresh_from_db()
    assert (clip.trashed_at, clip.trashed_by) == (None, None)
    assert clip.born_revision == clip.revision > before


def test_files_go_after_the_grace_and_nothing_else_does(mia, folder, settings):
    old, young, kept = (make_generation(mia, State.READY, files=True) for _ in range(3))
    trash.trash([old, young], actor=mia)
    age(old, settings.TRASH_DAYS + 0.01)
    age(young, settings.TRASH_DAYS - 0.01)
    entries = LedgerEntry.objects.count()
    assert trash.purge() == 1
    assert trash.purge() == 0
    assert not old.video_path.exists()
    assert not old.poster_path.exists()
    for clip in (young, kept):
        assert clip.video_path.exists()
    old.refresh_from_db()
    assert (old.state, old.prompt) == (State.READY, kept.prompt)
    assert old.events.filter(why__contains="removed for good").exists()
    assert LedgerEntry.objects.count() == entries
    assert old not in due(), "the nightly check does not miss what was removed"
    assert trash.restore([old], actor=mia) == []
    assert trash.restore([young], actor=mia) == [young]


def test_a_file_that_cannot_be_removed_stops_nothing(mia, folder, settings, caplog):
    clips = [make_generation(mia, State.READY, files=True) for _ in range(2)]
    trash.trash(clips, actor=mia)
    for clip in clips:
        age(clip, 99)
    clips[0].video_path.unlink()
    clips[0].video_path.mkdir()
    assert trash.purge() == 2
    assert not clips[1].video_path.exists()
    assert "could not be removed" in caplog.text


def test_what_turns_up_late_leaves_the_trash(mia):
    clip = make_generation(mia, State.FAILED)
    trash.trash([clip], actor=mia)
    clip.refresh_from_db()
    assert clip.move(State.SAVING, task_id="late")
    clip.refresh_from_db()
    assert clip.trashed_at is None
