"""Presses of Generate."""

from uuid import UUID

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from generations.admin.listing import KeySearchMixin, OfClipMixin, people_named
from generations.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from generations.models import Generation, Order


class TakesInline(OfClipMixin, ReadOnlyInline):
    """The generations of an order."""

    model = Generation
    fields = ("poster", "take", "prompt", "state", "price", "currency")
    verbose_name_plural = "takes"

    def clip_of(self, row: Generation) -> Generation:
        """The row itself."""
        return row


@admin.register(Order)
class OrderAdmin(KeySearchMixin, ReadOnlyAdmin):
    """Who ordered how many takes, when."""

    list_display = ("created_at", "owner", "team", "account", "takes", "id")
    list_select_related = ("owner", "team", "account")
    list_filter = ("owner", "team", "account")
    search_help_text = "An order’s id, or who ordered."
    date_hierarchy = "created_at"
    sortable_by = ("created_at",)
    fields = ("id", "owner", "team", "account", "collection", "created_at", "nonce")
    inlines = (TakesInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Count the takes in the same query, of the orders that are shown alone."""
        takes = Generation.objects.filter(order=OuterRef("pk")).order_by()
        counted = takes.values("order").annotate(n=Count("pk")).values("n")
        return super().get_queryset(request).annotate(take_count=Coalesce(Subquery(counted), 0))

    def named(self, text: str) -> Q:
        """An order, or all of somebody's."""
        try:
            return Q(pk=UUID(text))
        except ValueError:
            return Q(owner__in=people_named(text))

    @admin.display(description="takes")
    def takes(self, order: Order) -> int:
        """How many clips the order asked for."""
        return order.take_count  # type: ignore[attr-defined]
