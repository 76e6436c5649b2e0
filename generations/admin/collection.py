"""What teams keep their clips in order with."""

from django.contrib import admin
from django.db.models import Count, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Collection, CollectionItem, Tag, Tagging


class CountedAdmin(ReadOnlyAdmin):
    """Rows with how many clips each is on; made and changed on the team's own pages."""

    list_select_related = True
    list_filter = ("team",)
    search_fields = ("name", "team__name")
    holds: type[Model]
    held_by = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Count the clips in the same query, of the rows that are shown alone, off an index."""
        held = self.holds._default_manager.filter(**{self.held_by: OuterRef("pk")}).order_by()
        counted = held.values(self.held_by).annotate(n=Count("*")).values("n")
        return super().get_queryset(request).annotate(clip_count=Coalesce(Subquery(counted), 0))

    @admin.display(description="clips")
    def clips(self, row: Model) -> int:
        """How many clips there are."""
        return row.clip_count  # type: ignore[attr-defined]


@admin.register(Collection)
class CollectionAdmin(CountedAdmin):
    """A team's named sets of clips."""

    list_display = ("name", "team", "clips", "created_by", "created_at")
    date_hierarchy = "created_at"
    holds, held_by = CollectionItem, "collection"
    see_also_by = {
        "its clips": ("generation", "collection_items__collection"),
        "orders that go there": ("order", "collection"),
    }


@admin.register(Tag)
class TagAdmin(CountedAdmin):
    """The words on a team's clips."""

    list_display = ("name", "team", "clips")
    holds, held_by = Tagging, "tag"
    see_also_by = {"its clips": ("generation", "taggings__tag")}
