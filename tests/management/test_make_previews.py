from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django_q.models import OrmQ

from generations.models import State
from tests.factories import make_generation

pytestmark = pytest.mark.django_db


def rung():
    return sorted(item.args()[0] for item in OrmQ.objects.all())


def test_some_clips_are_made_again():
    one, other = (make_generation(state=State.READY) for _ in range(2))
    call_command("make_previews", str(one.pk))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.preview_name, one.proxy_name, one.poster_name != "") == ("", "", True)
    assert other.preview_name
    assert rung() == [str(one.pk)]


def test_all_of_them(capsys):
    clips = [make_generation(state=State.READY) for _ in range(3)]
    make_generation(state=State.RENDERING)
    call_command("make_previews", "--all")
    assert rung() == sorted(str(clip.pk) for clip in clips)
    assert "3 clips are in the queue" in capsys.readouterr().out


def test_where_some_are_missing():
    without = make_generation(state=State.READY, preview_name="", preview_failures=3)
    heavy = make_generation(state=State.READY, proxy_name="", video_bytes=30_000_000)
    make_generation(state=State.READY, proxy_name="")
    call_command("make_previews", "--missing")
    assert rung() == sorted([str(without.pk), str(heavy.pk)])


@pytest.mark.parametrize("clips", [[], ["x"], [str(uuid4())]])
def test_what_names_no_saved_clip_is_refused(clips):
    with pytest.raises(CommandError):
        call_command("make_previews", *clips)
    assert rung() == []
