"""The forms with which an admin puts the ledger right: a correction, and charges that were unknown."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.utils import timezone

from generations.forms.unclear import ReasonForm
from generations.models import Charged, DailySpend, Generation, LedgerEntry, Membership, Team, User

SAY_WHY: Final = "Say why: the ledger keeps it with your name."
NOT_THERE: Final = "{member} is not in {team} and never spent anything there."


class CorrectionForm(forms.ModelForm):
    """A signed amount that is added to what somebody has spent."""

    amount = forms.DecimalField(
        max_digits=8,
        decimal_places=2,
        help_text="Added to what was spent: 5.60 counts more, -5.60 less. In the studio’s currency.",
    )
    day = forms.DateField(
        required=False,
        widget=AdminDateWidget,
        help_text="It counts in the month of this day, and against that month’s limits. Empty: today.",
    )
    reason = forms.CharField(
        max_length=300,
        error_messages={"required": SAY_WHY},
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )

    class Meta:
        model = LedgerEntry
        fields = ("team", "member", "amount", "day", "reason")

    def clean_amount(self) -> Decimal:
        """Return it. Raises ValidationError for nothing."""
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError("A correction of nothing changes nothing.")
        return amount

    def clean_day(self) -> date:
        """Return the day it counts in. Raises ValidationError for one to come."""
        today = timezone.localdate()
        day: date = self.cleaned_data["day"] or today
        if day > today:
            raise ValidationError("That day is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        """Return the values. Raises ValidationError for a person who has nothing to do with the team."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        team, member = cleaned.get("team"), cleaned.get("member")
        if team and member and not _belongs(team, member):
            self.add_error("member", NOT_THERE.format(member=member, team=team))
        return cleaned


def _belongs(team: Team, member: User) -> bool:
    """Whether they are in the team, or were when they spent something."""
    spent = DailySpend.objects.filter(team=team, member=member)
    return Membership.objects.filter(team=team, user=member).exists() or spent.exists()


class ChargesForm(ReasonForm):
    """What became of some clips whose charge is unknown. What is in doubt no more is told apart later."""

    clips = forms.ModelMultipleChoiceField(
        queryset=Generation.objects.all(), error_messages={"required": "Choose at least one clip."}
    )
    charged = forms.ChoiceField(
        choices=[(Charged.YES.value, "Charged"), (Charged.NO.value, "Nothing was charged")],
        error_messages={"required": "Press one of the two buttons."},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"].error_messages["required"] = SAY_WHY
