"""The admin's first page: what needs a person today, a line each, with what is to be done and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from generations.access.review import may_judge, reviewable_generations
from generations.lasting import lasted
from generations.lifecycle import attention, health, review_queue
from generations.lifecycle.attention import Count, count
from generations.lifecycle.charge import undecided
from generations.lifecycle.room import room
from generations.models import Account, Pause, State, User
from generations.money import written
from generations.templatetags.trouble import trouble

register = template.Library()

STUCK_ADVICE: Final = (
    "script/server starts it again by itself; elsewhere the process manager must. Its log says more."
)
FAILED_ADVICE: Final = (
    "Each says why in a sentence. One prompt that is refused again and again is its writer’s to change; many at "
    "once are Magnific’s or the network’s."
)
SLOW_ADVICE: Final = {
    State.SUBMITTING: "Its answer is overdue: the sweep looks after it every minute.",
    State.RENDERING: "That is long. It is followed for a day by itself; if many are so slow, ask Magnific.",
    State.SAVING: "The page of the clip says what is in the way: a full disk, or a link that has run out.",
}


@dataclass(frozen=True)
class Line:
    """One thing to know. `advice` says what to do; without it nothing is, and the line is calm."""

    label: str
    text: str
    url: str
    advice: str = ""

    @property
    def is_calm(self) -> bool:
        """Whether nobody has to do anything."""
        return not self.advice


@register.simple_tag
def home_lines(user: User) -> list[Line]:
    """Return what `user` should know, what needs them first: an admin all, a reviewer what is to be judged."""
    lines = list(_review(user)) if may_judge(user) else []
    if user.is_superuser:
        account = Account.objects.current()
        lines += [line for part in PARTS for line in part(account)]
    return sorted(lines, key=lambda line: line.is_calm)


@register.filter
def needing(lines: list[Line]) -> int:
    """How many of them need somebody."""
    return sum(not line.is_calm for line in lines)


def _review(user: User) -> Iterator[Line]:
    url = reverse("admin:generations_clipinreview_queue")
    waiting = review_queue.waiting(reviewable_generations(user))
    oldest = waiting.values_list("review__at", flat=True).first()
    if oldest is None:
        yield Line("Review", "No clip waits for a verdict.", url)
        return
    found = count(waiting)
    which = "" if found.is_one else "the first "
    text = f"{_clips(found)} for a verdict, {which}handed in {lasted(oldest)} ago."
    yield Line("Review", text, url, "Open the queue: approve each, or return it with a note.")


def _unclear(account: Account) -> Iterator[Line]:
    url, found = reverse("admin:generations_submission_unclear"), count(attention.unclear())
    if not found:
        yield Line("Unclear", "No submission is in doubt.", url)
        return
    text = (
        f"{found} submission{'' if found.is_one else 's'} in doubt: the answer was lost, a clip may be paid."
    )
    yield Line(
        "Unclear", text, url, "Look for the prompt on Magnific’s dashboard, then say what became of it."
    )


def _accounts(account: Account) -> Iterator[Line]:
    troubled = attention.troubled_accounts(account)
    for one in troubled:
        url = _page("account", one.pk)
        if one.pk == account.pk and (why := trouble(one)):
            yield Line("Account", f"Sending is paused. {why.happened}", url, why.advice)
        if one.is_shared:
            text = f"{one} is used by somebody else too: its list settles no doubt."
            yield Line("Account", text, url, "Give the other program another key, then say so on this page.")
    if not troubled:
        yield Line("Account", f"{account} sends.", _page("account", account.pk))


def _teams(account: Account) -> Iterator[Line]:
    for team in attention.paused_teams():
        why = f"{team}: {Pause(team.paused_kind).label.lower()}."
        advice = "Look at what failed, then let sending go on from the team’s page."
        yield Line("Team", why, reverse("team-one", args=[team.pk]), advice)


def _failures(account: Account) -> Iterator[Line]:
    since = timezone.now() - timedelta(days=1)
    url = _list("generation", state__exact=State.FAILED, state_at__gte=since.isoformat(timespec="seconds"))
    found = count(attention.failed_since(since))
    if not found:
        yield Line("Failures", "No clip failed in the last 24 hours.", url)
        return
    text = f"{found} clip{'' if found.is_one else 's'} failed in the last 24 hours."
    yield Line("Failures", text, url, FAILED_ADVICE)


def _charges(account: Account) -> Iterator[Line]:
    if found := count(undecided()):
        which = "failed clip was" if found.is_one else "failed clips were"
        text = f"{found} {which} perhaps charged; the price stays reserved."
        url = reverse("admin:generations_generation_charges")
        yield Line("Charges", text, url, "Look at the usage on Magnific’s dashboard, then say which were.")


def _running(account: Account) -> Iterator[Line]:
    oldest = attention.oldest_going_on()
    if oldest is None:
        yield Line("Running", "Nothing is being made.", _list("generation"))
        return
    state, age = State(oldest.state), (timezone.now() - oldest.state_at).total_seconds()
    text = f"The oldest has been {state.label.lower()} for {lasted(oldest.state_at, depth=2)}: {oldest.title}"
    is_slow = age > settings.SLOW_AFTER_SECONDS
    yield Line("Running", text, _page("generation", oldest.pk), SLOW_ADVICE[state] if is_slow else "")


def _damage(account: Account) -> Iterator[Line]:
    if found := count(attention.damaged()):
        text = f"{found} saved file{' is' if found.is_one else 's are'} missing, changed or unreadable."
        url = _list("generation", file_damage__isempty=0)
        yield Line(
            "Files", text, url, "Look at the disk, then bring them back from a backup, under the same names."
        )


def _room(account: Account) -> Iterator[Line]:
    url = reverse("set-up")
    try:
        left = room(account)
    except OSError as error:
        advice = "Look at VAR_DIR and its disk: nothing can be saved there."
        yield Line("Disk", f"The media folder cannot be read: {error.strerror}.", url, advice)
        return
    clips = f"{left.clips:,} more clip{'' if left.clips == 1 else 's'}"
    text = f"Room for about {clips}: {filesizeformat(left.free)} free, {filesizeformat(left.a_clip)} each."
    yield Line(
        "Disk", text, url, "Make room in VAR_DIR/media, or give it a larger disk." if left.is_low else ""
    )


def _workers(account: Account) -> Iterator[Line]:
    url, found = reverse("set-up"), health.clusters()
    for cluster in found:
        if cluster.is_stuck or cluster.is_silent:
            waits = ", and work waits for it" if cluster.work_waits else ""
            heard = "has never been heard" if cluster.age is None else f"was heard {_ago(cluster.age)}"
            yield Line("Workers", f"The cluster {cluster.name} {heard}{waits}.", url, STUCK_ADVICE)
    if not any(cluster.is_stuck or cluster.is_silent for cluster in found):
        heard = ", ".join(f"{cluster.name} {_ago(cluster.age or 0)}" for cluster in found)
        yield Line("Workers", f"Both clusters work: {heard}.", url)


def _clock(account: Account) -> Iterator[Line]:
    since = timezone.now() - timedelta(days=1)
    if found := count(attention.stale_callbacks(since)):
        text = f"{found} callback{'' if found.is_one else 's'} of the last day came with a time minutes off."
        yield Line("Clock", text, _list("delivery", is_stale__exact=1), "Set this machine’s clock by NTP.")


def _month(account: Account) -> Iterator[Line]:
    first, money = attention.month_so_far()
    text = (
        f"{written(money.spent)} spent in {date_format(first, 'F')}, {written(money.reserved)} more reserved."
    )
    rehearsal = " Rehearsal costs nothing." if account.is_rehearsal else ""
    yield Line("Spend", text + rehearsal, _list("ledgerentry", day__gte=first.isoformat()))


PARTS: Final[tuple[Callable[[Account], Iterator[Line]], ...]] = (
    *(_unclear, _accounts, _teams, _failures, _charges, _running),
    *(_damage, _room, _workers, _clock, _month),
)
"""What an admin reads, in this order."""


def _clips(found: Count) -> str:
    return f"{found} clip waits" if found.is_one else f"{found} clips wait"


def _ago(seconds: float) -> str:
    if seconds < 60:
        return f"{max(0, round(seconds))} s ago"
    return f"{lasted(timezone.now() - timedelta(seconds=seconds))} ago"


def _page(model: str, pk: Any) -> str:
    return reverse(f"admin:generations_{model}_change", args=[pk])


def _list(model: str, **asked: Any) -> str:
    query = f"?{urlencode(asked)}" if asked else ""
    return reverse(f"admin:generations_{model}_changelist") + query
