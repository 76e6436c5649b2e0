"""Teams: who comes to one, as what, and how much may be spent there. Each change is written into its history.

All of these take the revision first, as every order does: who has just become a viewer orders no more.
"""

from decimal import Decimal

from django.db import transaction

from generations.models import Membership, Revision, Role, Team, TeamEvent, User
from generations.money import written


class TeamRefusal(Exception):
    """Nothing was changed; the text says why."""


class LastLead(TeamRefusal):
    """A team without a lead could not be managed by anybody in it."""

    def __init__(self, team: Team) -> None:
        super().__init__(
            f"{team} would be left without a lead. Make somebody else a lead first; nothing was changed."
        )


class NotInTeam(TeamRefusal):
    """Somebody was faster: the person has left the team."""

    def __init__(self) -> None:
        super().__init__("This person is not in the team any more; nothing was changed.")


def found(team: Team, lead: User, *, actor: User) -> Membership:
    """Save a new team with its first lead. Raises IntegrityError when the name was taken meanwhile."""
    with transaction.atomic():
        team.save()
        TeamEvent.objects.create(team=team, actor=actor, what="made the team")
        return join(team, lead, Role.LEAD, actor=actor)


def join(team: Team, user: User, role: str, *, actor: User, why: str = "") -> Membership:
    """Make `user` a member of the team; who is one already stays as they are."""
    with transaction.atomic():
        Revision.take()
        membership, is_new = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
        if is_new:
            word = Role(role).label.lower()
            what = f"joined as {word}" if actor == user else f"added {user} as {word}"
            write_down(team, actor, f"{what}{why}", member=user)
    return membership


def change_role(membership: Membership, role: str, *, actor: User) -> bool:
    """Give somebody another role; False if it is theirs already. Raises LastLead or NotInTeam.

    Who leads no more invites no more: their open invitations to the team end.
    """
    with transaction.atomic():
        current = lock(membership)
        if current.role == role:
            return False
        if current.is_lead:
            refuse_without_lead(current)
        ended = withdraw_made_by(current) if current.is_lead else ""
        Membership.objects.filter(pk=current.pk).update(role=role)
        what = f"made {current.user} {Role(role).label.lower()}, before {current.role}{ended}"
        write_down(current.team, actor, what, member=current.user)
    membership.role = role
    return True


def change_limit(membership: Membership, limit: Decimal | None, *, actor: User) -> bool:
    """Set what somebody may spend here in a month, None for no limit; False if it is so. Raises NotInTeam."""
    with transaction.atomic():
        current = lock(membership)
        if current.monthly_limit == limit:
            return False
        Membership.objects.filter(pk=current.pk).update(monthly_limit=limit)
        what = (
            f"set {current.user}’s monthly limit to {_named(limit)}, before {_named(current.monthly_limit)}"
        )
        write_down(current.team, actor, what, member=current.user)
    membership.monthly_limit = limit
    return True


def change_settings(
    team: Team, *, name: str, monthly_limit: Decimal | None, daily_limit: Decimal | None, actor: User
) -> bool:
    """Rename a team and set its limits; False if all is so already. Raises IntegrityError for a taken name."""
    with transaction.atomic():
        Revision.take()
        team.refresh_from_db()
        changes = list(filter(None, (
            f"renamed the team, before “{team.name}”" if name != team.name else "",
            _limit_change("monthly", team.monthly_limit, monthly_limit),
            _limit_change("daily", team.daily_limit, daily_limit),
        )))  # fmt: skip
        for what in changes:
            write_down(team, actor, what)
        team.name, team.monthly_limit, team.daily_limit = name, monthly_limit, daily_limit
        team.save(update_fields=["name", "monthly_limit", "daily_limit"])
    return bool(changes)


def change_words(team: Team, words: list[str], *, actor: User) -> bool:
    """Set the words that the team warns of before a clip is ordered; False if they are so already."""
    with transaction.atomic():
        Revision.take()
        team.refresh_from_db()
        before = team.words_to_avoid
        if before == words:
            return False
        parts = (_words_change("added", words, before), _words_change("removed", before, words))
        write_down(team, actor, "; ".join(filter(None, parts)) or "put the words to avoid in another order")
        team.avoided_words = "\n".join(words)
        team.save(update_fields=["avoided_words"])
    return True


def change_review(team: Team, *, hands_in_all: bool, reviewed_inside: bool, actor: User) -> bool:
    """Set whether all clips are handed in once they are ready, and who judges them; False if it is so already."""
    with transaction.atomic():
        Revision.take()
        team.refresh_from_db()
        changes = []
        if hands_in_all != team.hands_in_all:
            changes.append(
                f"let clips be handed in for review {'by themselves' if hands_in_all else 'by hand'}"
            )
        if reviewed_inside != team.reviewed_inside:
            changes.append(
                f"let {'only reviewers in the team' if reviewed_inside else 'every reviewer'} judge clips"
            )
        for what in changes:
            write_down(team, actor, what)
        team.hands_in_all, team.reviewed_inside = hands_in_all, reviewed_inside
        team.save(update_fields=["hands_in_all", "reviewed_inside"])
    return bool(changes)


def lock(membership: Membership) -> Membership:
    """Return a membership as it stands now, while nobody else orders or changes a team. Raises NotInTeam."""
    Revision.take()
    current = Membership.objects.select_related("team", "user").filter(pk=membership.pk).first()
    if current is None:
        raise NotInTeam
    return current


def refuse_without_lead(leaving: Membership) -> None:
    """Raise LastLead if nobody else who can sign in leads the team."""
    leads = Membership.objects.filter(team=leaving.team, role=Role.LEAD, user__is_active=True)
    if not leads.exclude(pk=leaving.pk).exists():
        raise LastLead(leaving.team)


def withdraw_made_by(membership: Membership) -> str:
    """End the open invitations to the team that somebody made: no back door stays open behind them.

    Return what the history says of it, nothing if there were none.
    """
    made = membership.team.invitations.filter(invited_by=membership.user, accepted_at=None)
    addresses = list(made.order_by("email").values_list("email", flat=True))
    made.delete()
    return f"; withdrawn: the invitations of {', '.join(addresses)}" if addresses else ""


def write_down(team: Team, actor: User | None, what: str, *, member: User | None = None) -> None:
    """Add to the team's history; `what` goes on after the actor's name, or “The studio” where nobody acts."""
    TeamEvent.objects.create(team=team, actor=actor, member=member, what=what[:300])


def _words_change(what: str, these: list[str], those: list[str]) -> str:
    """Say which of these are not among those; of many, how many."""
    found = [f"“{word}”" for word in these if word not in those]
    if not found:
        return ""
    named = ", ".join(found)
    named = named if len(named) <= 100 else f"{len(found)} words"
    return f"{what} {named} {'to' if what == 'added' else 'from'} the words to avoid"


def _limit_change(name: str, before: Decimal | None, after: Decimal | None) -> str:
    return "" if before == after else f"set the {name} limit to {_named(after)}, before {_named(before)}"


def _named(limit: Decimal | None) -> str:
    return "none" if limit is None else written(limit)
