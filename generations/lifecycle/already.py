"""Whether a clip was made before: the same prompt and settings, by anyone in the team, within some days."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from generations.lifecycle.wish import Wish
from generations.models import Account, Generation, State


def already_made(seen: QuerySet[Generation], wish: Wish) -> Generation | None:
    """Return the newest clip of `seen` with the same wish that is there or on its way, or None.

    What was made in rehearsal counts only in rehearsal, and only the current account counts at all.
    """
    since = timezone.now() - timedelta(days=settings.ALREADY_MADE_DAYS)
    same = seen.filter(wish_key=wish.key, created_at__gt=since, account=Account.objects.current())
    return same.exclude(state__in=(State.FAILED, State.CANCELLED)).select_related("account", "owner").first()
