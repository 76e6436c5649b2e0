"""Libraries of prompts with all that is kept of them; written on the application's own pages only."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from generations.admin.listing import OfClipMixin
from generations.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from generations.models import Generation, Library, Pin, Prompt, PromptTag, Suggestion, Version


@admin.register(Library)
class LibraryAdmin(ReadOnlyAdmin):
    """Libraries with whose they are."""

    list_display = ("name", "kind", "team", "user", "prompts", "created_by", "created_at")
    list_select_related = ("team", "user", "created_by")
    list_filter = ("kind", "team")
    search_fields = ("name", "team__name", "user__username")
    see_also_by = {"prompts": ("prompt", "library"), "uploads": ("libraryupload", "library")}
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Library]:
        """Count the prompts in the same query."""
        return super().get_queryset(request).annotate(prompt_count=Count("prompts"))

    @admin.display(description="prompts", ordering="prompt_count")
    def prompts(self, library: Library) -> int:
        """How many there are, archived ones counted."""
        return library.prompt_count  # type: ignore[attr-defined]


class VersionInline(ReadOnlyInline):
    """A prompt's versions."""

    model = Version
    fk_name = "prompt"
    fields = ("number", "author", "note", "accepted_by", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        """Read the people in the same query."""
        return super().get_queryset(request).select_related("prompt", "author", "accepted_by")


class TagInline(ReadOnlyInline):
    """The words on a prompt."""

    model = PromptTag
    fields = ("name",)
    show_change_link = False


class PinInline(ReadOnlyInline):
    """What was live, and who made it so."""

    model = Pin
    fields = ("at", "actor", "version", "before")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pin]:
        """Read what the rows name in the same query."""
        return super().get_queryset(request).select_related("actor", "version__prompt", "before__prompt")


@admin.register(Prompt)
class PromptAdmin(OfClipMixin, ReadOnlyAdmin):
    """Prompts with their versions and what was live."""

    list_display = (
        "poster",
        "title",
        "library",
        "live",
        "created_by",
        "uses",
        "rating",
        "changed_at",
        "archived_at",
    )
    list_display_links = ("poster", "title")
    list_select_related = ("library", "live__prompt", "created_by", "example")
    list_filter = ("library", ("archived_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "notes", "id")
    date_hierarchy = "changed_at"
    inlines = (TagInline, VersionInline, PinInline)
    see_also_by = {
        "clips": ("generation", "prompt_version__prompt"),
        "suggestions": ("suggestion", "prompt"),
        "versions": ("version", "prompt"),
    }

    def clip_of(self, row: Prompt) -> Generation | None:
        """The clip that is its example."""
        return row.example


class TextAdmin(ReadOnlyAdmin):
    """Texts with who wrote them."""

    search_fields = ("text", "note", "prompt__title", "author__username")
    date_hierarchy = "created_at"
    ordering = ("-id",)


@admin.register(Version)
class VersionAdmin(TextAdmin):
    """Every version of every prompt."""

    list_display = ("created_at", "prompt", "number", "author", "accepted_by", "note")
    list_select_related = ("prompt", "author", "accepted_by")
    see_also_by = {"clips": ("generation", "prompt_version")}


@admin.register(Suggestion)
class SuggestionAdmin(TextAdmin):
    """What was suggested, and what became of it."""

    list_display = ("created_at", "prompt", "author", "decision", "decided_by", "decided_at", "why")
    list_select_related = ("prompt", "author", "decided_by")
    list_filter = ("decision",)


@admin.register(Pin)
class PinAdmin(ReadOnlyAdmin):
    """Every act of making a version live."""

    list_display = ("at", "prompt", "version", "before", "actor")
    list_select_related = ("prompt", "version__prompt", "before__prompt", "actor")
    search_fields = ("prompt__title", "actor__username")
    date_hierarchy = "at"
