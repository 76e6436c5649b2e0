"""Who may judge clips, and which: what was handed in and its team shares, in the admin alone.

A reviewer need not be in the team: they watch what is in review, and see nothing else of it.
"""

from typing import Final, cast
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from generations.access import visible_generations
from generations.access.rows import one
from generations.models import Generation, Membership, State, Team, User
from generations.models.generation_rules import IN_REVIEW

JUDGE: Final = "generations.judge_clipinreview"
RELATED: Final = ("owner", "team", "account", "order", "review__by")
UNSENT: Final = Q(state=State.QUEUED, trashed_at=None, is_private=False)
NOT_A_REVIEWER: Final = "Only reviewers judge clips. An admin can make you one."


def may_judge(user: User | AnonymousUser) -> bool:
    """Whether `user` is a reviewer: let into the admin, with the permission that the group Reviewers has."""
    return user.is_staff and user.has_perm(JUDGE)


def refuse_who_may_not_judge(user: User | AnonymousUser) -> None:
    """Raise PermissionDenied for all but reviewers."""
    if not may_judge(user):
        raise PermissionDenied(NOT_A_REVIEWER)


def reviewable(user: User | AnonymousUser) -> Q:
    """A condition on clips: `user` may judge them.

    They may in every team that does not keep to reviewers of its own, and in theirs.
    """
    return IN_REVIEW & _of_open_teams(user)


def reviewable_generations(user: User | AnonymousUser) -> QuerySet[Generation]:
    """Return the clips that `user` may judge."""
    return Generation.objects.filter(reviewable(user))


def judges(user: User | AnonymousUser, clip: Generation) -> bool:
    """Whether `user` may judge this clip. No query but for reviewers."""
    return may_judge(user) and reviewable_generations(user).filter(pk=clip.pk).exists()


def reviewable_generation(user: User, pk: UUID) -> Generation:
    """Return a clip that `user` may judge. Raises Http404."""
    found = reviewable_generations(user).select_related(*RELATED)
    return one(found, "No such clip in review.", pk=pk)


def takes_to_judge(user: User, clip: Generation) -> list[Generation]:
    """Return the takes of the order of a clip in review, the clip too, whose fate is in `user`'s hands, in order.

    Those they may judge; and those not sent yet, which they may cancel once they have chosen another. One query.
    """
    found = Generation.objects.filter((IN_REVIEW | UNSENT) & _of_open_teams(user), order=clip.order_id)
    return list(found.select_related(*RELATED, "review_claimed_by").order_by("take"))


def watchable_generation(user: User | AnonymousUser, pk: UUID) -> Generation:
    """Return a clip whose pictures and video `user` may watch: what they may open, or judge. Raises Http404."""
    for found in (visible_generations(user), reviewable_generations(user)):
        if generation := found.select_related("owner", "team", "account", "order").filter(pk=pk).first():
            return generation
    raise Http404("No such clip.")


def _of_open_teams(user: User | AnonymousUser) -> Q:
    """A condition on clips: their team lets `user` judge."""
    if not may_judge(user):
        return Q(pk__in=[])
    if user.is_superuser:
        return Q()
    mine = Membership.objects.filter(user=cast(User, user)).values("team_id")
    closed = Team.objects.filter(reviewed_inside=True).exclude(pk__in=mine)
    return ~Q(team__in=closed.values("pk"))
