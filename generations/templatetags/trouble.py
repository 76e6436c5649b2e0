"""Why sending is paused, in plain words: for the banner on every page, for the admin and for the mail."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django import template
from django.urls import reverse
from django.utils import timezone

from generations import site
from generations.lifecycle.charge import undecided
from generations.models import Account, Delivery, Generation, State

register = template.Library()


@dataclass(frozen=True)
class Trouble:
    """A kind of pause: what happened, how it ends (both for everybody), and what an admin does about it."""

    happened: str
    ends: str
    advice: str


TROUBLES: Final = {
    "unauthorized": Trouble(
        "Magnific does not accept our key.",
        "An admin has to see to the key; sending then goes on by itself.",
        "Check the key on Magnific’s dashboard and MAGNIFIC_API_KEY here. A list request every half minute "
        "finds out when the key works again. Another key needs a restart.",
    ),
    "no_credit": Trouble(
        "The account at Magnific is out of credit.",
        "An admin tops it up and then resumes sending.",
        "Top up at Magnific, then resume here.",
    ),
    "plan_limit": Trouble(
        "The account’s plan at Magnific is used up.",
        "An admin resumes sending when Magnific allows more again.",
        "Wait for the plan’s next period or change the plan at Magnific, then resume here.",
    ),
    "forbidden": Trouble(
        "Magnific turns our account away.",
        "An admin has to ask Magnific why, and then resumes sending.",
        "Read Magnific’s answer on the newest submission; the account may be suspended. Settle it with "
        "Magnific, then resume here.",
    ),
    "misrouted": Trouble(
        "Magnific’s address does not answer as it should.",
        "An admin checks the address and then resumes sending.",
        "Check MAGNIFIC_BASE_URL and any proxy in between: the address redirects or does not know the "
        "endpoint. Restart if you change it, then resume here.",
    ),
    "unexpected": Trouble(
        "Magnific gave an answer that we do not understand.",
        "An admin looks into it and then resumes sending.",
        "Read the answer on the newest submission. If it was a passing fault over there, resume here.",
    ),
    "strangers": Trouble(
        "Magnific lists clips that were not ordered here.",
        "An admin has to say whose they are before anything new is sent.",
        "Look at Magnific’s dashboard. If this database was restored from a backup, clips ordered since are "
        "among them: note them down before you go on. If they are nobody’s here, put them aside. If somebody "
        "else uses this key, say so. Either lets sending go on.",
    ),
}
UNKNOWN_KIND: Final = Trouble(
    "Something is wrong with our account at Magnific.",
    "An admin looks into it and then resumes sending.",
    "Read the reason and the newest submission, then resume here.",
)


@register.filter
def trouble(account: Account) -> Trouble | None:
    """Why the account does not send, or None while it does."""
    return TROUBLES.get(account.paused_kind, UNKNOWN_KIND) if account.is_paused else None


register.simple_tag(site.public_url)


@dataclass(frozen=True)
class Need:
    """Something that waits for an admin, and where."""

    text: str
    url: str


@register.simple_tag
def other_needs() -> list[Need]:
    """What an admin should look at besides doubts and pauses. Four queries."""
    needs = [
        Need(
            f"{account} is used by somebody else too: its list settles no doubt", _page("account", account.pk)
        )
        for account in Account.objects.filter(is_shared=True)
    ]
    if damaged := Generation.objects.filter(state=State.READY).exclude(file_damage="").count():
        needs.append(Need(f"Damaged files: {damaged}", _page("generation") + "?file_damage__isempty=0"))
    if unknown := undecided().count():
        text = f"Failed clips of which it is not known whether they were charged: {unknown}"
        needs.append(Need(text, reverse("admin:generations_generation_charges")))
    since = timezone.now() - timedelta(days=1)
    if stale := Delivery.objects.filter(is_stale=True, received_at__gt=since).count():
        text = f"Callbacks of the last day with a time minutes off: {stale}. Is this machine’s clock right?"
        needs.append(Need(text, _page("delivery") + "?is_stale__exact=1"))
    return needs


def _page(model: str, pk: int | None = None) -> str:
    """The admin's list of a model, or the page of one row."""
    name = f"admin:generations_{model}_"
    return reverse(f"{name}change", args=[pk]) if pk else reverse(f"{name}changelist")
