"""Accounts at Magnific: told apart by a fingerprint, for the key is not in the database."""

from collections.abc import Callable
from typing import Any, Final, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from generations.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from generations.forms.unclear import SAY_WHY, AccountForm
from generations.lifecycle import account as verbs
from generations.models import Account, AccountEvent, StrangerTask, User

Verb = Callable[[Account, User, str], object]
VERBS: Final[dict[str, tuple[Verb, str]]] = {
    AccountForm.RESUME: (
        lambda account, actor, why: verbs.resume(account, actor=actor, why=why),
        "{} sends again. What waits goes out within a minute.",
    ),
    AccountForm.PUT_ASIDE: (
        lambda account, actor, why: verbs.put_strangers_aside(account, actor=actor, why=why),
        "The unknown tasks of {} are put aside: they are nobody’s here.",
    ),
    AccountForm.SHARED: (
        lambda account, actor, why: verbs.mark_shared(account, True, actor=actor, why=why),
        "{} is shared from now on: its list proves nothing about our tasks.",
    ),
    AccountForm.OURS_ALONE: (
        lambda account, actor, why: verbs.mark_shared(account, False, actor=actor, why=why),
        "{} is ours alone from now on: its list may settle a doubt.",
    ),
}
"""What an admin can decide, and what is said then."""


class AccountEventInline(ReadOnlyInline):
    """The history of one account."""

    model = AccountEvent
    fields = ("at", "what", "actor", "why")
    verbose_name_plural = "history"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountEvent]:
        """Fetch names in the same query."""
        return super().get_queryset(request).select_related("actor")


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Shows whether an account sends and why not; a decision about it bears a name and a reason."""

    list_display = (
        "name",
        "is_rehearsal",
        "key_fingerprint",
        "base_url",
        "sends",
        "paused_at",
        "paused_kind",
        "paused_reason",
        "is_shared",
    )
    fields = (*list_display, "created_at")
    inlines = (AccountEventInline,)
    see_also_by = {
        "generations": ("generation", "account"),
        "submissions": ("submission", "account"),
        "unknown tasks": ("strangertask", "account"),
        "orders": ("order", "account"),
        "improvements": ("improvement", "account"),
    }
    change_form_template = "admin/generations/account/change_form.html"

    @admin.display(description="sends", boolean=True)
    def sends(self, account: Account) -> bool:
        """Whether clips leave for Magnific."""
        return not account.is_paused

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change accounts may decide about them."""
        return request.user.has_perm("generations.change_account")

    def get_urls(self) -> list[URLPattern]:
        """Add the address that takes a decision."""
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", decide, name="generations_account_decide"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the account with what can be decided."""
        strangers = StrangerTask.objects.filter(account=self.get_object(request, object_id), is_old=False)
        context = {
            "decision_form": AccountForm() if self.has_operate_permission(request) else None,
            "strangers": strangers.count(),
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a decision. Raises PermissionDenied for who may not."""
        if not self.has_operate_permission(request):
            raise PermissionDenied
        account, form = get_object_or_404(Account, pk=pk), AccountForm(request.POST)
        if form.is_valid():
            verb, said = VERBS[form.cleaned_data["decision"]]
            verb(account, cast(User, request.user), form.cleaned_data["reason"])
            messages.success(request, said.format(account))
        else:
            messages.error(request, SAY_WHY)
        return redirect("admin:generations_account_change", pk)
