"""What the admin shows and nobody edits."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from generations.admin.listing import ListingAdmin


class ReadOnlyMixin:
    """To be looked at by everyone who may view it; changed by the application only, through its verbs."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


class ReadOnlyAdmin(ReadOnlyMixin, ListingAdmin):
    """A list and a page of rows that nobody edits here."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the row holds, and where else rows of it are."""
        fields = super().get_fields(request, obj)
        return [*fields, "see_also"] if self.see_also_by else fields


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    """Rows that belong to another one and that nobody edits here."""

    extra = 0
    show_change_link = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them; Django asks for it by name where a model calls a field not editable."""
        return self.fields
