"""Invitations: the only way to an account of one's own, and into a team."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm, Script
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from generations import mail
from generations.forms.people import InviteForm
from generations.lifecycle import invite
from generations.models import Invitation, User
from generations.views.inviting import handed_out
from generations.views.signed_in import current_membership


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """Invite by e-mail address. The link is shown once, here, and mailed where mail is set up."""

    form = InviteForm
    list_display = (
        "email",
        "team",
        "role",
        "status",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_by",
    )
    list_select_related = ("team", "invited_by", "accepted_by")
    search_fields = ("email", "accepted_by__username")
    list_filter = ("team", "role")
    autocomplete_fields = ("team",)
    date_hierarchy = "created_at"
    actions = ("make_new_link",)

    class Media:
        css: ClassVar = {"all": ["css/admin/invitation.css"]}
        js: ClassVar = [Script("js/copy.js", type="module")]

    @admin.display(description="status")
    def status(self, invitation: Invitation) -> str:
        """Accepted, open or expired."""
        if invitation.accepted_at:
            return "Accepted"
        return "Open" if invitation.is_open else "Expired"

    def get_fieldsets(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        """An address to invite; of an invitation that exists, its whole story."""
        return [(None, {"fields": [*self.list_display, "accepted_at"] if obj else ["email", "team", "role"]})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start with the team that the admin works in."""
        chosen = current_membership(request)
        team = {"team": chosen.team_id} if chosen else {}
        return {**super().get_changeform_initial_data(request), **team}

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Nobody: a wrong address is deleted and invited anew."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Only one that nobody came in by; its link stops working."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.accepted_at is None)

    def has_invite_permission(self, request: HttpRequest) -> bool:
        """Whoever may add an invitation may send it again."""
        return self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: Invitation, form: ModelForm, change: bool) -> None:
        """Make the link, and hand it out once the invitation is safely stored."""
        _hand_out(request, obj, invite.new_link(obj, actor=cast(User, request.user)))

    def delete_model(self, request: HttpRequest, obj: Invitation) -> None:
        """Withdraw it, which the team's history keeps."""
        invite.withdraw(obj, actor=cast(User, request.user))

    @admin.action(description="Make a new link", permissions=["invite"])
    def make_new_link(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        """Replace the link of those not accepted yet; the old one stops working."""
        for invitation in queryset:
            try:
                token = invite.new_link(invitation, actor=cast(User, request.user))
            except invite.AlreadyAccepted as accepted:
                messages.warning(request, str(accepted))
            else:
                _hand_out(request, invitation, token)


def _hand_out(request: HttpRequest, invitation: Invitation, token: str) -> None:
    transaction.on_commit(lambda: _show(request, invitation, token))


def _show(request: HttpRequest, invitation: Invitation, token: str) -> None:
    link = handed_out(request, invitation, token)
    sentence = (
        "Mailed to {}. The link, shown only now: {}"
        if link.is_mailed
        else "Send this link to {}, it is shown only now: {}"
    )
    if mail.is_configured() and not link.is_mailed:
        messages.warning(request, f"The mail to {link.email} could not be sent.")
    messages.success(request, format_html(sentence, link.email, _copyable(invitation, link.url)))


def _copyable(invitation: Invitation, link: str) -> SafeString:
    return format_html(
        '<code id="link-{pk}">{link}</code> '
        '<button type="button" class="button copy" data-copy="link-{pk}"><span>Copy the link</span></button>',
        pk=invitation.pk,
        link=link,
    )
