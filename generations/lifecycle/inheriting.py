"""Who takes over the clips of a person that goes, team by team, so that it can be said before anything is done."""

from collections.abc import Collection
from dataclasses import dataclass

from generations.lifecycle import leaving
from generations.lifecycle.team import TeamRefusal
from generations.models import Membership, Role, User


class HeirUnclear(TeamRefusal):
    """Nobody in particular is to take over some clips; the text says whose choice it is."""


@dataclass(frozen=True)
class Inheritance:
    """So many clips of a membership, at least one, and who takes them over."""

    leaving: Membership
    heir: Membership
    clips: int

    def __str__(self) -> str:
        go = "goes" if self.clips == 1 else "go"
        return f"{_clips(self.clips)} in {self.leaving.team} {go} to {self.heir.user}."


def inheritances(person: User, named: Collection[User] = ()) -> list[Inheritance]:
    """Return what goes to whom, of the teams where the person has clips.

    In each that is the one of those `named` who can take clips over there; where nobody is named, its only other
    lead. Raises HeirUnclear where that is nobody or several, and leaving.NoHeir where nobody can.
    """
    found = []
    for one in Membership.objects.filter(user=person).select_related("team", "user").order_by("team__name"):
        if clips := leaving.clips_of(one).count():
            found.append(Inheritance(one, _heir(one, clips, named), clips))
    return found


def _heir(one: Membership, clips: int, named: Collection[User]) -> Membership:
    able = list(leaving.heirs(one))
    if not able:
        raise leaving.NoHeir(one)
    chosen = [each for each in able if (each.user in named if named else each.role == Role.LEAD)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(each.user.username for each in chosen or able)
    raise HeirUnclear(
        f"Say by --heir who of {names} takes over {_clips(clips)} of {one.user} in {one.team}. Nothing was changed."
    )


def _clips(count: int) -> str:
    return f"{count:,} clip{'s' * (count != 1)}"
