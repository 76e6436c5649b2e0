"""What was reserved, spent and given back: rows that are never changed or deleted, which the database enforces."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final, NamedTuple

from django.db import connection, models
from django.db.models import F, Min, Sum
from django.db.models.functions import Round

from generations.models.audit_entry import AuditEntry
from generations.models.price import CENT
from generations.models.team import Team
from generations.models.user import User
from generations.money import written

NOTHING = Decimal(0)
DAY_KEY: Final = ("team_id", "member_id", "day", "currency")
"""What a row of the sums is for."""
# Written out: every page asks for it, and the ORM takes ten times as long to write six conditional sums.
PARTS: Final = """
SELECT SUM(reserved), SUM(spent),
    SUM(CASE WHEN day = %(day)s THEN reserved END), SUM(CASE WHEN day = %(day)s THEN spent END),
    SUM(CASE WHEN member_id = %(member_id)s THEN reserved END),
    SUM(CASE WHEN member_id = %(member_id)s THEN spent END)
FROM generations_dailyspend
WHERE team_id = %(team_id)s AND day BETWEEN %(first)s AND %(last)s AND currency = %(currency)s
"""
SUMS: Final = {"reserved": Sum("reserved"), "spent": Sum("spent")}


class Money(NamedTuple):
    """What running and doubtful clips may still cost, and what is paid. The currency is the context's."""

    reserved: Decimal = NOTHING
    spent: Decimal = NOTHING

    @classmethod
    def of_sums(cls, sums: Mapping[str, Any], prefix: str = "") -> "Money":
        """Return what the database added up, to the cent: SQLite's sums are binary fractions. Nothing is 0.

        `prefix` is what the names in `sums` begin with.
        """
        return cls(*(Decimal(sums[prefix + name] or 0).quantize(CENT) for name in cls._fields))

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
    """What the ledger holds of a generation, corrections aside; `day` is that of its rows, None without any."""

    money: Money
    day: date | None


class LedgerManager(models.Manager["LedgerEntry"]):
    """Reads the ledger and writes to it; a row goes into the day's sums in the same transaction."""

    def booked(self, generation_id: Any) -> Booked:
        """Return what was booked for a generation, without corrections: they are told apart for ever."""
        rows = self.filter(generation=generation_id).exclude(kind=Kind.CORRECT)
        sums = rows.aggregate(**SUMS, day=Min("day"))
        return Booked(Money.of_sums(sums), sums["day"])

    def write(self, **fields: Any) -> "LedgerEntry":
        """Add a row and count it. Call it inside the transaction that makes it true."""
        entry = self.create(**fields)
        DailySpend.objects.count_in(entry)
        if entry.kind == Kind.CORRECT:
            AuditEntry.objects.of_correction(entry)
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
        indexes = [
            models.Index(fields=["team", "-day", "-id"], name="ledger_team_newest"),
            models.Index(fields=["-day", "-id"], name="ledger_newest"),
        ]
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
        amounts = {"reserved": self.reserved, "spent": self.spent}
        told = [f"{written(amount, self.currency)} {name}" for name, amount in amounts.items() if amount]
        return f"{self.get_kind_display()} {', '.join(told) or 'nothing'}"


class DailySpendManager(models.Manager["DailySpend"]):
    """Keeps and reads the sums."""

    def count_in(self, entry: LedgerEntry) -> None:
        """Add a row of the ledger to its day."""
        key: dict[str, Any] = {name: getattr(entry, name) for name in DAY_KEY}
        self.get_or_create(**key)
        self.filter(**key).update(
            reserved=Round(F("reserved") + entry.reserved, 2), spent=Round(F("spent") + entry.spent, 2)
        )

    def add_up(self, **key: Any) -> None:
        """Make a day's sum anew from the ledger. Call it where nothing is booked meanwhile; `key` is DAY_KEY's."""
        sums = Money.of_sums(LedgerEntry.objects.filter(**key).aggregate(**SUMS))
        self.update_or_create(**key, defaults=sums._asdict())

    def parts(self, key: Mapping[str, Any], first: date, last: date, day: date) -> tuple[Money, Money, Money]:
        """Return the sums of a team from `first` to `last`, of one `day` of these, and of one member.

        `key` has `team_id`, `member_id` and `currency`.
        """
        days = {"first": first, "last": last, "day": day}
        adapted = {name: connection.ops.adapt_datefield_value(value) for name, value in days.items()}
        with connection.cursor() as cursor:
            cursor.execute(PARTS, {**key, **adapted})
            row = cursor.fetchone()
        month, today, own = (
            Money.of_sums(dict(zip(Money._fields, row[n : n + 2], strict=True))) for n in (0, 2, 4)
        )
        return month, today, own

    def total(self, **conditions: Any) -> Money:
        """Return the sum of the days that match: `team`, `member`, `currency`, `day__gte` and the like."""
        return Money.of_sums(self.filter(**conditions).aggregate(**SUMS))


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
