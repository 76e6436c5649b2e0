"""Presses of Generate."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from generations.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from generations.models import Generation, Order


class TakesInline(ReadOnlyInline):
    """The generations of an order."""

    model = Generation
    fields = ("take", "prompt", "state", "price", "currency")
    verbose_name_plural = "takes"


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Who ordered how many takes, when."""

    list_display = ("created_at", "owner", "account", "takes", "id")
    list_select_related = ("owner", "account")
    list_filter = (("owner", admin.RelatedOnlyFieldListFilter), "account__is_rehearsal")
    search_fields = ("id", "owner__username")
    date_hierarchy = "created_at"
    fields = ("id", "owner", "account", "created_at", "nonce")
    inlines = (TakesInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Count the takes in the same query."""
        return super().get_queryset(request).annotate(take_count=Count("generations"))

    @admin.display(description="takes", ordering="take_count")
    def takes(self, order: Order) -> int:
        """How many clips the order asked for."""
        return order.take_count  # type: ignore[attr-defined]
