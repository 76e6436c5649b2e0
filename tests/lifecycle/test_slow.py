"""What is slow shows on open pages without any news from Magnific."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.lifecycle.sweeping import sweep
from generations.models import Generation, Revision, State
from tests.factories import make_generation

pytestmark = pytest.mark.django_db


def rendering_since(**ago):
    return make_generation(state=State.RENDERING, accepted_at=timezone.now() - timedelta(**ago))


def test_the_sweep_lets_pages_draw_slow_clips_anew():
    slow, quick = rendering_since(minutes=11), rendering_since(minutes=9)
    seen = Revision.current()
    sweep()
    assert list(Generation.objects.filter(revision__gt=seen)) == [slow]
    assert Generation.objects.get(pk=quick.pk).revision == quick.revision


def test_without_slow_clips_nothing_changes():
    rendering_since(minutes=9)
    make_generation(state=State.UNSURE)
    seen = Revision.current()
    sweep()
    assert Revision.current() == seen
