"""Leaving a team, and what becomes of the clips then: somebody who stays takes them over."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from generations.lifecycle.team import (
    TeamRefusal,
    lock,
    refuse_without_lead,
    withdraw_made_by,
    write_down,
)
from generations.models import AuditEntry, AuditKind, Generation, Membership, Revision, Role, Team, User

NOTE: Final = """
INSERT INTO generations_event (generation_id, from_state, to_state, at, actor_id, agent, why)
SELECT id, state, state, %s, %s, '', %s FROM generations_generation WHERE owner_id = %s AND team_id = %s
"""
"""One line for the history of each clip, in one statement: somebody may have made ten thousand."""


class NoHeir(TeamRefusal):
    """There are clips, and nobody to take them over."""

    def __init__(self, leaving: Membership) -> None:
        super().__init__(
            f"Choose who takes over {leaving.user}’s clips in {leaving.team}: "
            "a lead or a member of the team. Nothing was changed."
        )


def heirs(leaving: Membership) -> QuerySet[Membership]:
    """Return who may take over somebody's clips: others in the team who order and can sign in, leads first."""
    able = Membership.objects.filter(
        team=leaving.team_id, role__in=(Role.LEAD, Role.MEMBER), user__is_active=True
    )
    return able.exclude(pk=leaving.pk).select_related("user", "team").order_by("role", "user__username")


def clips_of(membership: Membership) -> QuerySet[Generation]:
    """Return what somebody has in a team, the private ones too."""
    return Generation.objects.filter(owner=membership.user_id, team=membership.team_id)


def leave(membership: Membership, *, actor: User | None, heir: Membership | None = None) -> int:
    """Take somebody out of a team and hand their clips to `heir`; return how many there were.

    `actor` may be the person, or nobody but a command. What is queued is still sent, whose money it was stays;
    their open invitations to the team end. Raises LastLead, NotInTeam, and NoHeir if there are clips and nobody
    able to take them.
    """
    with transaction.atomic():
        leaving = lock(membership)
        if leaving.is_lead:
            refuse_without_lead(leaving)
        count = clips_of(leaving).count()
        if count:
            hand_over(leaving, _checked(heir, leaving), actor=actor)
        ended = withdraw_made_by(leaving)
        leaving.user.saved_searches.filter(team=leaving.team_id).delete()
        Membership.objects.filter(pk=leaving.pk).delete()
        what = "left" if actor == leaving.user else f"removed {leaving.user}"
        went = f", {count} clip{'s' * (count != 1)} went to {heir.user}" if heir and count else ""
        write_down(leaving.team, actor, f"{what}{went}{ended}", member=leaving.user)
    return count


def hand_over(leaving: Membership, heir: Membership, *, actor: User | None) -> None:
    """Make all of somebody's clips in a team the heir's, with a note in each history: a few queries in all."""
    by = actor.pk if actor else None
    note = f"handed over from {leaving.user} to {heir.user}"
    with transaction.atomic():
        revision = Revision.take()
        at = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [at, by, note, leaving.user_id, leaving.team_id])
        clips_of(leaving).update(owner=heir.user, revision=revision)


def deactivate(user: User, chosen: Mapping[int, Membership], *, actor: User | None, agent: str = "") -> None:
    """Close an account: out of every team, the clips handed over, every session ended.

    `chosen` are the heirs by team id; `agent` is the command that does it where no person does. The password
    is replaced, so that no old session comes back to life with the account; a new one is then set by an admin or by
    mail. Raises what `leave` raises; then nothing is changed.
    """
    with transaction.atomic():
        Revision.take()
        for membership in _memberships(user):
            leave(membership, actor=actor, heir=chosen.get(membership.team_id))
        user.is_active = False
        user.set_password(secrets.token_urlsafe(32))
        user.save(update_fields=["is_active", "password"])
        whose = {"actor": actor, "agent": agent, "about": user}
        AuditEntry.objects.note("closed the account", AuditKind.PERSON, user, **whose)


def activate(people: QuerySet[User], *, actor: User) -> int:
    """Let people sign in again whose accounts are closed; return how many. Who was erased stays closed."""
    with transaction.atomic():
        Revision.take()
        closed = [one for one in people.filter(is_active=False) if not one.is_erased]
        User.objects.filter(pk__in=[one.pk for one in closed]).update(is_active=True)
        for one in closed:
            AuditEntry.objects.note("opened the account again", AuditKind.PERSON, one, actor=actor, about=one)
    return len(closed)


def _memberships(user: User) -> Iterable[Membership]:
    return Membership.objects.filter(user=user).select_related("team", "user")


def _checked(heir: Membership | None, leaving: Membership) -> Membership:
    """Return the heir as they stand now. Raises NoHeir."""
    found = heirs(leaving).filter(pk=heir.pk).first() if heir else None
    if found is None:
        raise NoHeir(leaving)
    return found


def default_heir(leaving: Membership, actor: User) -> Membership | None:
    """Return whom a form offers first: the acting lead, else the first of the leads."""
    able = heirs(leaving)
    return able.filter(user=actor).first() or able.first()


def unled(user: User) -> list[Team]:
    """Return the teams that would have no lead without `user`."""
    led = Membership.objects.filter(user=user, role=Role.LEAD).values("team")
    others = Membership.objects.filter(role=Role.LEAD, user__is_active=True).exclude(user=user).values("team")
    return list(Team.objects.filter(pk__in=led).exclude(pk__in=others))
