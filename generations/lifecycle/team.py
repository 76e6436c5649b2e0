"""Who comes to a team, and as what."""

from django.db import transaction

from generations.models import Membership, Role, Team, TeamEvent, User


def join(team: Team, user: User, role: str, *, actor: User) -> Membership:
    """Make `user` a member of the team, which is written down; who is one already stays as they are."""
    with transaction.atomic():
        membership, is_new = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
        if is_new:
            what = f"{user} joined as {Role(role).label.lower()}"
            TeamEvent.objects.create(team=team, actor=actor, member=user, what=what)
    return membership
