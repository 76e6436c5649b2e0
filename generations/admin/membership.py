"""Who is in which team: added and changed by the verbs that write the team's history."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from generations.lifecycle import team as verbs
from generations.models import Membership, Role, User


class MembershipForm(forms.ModelForm):
    """A person, a team, a role, a limit."""

    class Meta:
        model = Membership
        fields = ("team", "user", "role", "monthly_limit")

    def clean_role(self) -> str:
        """Return the role. Raises ValidationError for the last lead's."""
        role: str = self.cleaned_data["role"]
        if self.instance.pk and self.instance.is_lead and role != Role.LEAD:
            try:
                verbs.refuse_without_lead(self.instance)
            except verbs.LastLead as refusal:
                raise ValidationError(str(refusal)) from refusal
        return role


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """People in teams. Nobody is removed here: on the page behind "View on site" the clips are handed over."""

    form = MembershipForm
    list_display = ("user", "team", "role", "monthly_limit", "joined_at")
    list_select_related = ("user", "team")
    list_filter = ("team", "role")
    autocomplete_fields = ("team", "user")
    search_fields = ("user__username", "user__email", "team__name")

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> Any:
        """Somebody is in a team once and for all, until they leave."""
        return ("team", "user", "joined_at") if obj else ()

    def view_on_site(self, membership: Membership) -> str:
        """The page of this person in the team."""
        return reverse("team-member", args=[membership.team_id, membership.pk])

    def has_delete_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        """Nobody: clips would be left without an owner in the team."""
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: forms.ModelForm, change: bool) -> None:
        """Add or change somebody by the verbs."""
        actor, said = cast(User, request.user), form.cleaned_data
        if change:
            membership = Membership.objects.get(pk=obj.pk)
            verbs.change_role(membership, said["role"], actor=actor)
        else:
            membership = verbs.join(said["team"], said["user"], said["role"], actor=actor)
            obj.pk = membership.pk
        verbs.change_limit(membership, said["monthly_limit"], actor=actor)
