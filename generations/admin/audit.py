"""The audit: who did what to whom and when. Looked at and searched; nobody edits it, the database refuses it."""

from typing import Final

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import AuditEntry, AuditKind

NOBODY: Final = "–"


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Acts of people, from pages and admin, and of commands; what workers do is in the history of the clips."""

    list_display = ("at", "who", "what", "done_to", "about", "team", "why")
    list_select_related = ("actor", "about", "team")
    list_filter = ("kind", "team")
    search_fields = ("actor__username", "agent", "about__username", "what", "title", "object_id", "why")
    search_help_text = (
        "A person or command, words of the act, of the reason or of the title, or an id without dashes."
    )
    date_hierarchy = "at"
    sortable_by = ()
    fields = ("at", "who", "what", "kind", "done_to", "object_id", "about", "team", "why")

    @admin.display(description="by")
    def who(self, entry: AuditEntry) -> str:
        """The person, or the command."""
        return str(entry.actor or entry.agent or NOBODY)

    @admin.display(description="done to")
    def done_to(self, entry: AuditEntry) -> SafeString | str:
        """What it was done to; a press shows all that was done to it."""
        if not entry.object_id:
            return entry.title or NOBODY
        all_of_it = f"{reverse('admin:generations_auditentry_changelist')}?object_id__exact={entry.object_id}"
        people = {str(one.pk): str(one) for one in (entry.actor, entry.about) if one}
        known = people.get(entry.object_id) if entry.kind == AuditKind.PERSON else None
        name = entry.title or known or f"{entry.get_kind_display()} {entry.object_id}"
        return format_html('<a href="{}" title="All that was done to it">{}</a>', all_of_it, name)
