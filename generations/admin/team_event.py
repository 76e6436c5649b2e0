"""The history of teams."""

from django.contrib import admin
from django.db.models import Q

from generations.admin.listing import KeySearchMixin, people_named
from generations.admin.readonly import ReadOnlyAdmin
from generations.models import TeamEvent


@admin.register(TeamEvent)
class TeamEventAdmin(KeySearchMixin, ReadOnlyAdmin):
    """Who came and went, which limits were set, when sending stopped."""

    list_display = ("at", "team", "what", "actor", "member")
    list_select_related = ("team", "actor", "member")
    list_filter = ("team",)
    search_help_text = "Somebody who did it, or whom it was about."
    ordering = ("-id",)
    sortable_by = ()

    def named(self, text: str) -> Q:
        """What somebody did, or what was done about them."""
        people = people_named(text)
        return Q(actor__in=people) | Q(member__in=people)
