"""How much of what was judged was approved, and what an approved clip, and an approved second, cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db.models import Avg, Case, Count, F, FloatField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from generations.models import Generation, Prompt, Verdict
from generations.models.price import CENT

JUDGED: Final = (Verdict.APPROVED, Verdict.RETURNED)
"""The newest verdict counts; what waits for one is not judged."""


@dataclass(frozen=True)
class Approval:
    """Of some clips: how many are judged and approved; of those approved that were paid for, how many and how long.

    `seconds` are those ordered. What cost nothing, or another currency than CURRENCY, is in no cost.
    """

    judged: int = 0
    approved: int = 0
    paid: int = 0
    seconds: int = 0

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Approval":
        """Return what `counts` found."""
        return cls(row["judged"], row["approved"], row["paid"], row["seconds"] or 0)

    def __add__(self, other: "Approval") -> "Approval":
        """Return both together."""
        return Approval(
            self.judged + other.judged,
            self.approved + other.approved,
            self.paid + other.paid,
            self.seconds + other.seconds,
        )

    @property
    def share(self) -> float | None:
        """Approved of judged, from 0 to 1; None where nothing was judged."""
        return self.approved / self.judged if self.judged else None

    def cost(self, money: Decimal) -> "Cost":
        """Spread all the `money` that went into the clips, approved or not, over those that were approved."""
        if not self.paid:
            return Cost(None, None)
        return Cost((money / self.paid).quantize(CENT), (money / self.seconds).quantize(CENT))


NONE: Final = Approval()
"""Of no clips."""


@dataclass(frozen=True)
class Cost:
    """What one approved clip and one approved second cost; None where none was approved."""

    clip: Decimal | None
    second: Decimal | None


def counts(currency: F | None = None) -> dict[str, Any]:
    """Return the annotations that `Approval.of_row` reads. `currency` is what was paid in, by default CURRENCY."""
    approved = Q(verdict=Verdict.APPROVED)
    paid = approved & Q(account__is_rehearsal=False, currency=currency or settings.CURRENCY)
    return {
        "judged": Count("pk", filter=Q(verdict__in=JUDGED)),
        "approved": Count("pk", filter=approved),
        "paid": Count("pk", filter=paid),
        "seconds": Sum("duration", filter=paid),
    }


def refresh(clips: Iterable[Generation]) -> None:
    """Count anew what libraries are sorted by, for the prompts that these clips were made from. One query."""
    versions = {clip.prompt_version_id for clip in clips if clip.prompt_version_id}
    if not versions:
        return
    is_approved = Case(When(verdict=Verdict.APPROVED, then=Value(1.0)), default=Value(0.0))
    judged = Generation.objects.filter(prompt_version__prompt=OuterRef("pk"), verdict__in=JUDGED).order_by()
    share = judged.values("prompt_version__prompt").annotate(
        share=Avg(is_approved, output_field=FloatField())
    )
    prompts = Prompt.objects.filter(pk__in=Prompt.objects.filter(versions__in=versions).values("pk"))
    prompts.update(approved_share=Coalesce(Subquery(share.values("share")), 0.0))
