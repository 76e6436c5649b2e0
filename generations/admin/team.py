"""Teams: an admin makes them and gives them their first lead; what is decided later is in their history too."""

from typing import Any, Final, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from generations.admin.listing import ListingAdmin
from generations.admin.readonly import ReadOnlyInline
from generations.forms.team import TeamNameMixin
from generations.lifecycle import team as verbs
from generations.models import Membership, Role, Team, User

NEWEST: Final = 20
PROGRAM: Final = "The studio"
"""Who did what nobody did."""


class TeamForm(TeamNameMixin, forms.ModelForm):
    """A team's name and limits; a new one also has its first lead."""

    lead = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        help_text="Somebody who can sign in. A lead invites the others on the team’s page.",
    )

    class Meta:
        model = Team
        fields = ("name", "monthly_limit", "daily_limit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("lead", None)


class PeopleInline(ReadOnlyInline):
    """Who is in a team; each has a page of their own, where role and limit are changed."""

    model = Membership
    fields = ("user", "role", "monthly_limit", "joined_at")
    verbose_name_plural = "members"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Fetch names in the same query."""
        return super().get_queryset(request).select_related("user", "team")


@admin.register(Team)
class TeamAdmin(ListingAdmin):
    """Made here with a first lead; renamed and limited by the same verbs as on the team's page."""

    form = TeamForm
    list_display = ("name", "people", "leads", "monthly_limit", "daily_limit", "sends", "created_at")
    search_fields = ("name",)
    readonly_fields = (
        *("created_at", "paused_at", "paused_kind", "paused_by", "paused_reason"),
        *("history", "see_also"),
    )
    see_also_by = {
        "generations": ("generation", "team"),
        "orders": ("order", "team"),
        "ledger": ("ledgerentry", "team"),
        "collections": ("collection", "team"),
        "tags": ("tag", "team"),
        "libraries": ("library", "team"),
        "invitations": ("invitation", "team"),
        "all of its history": ("teamevent", "team"),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """Count people and leads in the same query."""
        leads = Count("memberships", filter=Q(memberships__role=Role.LEAD))
        found = super().get_queryset(request).select_related("paused_by")
        return found.annotate(people_count=Count("memberships"), lead_count=leads)

    def get_fields(self, request: HttpRequest, obj: Team | None = None) -> Any:
        """A new one has a lead to choose; one that exists shows whether it sends."""
        limits = ["name", "monthly_limit", "daily_limit"]
        return [*limits, *self.readonly_fields] if obj else [*limits, "lead"]

    def get_inlines(self, request: HttpRequest, obj: Team | None) -> Any:
        """People, once there are some."""
        return (PeopleInline,) if obj else ()

    def view_on_site(self, team: Team) -> str:
        """The team's page, where an admin does all that a lead can."""
        return reverse("team-one", args=[team.pk])

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        """Nobody: clips and money belong to it."""
        return False

    def save_model(self, request: HttpRequest, obj: Team, form: forms.ModelForm, change: bool) -> None:
        """Make the team, or change it, by the verbs that write its history."""
        actor = cast(User, request.user)
        if change:
            names = ("name", "monthly_limit", "daily_limit")
            values = {name: form.cleaned_data[name] for name in names}
            verbs.change_settings(Team.objects.get(pk=obj.pk), **values, actor=actor)
        else:
            verbs.found(obj, form.cleaned_data["lead"], actor=actor)
            messages.info(
                request, "The lead finds the team at the top of every page, and invites the others."
            )

    @admin.display(description="people", ordering="people_count")
    def people(self, team: Team) -> int:
        """How many are in it."""
        return team.people_count  # type: ignore[attr-defined]

    @admin.display(description="leads", ordering="lead_count")
    def leads(self, team: Team) -> int:
        """How many lead it."""
        return team.lead_count  # type: ignore[attr-defined]

    @admin.display(description="history")
    def history(self, team: Team) -> SafeString:
        """The newest of what happened; the team's page has the rest."""
        events = team.events.select_related("actor")[:NEWEST]
        rows = (
            (f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}", event.actor or PROGRAM, event.what)
            for event in events
        )
        return format_html_join("", "{} · {} {}<br>", rows)

    @admin.display(description="sends", boolean=True)
    def sends(self, team: Team) -> bool:
        """Whether its clips leave for Magnific."""
        return not team.is_paused
