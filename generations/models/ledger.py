"""What was reserved, spent and given back: rows that are never changed or deleted, which the database enforces."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.db.models import F, Min, Sum
from django.db.models.functions import Coalesce

from generations.models.team import Team
from generations.models.user import User

NOTHING = Decimal(0)


class Money(NamedTuple):
    """What running and doubtful clips may still cost, and what is paid. The currency is the context's."""

    reserved: Decimal = NOTHING
    spent: Decimal = NOTHING

    def minus(self, other: "Money") -> "Money":
        """The difference in both."""
        return Money(self.reserved - other.reserved, self.spent - other.spent)

    @property
    def together(self) -> Decimal:
        """What counts against a limit."""
        return self.reserved + self.spent


class Kind(models.TextChoices):
    """What a row of the ledger says."""

    RESERVE = "reserve", "Reserved"
    SETTLE = "settle", "Settled"
    RELEASE = "release", "Released"
    CORRECT = "correct", "Corrected"


class Booked(NamedTuple):
    """What the ledger holds of a generation, corrections aside; `day` and `member_id` are its first row's."""

    money: Money
    day: date | None


class LedgerManager(models.Manager["LedgerEntry"]):
    """Reads the ledger and writes to it; a row goes into the day's sums in the same transaction."""

    def booked(self, generation_id: Any) -> Booked:
        """Return what was booked for a generation, without corrections: they are told apart for ever."""
        rows = self.filter(generation=generation_id).exclude(kind=Kind.CORRECT)
        sums = rows.aggregate(
            reserved=Coalesce(Sum("reserved"), NOTHING), spent=Coalesce(Sum("spent"), NOTHING), day=Min("day")
        )
        return Booked(Money(sums["reserved"], sums["spent"]), sums["day"])

    def write(self, **fields: Any) -> "LedgerEntry":
        """Add a row and count it. Call it inside the transaction that makes it true."""
        entry = self.create(**fields)
        DailySpend.objects.count_in(entry)
        return entry


class LedgerEntry(models.Model):
    """A change of what is reserved and what is spent, in `currency`.

    All rows of a generation bear the day on which it was ordered, so that a month's sum moves only within
    its limits; `created_at` says when the row was written.
    """

    generation = models.ForeignKey(
        "generations.Generation", models.PROTECT, null=True, blank=True, related_name="ledger"
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="ledger")
    member = models.ForeignKey(User, models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    reserved = models.DecimalField(max_digits=10, decimal_places=2, default=NOTHING)
    spent = models.DecimalField(max_digits=10, decimal_places=2, default=NOTHING)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="ledger_written")
    reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[LedgerManager] = LedgerManager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "ledger"
        indexes = [models.Index(fields=["team", "-day", "-id"], name="ledger_team_newest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="ledger_kind_known"),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.CORRECT) | models.Q(generation__isnull=False),
                name="ledger_generation_named",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=Kind.CORRECT) | ~models.Q(reason=""), name="ledger_correction_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reserved:+} reserved, {self.spent:+} spent {self.currency}"


class DailySpendManager(models.Manager["DailySpend"]):
    """Keeps and reads the sums."""

    def count_in(self, entry: LedgerEntry) -> None:
        """Add a row of the ledger to its day."""
        names = ("team", "member", "day", "currency")
        key: dict[str, Any] = {name: getattr(entry, name) for name in names}
        self.get_or_create(**key)
        self.filter(**key).update(reserved=F("reserved") + entry.reserved, spent=F("spent") + entry.spent)

    def total(self, **conditions: Any) -> Money:
        """Return the sum of the days that match: `team`, `member`, `currency`, `day__gte` and the like."""
        sums = self.filter(**conditions).aggregate(
            reserved=Coalesce(Sum("reserved"), NOTHING), spent=Coalesce(Sum("spent"), NOTHING)
        )
        return Money(sums["reserved"], sums["spent"])


class DailySpend(models.Model):
    """The ledger's sum by team, member and day: what limits and pages read. It can be made anew from the ledger."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="days")
    member = models.ForeignKey(User, models.PROTECT, related_name="days")
    day = models.DateField()
    currency = models.CharField(max_length=3)
    reserved = models.DecimalField(max_digits=12, decimal_places=2, default=NOTHING)
    spent = models.DecimalField(max_digits=12, decimal_places=2, default=NOTHING)

    objects: ClassVar[DailySpendManager] = DailySpendManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "day", "member", "currency"], name="daily_spend_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.reserved} reserved, {self.spent} spent {self.currency}"
