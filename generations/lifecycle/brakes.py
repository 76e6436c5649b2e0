"""What stops a team's sending: a lead's word, or too many failures at once."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from generations.lifecycle import alarm, lease
from generations.models import Account, Generation, Pause, Revision, State, Team, TeamEvent, User

LOOKED_AT: Final = 10
FAILED_AT_LEAST: Final = 5
WITHIN: Final = timedelta(hours=1)
FAILURES_REASON: Final = "{failed} of the last {ended} clips failed."


def pause(team: Team, *, actor: User, why: str) -> bool:
    """Stop sending for a team; what is queued waits, what is on its way goes on. False if it was paused."""
    return _pause(team, Pause.LEAD, why, actor)


def resume(team: Team, *, actor: User) -> bool:
    """Let sending go on; failures up to now count no more. False if it was not paused."""
    nothing = {"paused_at": None, "paused_kind": "", "paused_by": None, "paused_reason": ""}
    with transaction.atomic():
        Revision.take()
        paused = Team.objects.filter(pk=team.pk, paused_at__isnull=False)
        if not paused.update(watched_from=timezone.now(), **nothing):
            return False
        TeamEvent.objects.create(team=team, actor=actor, what="let sending go on")
        lease.kick(Account.objects.current())
    team.refresh_from_db()
    return True


def let_go(waiting: list[Generation]) -> list[Generation]:
    """Return those that may be sent; a team whose failures have jumped is paused."""
    first = {generation.team_id: generation for generation in reversed(waiting)}
    stopped = {team for team, generation in first.items() if stop(generation)}
    return [generation for generation in waiting if generation.team_id not in stopped]


def stop(generation: Generation) -> bool:
    """Whether this clip must not be sent because its team's failures have jumped; the team is paused then.

    Rehearsal costs nothing: it goes on.
    """
    return not generation.account.is_rehearsal and _stop_if_jumped(generation.team)


def watch() -> None:
    """Pause every team whose failures have jumped, so that it is known before somebody orders again."""
    lately = Generation.objects.filter(
        account__is_rehearsal=False, state=State.FAILED, state_at__gt=timezone.now() - WITHIN
    )
    for team in Team.objects.filter(paused_at=None, pk__in=lately.values("team")):
        _stop_if_jumped(team)


def _stop_if_jumped(team: Team) -> bool:
    """Whether failures have jumped: half of the last ten clips that ended within an hour, and at least five."""
    ended = _ended_lately(team)
    failed = ended.count(State.FAILED)
    if failed < FAILED_AT_LEAST:
        return False
    reason = FAILURES_REASON.format(failed=failed, ended=len(ended))
    if _pause(team, Pause.FAILURES, reason, None):
        alarm.tell_leads(team, "team_paused", {"team": team})
    return True


def _ended_lately(team: Team) -> list[str]:
    """The states of the newest that count. What bears a future time was written before a clock was set back."""
    now = timezone.now()
    since = now - WITHIN if team.watched_from > now else max(team.watched_from, now - WITHIN)
    ended = Generation.objects.filter(
        team=team,
        account__is_rehearsal=False,
        state__in=(State.READY, State.FAILED),
        state_at__gt=since,
        state_at__lte=now,
    )
    return list(ended.order_by("-state_at").values_list("state", flat=True)[:LOOKED_AT])


def _pause(team: Team, kind: Pause, why: str, actor: User | None) -> bool:
    fields = {
        "paused_at": timezone.now(),
        "paused_kind": kind,
        "paused_by": actor,
        "paused_reason": why[:300],
    }
    with transaction.atomic():
        Revision.take()
        if not Team.objects.filter(pk=team.pk, paused_at=None).update(**fields):
            return False
        TeamEvent.objects.create(team=team, actor=actor, what=f"paused sending: {why}"[:300])
    team.refresh_from_db()
    return True
