"""Who sees a clip: the whole team, or only its owner."""

from collections.abc import Iterable
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from generations.models import Event, Generation, Revision, User

SHARED: Final = "shared with the team"
KEPT_PRIVATE: Final = "kept private"


def share(generation: Generation, *, actor: User) -> bool:
    """Let the team see a private clip: to its open pages it is a new one. False if they saw it already."""
    return _let_see(generation, actor, is_private=False)


def keep_private(generation: Generation, *, actor: User) -> bool:
    """Let only its owner see a clip from now on; it disappears from the team's pages. False if it was so."""
    return _let_see(generation, actor, is_private=True)


def share_all(generations: Iterable[Generation], *, actor: User) -> list[Generation]:
    """Let the team see those that are private; return them. A few queries for any number up to a thousand."""
    return _let_see_all(generations, actor, is_private=False)


def keep_all_private(generations: Iterable[Generation], *, actor: User) -> list[Generation]:
    """Let only their owners see those that the team sees; return them."""
    return _let_see_all(generations, actor, is_private=True)


def taken_back() -> Q:
    """Return the condition on clips that their team has seen and sees no more, because they were kept private."""
    said = Event.objects.filter(generation=OuterRef("pk"), why=KEPT_PRIVATE)
    return Q(Exists(said), is_private=True)


def _let_see(generation: Generation, actor: User, *, is_private: bool) -> bool:
    with transaction.atomic():
        if not generation.change(only_if=Q(is_private=not is_private), is_private=is_private):
            return False
        if not is_private:
            Generation.objects.filter(pk=generation.pk).update(born_revision=F("revision"))
        generation.note(KEPT_PRIVATE if is_private else SHARED, actor=actor)
    return True


def _let_see_all(generations: Iterable[Generation], actor: User, *, is_private: bool) -> list[Generation]:
    ids = [one.pk for one in generations]
    with transaction.atomic():
        changes = {"is_private": is_private, "revision": Revision.take()}
        if not is_private:
            changes["born_revision"] = changes["revision"]
        rows = Generation.objects.filter(pk__in=ids, is_private=not is_private)
        changing = list(rows.only("state"))
        rows.update(**changes)
        Event.objects.bulk_create(
            Event(
                generation=one,
                from_state=one.state,
                to_state=one.state,
                why=KEPT_PRIVATE if is_private else SHARED,
                actor=actor,
            )
            for one in changing
        )
    return changing
