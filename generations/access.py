"""Who may see and do what: the one place that decides.

What somebody may not see does not exist for them (404, Http404). What they may see but not do is refused
(403, PermissionDenied). Admins (superusers) may do everything.
"""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404

from generations.models import Generation, Invitation, Membership, Role, Team, User

CHANGE_REFUSED = "Only its owner or a lead of the team can do this."
SHARE_REFUSED = "Only its owner can do this."
LEAD_ONLY = "Only a lead of the team can see and do this. Ask one if you need it."

RowT = TypeVar("RowT", bound=Model)


def memberships(user: User) -> list[Membership]:
    """Return the teams that `user` is in, by name, with what they are there."""
    return list(Membership.objects.filter(user=user).select_related("team"))


def visible_generations(user: User | AnonymousUser) -> QuerySet[Generation]:
    """Return what `user` may open: in their teams their own and what is not private, for an admin all."""
    if not user.is_active:
        return Generation.objects.none()
    if user.is_superuser:
        return Generation.objects.all()
    teams = Membership.objects.filter(user_id=user.pk).values("team_id")
    return Generation.objects.filter(Q(owner_id=user.pk) | Q(is_private=False), team_id__in=teams)


def own_generations(membership: Membership) -> QuerySet[Generation]:
    """Return what is the member's in this team: the gallery's Mine."""
    return Generation.objects.filter(owner=membership.user_id, team=membership.team_id)


def team_generations(membership: Membership) -> QuerySet[Generation]:
    """Return what the team shares: the gallery's Team."""
    return Generation.objects.filter(team=membership.team_id, is_private=False)


def seen_generations(membership: Membership) -> QuerySet[Generation]:
    """Return all that the member sees in this team: what it shares, and their own."""
    seen = Q(owner=membership.user_id) | Q(is_private=False)
    return Generation.objects.filter(seen, team=membership.team_id)


def visible_generation(user: User | AnonymousUser, pk: UUID) -> Generation:
    """Return one generation that `user` may open. Raises Http404 for a stranger's and for none at all alike."""
    related = ("owner", "team", "account", "order")
    return _one(visible_generations(user).select_related(*related), "No such clip.", pk=pk)


def is_lead(user: User, team: Team) -> bool:
    """Whether `user` manages the team."""
    return user.is_superuser or Membership.objects.filter(user=user, team=team, role=Role.LEAD).exists()


def changeable(user: User, generations: Iterable[Generation]) -> set[UUID]:
    """Return the ids of those that `user` may cancel or retry: their own, and those of teams they lead."""
    if user.is_superuser:
        return {generation.pk for generation in generations}
    led = set(Membership.objects.filter(user=user, role=Role.LEAD).values_list("team_id", flat=True))
    return {one.pk for one in generations if one.owner_id == user.pk or one.team_id in led}


def changeable_generation(user: User, pk: UUID) -> Generation:
    """Return one that `user` may cancel or retry. Raises Http404 or PermissionDenied."""
    generation = visible_generation(user, pk)
    if generation.pk not in changeable(user, [generation]):
        raise PermissionDenied(CHANGE_REFUSED)
    return generation


def own_generation(user: User, pk: UUID) -> Generation:
    """Return one that is `user`'s to share. Raises Http404 or PermissionDenied."""
    generation = visible_generation(user, pk)
    if generation.owner_id != user.pk:
        raise PermissionDenied(SHARE_REFUSED)
    return generation


def visible_teams(user: User) -> QuerySet[Team]:
    """Return the teams that `user` is in, for an admin all."""
    return Team.objects.all() if user.is_superuser else Team.objects.filter(memberships__user=user)


def visible_team(user: User, pk: int) -> Team:
    """Return a team that `user` is in. Raises Http404."""
    return _one(visible_teams(user), "No such team.", pk=pk)


def managed_team(user: User, pk: int) -> Team:
    """Return a team that `user` manages. Raises Http404, or PermissionDenied for one of its members."""
    team = visible_team(user, pk)
    if not is_lead(user, team):
        raise PermissionDenied(LEAD_ONLY)
    return team


def led_team(user: User, membership: Membership) -> Team:
    """Return the team that `user` has chosen, if it is theirs to manage. Raises PermissionDenied. No query."""
    if not (user.is_superuser or membership.is_lead):
        raise PermissionDenied(LEAD_ONLY)
    return membership.team


def charge_to_decide(user: User, pk: UUID) -> Generation:
    """Return one of a team that `user` leads, private ones too: it is the team's money.

    Raises Http404 for what they may not see, PermissionDenied for what they may see but not decide.
    """
    generation = Generation.objects.select_related("team", "account").filter(pk=pk).first()
    if generation and is_lead(user, generation.team):
        return generation
    visible_generation(user, pk)
    raise PermissionDenied(LEAD_ONLY)


def managed_membership(user: User, team_pk: int, pk: int) -> Membership:
    """Return somebody's place in a team that `user` manages. Raises Http404 or PermissionDenied."""
    team = managed_team(user, team_pk)
    people = Membership.objects.select_related("team", "user")
    return _one(people, "Nobody of this team.", team=team, pk=pk)


def managed_invitation(user: User, team_pk: int, pk: int) -> Invitation:
    """Return an invitation to a team that `user` manages, not accepted yet. Raises Http404 or PermissionDenied."""
    team = managed_team(user, team_pk)
    waiting = Invitation.objects.select_related("team", "invited_by").filter(accepted_at=None)
    return _one(waiting, "No such invitation.", team=team, pk=pk)


def own_membership(user: User, team_pk: int) -> Membership:
    """Return `user`'s place in a team. Raises Http404."""
    mine = Membership.objects.select_related("team", "user")
    return _one(mine, "No such team.", team=team_pk, user=user)


def _one(found: QuerySet[RowT], otherwise: str, **key: Any) -> RowT:
    """Return the row of this key. Raises Http404 for a stranger's and for none at all alike."""
    row = found.filter(**key).first()
    if row is None:
        raise Http404(otherwise)
    return row
