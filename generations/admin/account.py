"""Accounts at Magnific: told apart by a fingerprint, for the key is not in the database."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from generations.admin.readonly import ReadOnlyAdmin
from generations.models import Account


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Shows whether an account sends, and lets it go on when it was paused."""

    list_display = (
        "name",
        "is_rehearsal",
        "key_fingerprint",
        "base_url",
        "sends",
        "paused_at",
        "paused_reason",
    )
    fields = (*list_display, "created_at")
    actions = ("resume",)

    @admin.display(description="sends", boolean=True)
    def sends(self, account: Account) -> bool:
        """Whether clips leave for Magnific."""
        return not account.is_paused

    @admin.action(description="Resume sending", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        """Let paused accounts send again. The reason for the pause is taken to be dealt with."""
        paused = queryset.exclude(paused_at=None)
        for account in paused:
            account.resume()
            messages.success(request, f"{account} sends again. What waits goes out within a minute.")
        if not paused:
            messages.warning(request, "None of these was paused.")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change accounts may resume them."""
        return request.user.has_perm("generations.change_account")
