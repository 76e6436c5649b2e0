"""Prices as dated rows: a new one never touches what was ordered before."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from generations.models import Price

LEAST_RATE: Final = Decimal("0.0001")
"""The smallest that the column holds."""
FOR_NOTHING: Final = (
    "A second cannot be free: every page would say that a clip costs nothing. Enter the rate."
)


class PriceForm(forms.ModelForm):
    """A rate from now, or from a moment to come."""

    valid_from = forms.SplitDateTimeField(
        required=False,
        widget=AdminSplitDateTime,
        help_text="Leave empty for now. What is ordered already keeps its price.",
    )

    class Meta:
        model = Price
        fields = ("rate_per_second", "valid_from", "note")

    def clean_rate_per_second(self) -> Decimal:
        """Return the rate. Raises ValidationError for nothing."""
        rate: Decimal = self.cleaned_data["rate_per_second"]
        if rate < LEAST_RATE:
            raise forms.ValidationError(FOR_NOTHING)
        return rate

    def clean_valid_from(self) -> datetime:
        """Return the moment it begins. Raises ValidationError for one that is past."""
        now = timezone.now()
        valid_from: datetime = self.cleaned_data["valid_from"] or now
        if valid_from < now:
            raise forms.ValidationError("A price cannot begin in the past. Leave this empty to begin now.")
        return valid_from


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):
    """The price list. A row can be corrected or withdrawn until it comes into force, never after."""

    form = PriceForm
    list_display = ("valid_from", "rate_per_second", "currency", "in_force", "note")
    date_hierarchy = "valid_from"

    def has_change_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        """Only a row that has not begun."""
        return super().has_change_permission(request, obj) and _is_ahead(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        """Only a row that has not begun."""
        return super().has_delete_permission(request, obj) and _is_ahead(obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str | list[str]]:
        """Start with no moment: the one of opening the page would be past when it is sent."""
        return {**super().get_changeform_initial_data(request), "valid_from": ""}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        """Look up which row is in force in the same query."""
        begun = Price.objects.filter(valid_from__lte=timezone.now()).order_by("-valid_from")
        return super().get_queryset(request).annotate(current=Subquery(begun.values("pk")[:1]))

    @admin.display(description="in force", boolean=True)
    def in_force(self, price: Price) -> bool:
        """Whether it is what a clip costs now."""
        return price.pk == price.current  # type: ignore[attr-defined]


def _is_ahead(price: Price | None) -> bool:
    return price is None or price.valid_from > timezone.now()
