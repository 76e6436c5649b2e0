"""Why sending is paused, in plain words: for the banner on every page, for the admin and for the mail."""

from dataclasses import dataclass
from typing import Final

from django import template

from generations import site
from generations.models import Account

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
