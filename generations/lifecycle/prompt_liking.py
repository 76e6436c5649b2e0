"""Favourite prompts: one person's mark, counted for everybody."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from generations.models import Prompt, PromptFavourite, Revision, User


def favour_prompt(prompt: Prompt, user: User) -> None:
    """Mark a prompt for `user`; marking it twice changes nothing."""
    with transaction.atomic():
        Revision.take()
        PromptFavourite.objects.get_or_create(prompt=prompt, user=user)
        _count(prompt)


def unfavour_prompt(prompt: Prompt, user: User) -> None:
    """Take `user`'s mark away, if there is one."""
    with transaction.atomic():
        Revision.take()
        PromptFavourite.objects.filter(prompt=prompt, user=user).delete()
        _count(prompt)


def favourite_prompts_of(user: User, prompts: Iterable[Prompt]) -> set[UUID]:
    """Return the ids of those that `user` has marked. One query."""
    mine = PromptFavourite.objects.filter(user=user, prompt__in=[one.pk for one in prompts])
    return set(mine.values_list("prompt_id", flat=True))


def _count(prompt: Prompt) -> None:
    prompt.favourites_count = prompt.favourites.count()
    prompt.save(update_fields=["favourites_count"])
