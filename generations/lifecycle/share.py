"""Who sees a clip: the whole team, or only its owner."""

from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from generations.models import Generation, User

SHARED: Final = "shared with the team"
KEPT_PRIVATE: Final = "kept private"


def share(generation: Generation, *, actor: User) -> bool:
    """Let the team see a private clip: to its open pages it is a new one. False if they saw it already."""
    return _let_see(generation, actor, is_private=False)


def keep_private(generation: Generation, *, actor: User) -> bool:
    """Let only its owner see a clip from now on; it disappears from the team's pages. False if it was so."""
    return _let_see(generation, actor, is_private=True)


def taken_back(generations: QuerySet[Generation]) -> QuerySet[Generation]:
    """Return those of `generations` that the team has seen and sees no more."""
    return generations.filter(is_private=True, events__why=KEPT_PRIVATE).distinct()


def _let_see(generation: Generation, actor: User, *, is_private: bool) -> bool:
    with transaction.atomic():
        if not generation.change(only_if=Q(is_private=not is_private), is_private=is_private):
            return False
        if not is_private:
            Generation.objects.filter(pk=generation.pk).update(born_revision=F("revision"))
        generation.note(KEPT_PRIVATE if is_private else SHARED, actor=actor)
    return True
