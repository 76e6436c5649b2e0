"""Who may see and do what: the one place that decides.

What somebody may not see does not exist for them (404, Http404). What they may see but not do is refused
(403, PermissionDenied). Admins (superusers) may do everything.
"""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from generations.access.rows import one
from generations.models import (
    Collection,
    Generation,
    Invitation,
    Membership,
    Role,
    SavedSearch,
    Tag,
    Team,
    User,
)

CHANGE_REFUSED = "Only its owner or a lead of the team can do this."
SHARE_REFUSED = "Only its owner can do this."
LABEL_REFUSED = "You watch in this team. A lead can make you a member, who may tag and collect."
LEAD_ONLY = "Only a lead of the team can see and do this. Ask one if you need it."


def memberships(user: User) -> list[Membership]:
    """Return the teams that `user` is in, by name, with what they are there. One query, for each page."""
    found = list(Membership.objects.filter(user=user.pk).select_related("team").order_by("team__name", "pk"))
    for membership in found:
        membership.user = user
    return found


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
    return Generation.objects.filter(owner=membership.user_id, team=membership.team_id, trashed_at=None)


def team_generations(membership: Membership) -> QuerySet[Generation]:
    """Return what the team shares: the gallery's Team."""
    return Generation.objects.filter(team=membership.team_id, is_private=False, trashed_at=None)


def seen_generations(membership: Membership) -> QuerySet[Generation]:
    """Return all that the member sees in this team: what it shares, and their own."""
    seen = Q(owner=membership.user_id) | Q(is_private=False)
    return Generation.objects.filter(seen, team=membership.team_id, trashed_at=None)


def trashed_generations(membership: Membership) -> QuerySet[Generation]:
    """Return what the member may take out of the trash of this team: their own, for a lead also what was shared."""
    theirs = Q(owner=membership.user_id)
    if membership.is_lead:
        theirs |= Q(is_private=False)
    trashed = Generation.objects.filter(theirs, team=membership.team_id, trashed_at__isnull=False)
    return trashed.filter(purged_at=None)


def chosen_generations(user: User | AnonymousUser, ids: Iterable[UUID]) -> QuerySet[Generation]:
    """Return those of these ids. Raises Http404 unless `user` may open every one of them."""
    wanted = set(ids)
    chosen = visible_generations(user).filter(pk__in=wanted)
    if chosen.count() < len(wanted):
        raise Http404("No such clips.")
    return chosen


def visible_generation(user: User | AnonymousUser, pk: UUID) -> Generation:
    """Return one generation that `user` may open. Raises Http404 for a stranger's and for none at all alike."""
    related = ("owner", "team", "account", "order", "review__by")
    return one(visible_generations(user).select_related(*related), "No such clip.", pk=pk)


def is_lead(user: User, team: Team) -> bool:
    """Whether `user` manages the team."""
    return user.is_superuser or Membership.objects.filter(user=user, team=team, role=Role.LEAD).exists()


def changeable(
    user: User, generations: Iterable[Generation], known: Iterable[Membership] | None = None
) -> set[UUID]:
    """Return the ids of those that `user` may cancel or retry: their own, and those of teams they lead.

    `known` are their memberships, where a page has them already.
    """
    if user.is_superuser:
        return {generation.pk for generation in generations}
    theirs = memberships(user) if known is None else known
    led = {membership.team_id for membership in theirs if membership.is_lead}
    return {one.pk for one in generations if one.owner_id == user.pk or one.team_id in led}


def own(user: User, generations: Iterable[Generation]) -> set[UUID]:
    """Return the ids of those that `user` may share or keep private: their own."""
    return {one.pk for one in generations if one.owner_id == user.pk}


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


def may_label(user: User, generation: Generation) -> bool:
    """Whether `user` may tag a clip they see and put it into collections: who may order in its team."""
    roles = (Role.LEAD, Role.MEMBER)
    mine = Membership.objects.filter(user=user, team=generation.team_id, role__in=roles)
    return user.is_superuser or mine.exists()


def labelled_generation(user: User, pk: UUID) -> Generation:
    """Return one that `user` may tag and put into collections. Raises Http404 or PermissionDenied."""
    generation = visible_generation(user, pk)
    if not may_label(user, generation):
        raise PermissionDenied(LABEL_REFUSED)
    return generation


def collection_for(generation: Generation, pk: UUID) -> Collection:
    """Return a collection that a clip may be in: one of its team's. Raises Http404."""
    return one(Collection.objects.filter(team=generation.team_id), "No such collection.", pk=pk)


def visible_teams(user: User) -> QuerySet[Team]:
    """Return the teams that `user` is in, for an admin all."""
    return Team.objects.all() if user.is_superuser else Team.objects.filter(memberships__user=user)


def visible_team(user: User, pk: int) -> Team:
    """Return a team that `user` is in. Raises Http404."""
    return one(visible_teams(user), "No such team.", pk=pk)


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
    return one(people, "Nobody of this team.", team=team, pk=pk)


def managed_invitation(user: User, team_pk: int, pk: int) -> Invitation:
    """Return an invitation to a team that `user` manages, not accepted yet. Raises Http404 or PermissionDenied."""
    team = managed_team(user, team_pk)
    waiting = Invitation.objects.select_related("team", "invited_by").filter(accepted_at=None)
    return one(waiting, "No such invitation.", team=team, pk=pk)


def kept_team(user: User, membership: Membership | None) -> Team:
    """Return the chosen team, if `user` may tag and collect there. Raises PermissionDenied for who watches."""
    if membership is None or not (user.is_superuser or membership.may_order):
        raise PermissionDenied(LABEL_REFUSED)
    return membership.team


def team_collections(membership: Membership) -> QuerySet[Collection]:
    """Return the collections of the chosen team, by name."""
    return Collection.objects.filter(team=membership.team_id)


def team_collection(membership: Membership, pk: UUID) -> Collection:
    """Return a collection of the chosen team. Raises Http404."""
    return one(team_collections(membership), "No such collection.", pk=pk)


def team_tags(membership: Membership) -> QuerySet[Tag]:
    """Return the tags of the chosen team, by name."""
    return Tag.objects.filter(team=membership.team_id)


def manages_collection(membership: Membership, collection: Collection) -> bool:
    """Whether the member may rename or delete a collection of the team: their own, for a lead all."""
    return membership.is_lead or collection.created_by_id == membership.user_id


def managed_collection(membership: Membership, pk: UUID) -> Collection:
    """Return a collection that the member may rename or delete: their own, for a lead all of the team.

    Raises Http404 or PermissionDenied.
    """
    collection = team_collection(membership, pk)
    if not manages_collection(membership, collection):
        raise PermissionDenied("Only who made it or a lead of the team can do this.")
    return collection


def own_saved_searches(membership: Membership) -> QuerySet[SavedSearch]:
    """Return the searches that the member has saved in this team, by name."""
    return SavedSearch.objects.filter(user=membership.user_id, team=membership.team_id)


def own_saved_search(membership: Membership, pk: int) -> SavedSearch:
    """Return a search that the member has saved in this team. Raises Http404."""
    return one(own_saved_searches(membership), "No such search.", pk=pk)


def team_people(membership: Membership) -> QuerySet[User]:
    """Return who is in the chosen team, by user name."""
    return User.objects.filter(memberships__team=membership.team_id).order_by("username")


def own_membership(user: User, team_pk: int) -> Membership:
    """Return `user`'s place in a team. Raises Http404."""
    mine = Membership.objects.select_related("team", "user")
    return one(mine, "No such team.", team=team_pk, user=user)
