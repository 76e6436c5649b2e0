"""People. They come by an invitation; here an admin sees, corrects, deactivates and lets them in again."""

from typing import Any, Final, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from generations.admin.listing import ListingAdmin
from generations.admin.readonly import ReadOnlyInline
from generations.forms.people import AddUserForm, ChangeUserForm
from generations.forms.team import HeirForm
from generations.lifecycle import leaving
from generations.lifecycle.team import TeamRefusal
from generations.models import Membership, User

NOT_ONESELF: Final = "Another admin must do this: nobody deactivates their own account."


class MembershipInline(ReadOnlyInline):
    """The teams of one person."""

    model = Membership
    fields = ("team", "role", "monthly_limit", "joined_at")
    verbose_name_plural = "teams"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Fetch names in the same query."""
        return super().get_queryset(request).select_related("team", "user")


@admin.register(User)
class UserAdmin(ListingAdmin, DjangoUserAdmin):
    """Django's own, with the e-mail address from the first form on; an account is closed by a form of its own."""

    form = ChangeUserForm
    add_form = AddUserForm
    list_display = ("username", "email", "is_active", "is_staff", "is_superuser", "last_login")
    readonly_fields = ("is_active", "see_also")
    fieldsets = (*(DjangoUserAdmin.fieldsets or ()), ("See also", {"fields": ("see_also",)}))
    see_also_by = {
        "generations": ("generation", "owner"),
        "orders": ("order", "owner"),
        "ledger": ("ledgerentry", "member"),
        "reviews": ("review", "by"),
        "improvements": ("improvement", "user"),
        "libraries": ("library", "user"),
    }
    actions = ("activate",)
    inlines = (MembershipInline,)
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Somebody who is just being added is in no team yet."""
        return self.inlines if obj else ()

    def get_urls(self) -> list[URLPattern]:
        """Add the address that closes an account."""
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.deactivate))
        return [path("<int:pk>/deactivate/", view, name="generations_user_deactivate"), *super().get_urls()]

    @admin.action(description="Activate again", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let people sign in again; a new password is theirs to ask for, and teams are joined anew."""
        count = leaving.activate(queryset, actor=cast(User, request.user))
        said = (
            f"{count} activated. They are in no team, and choose a new password by “Forgot your password?”."
        )
        messages.success(request, said)

    def deactivate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask who takes over the clips in each team, and close the account. Raises PermissionDenied."""
        person = get_object_or_404(User, pk=pk, is_active=True)
        if not self.has_change_permission(request, person) or not request.user.is_superuser:
            raise PermissionDenied
        forms = _heir_forms(request, person)
        if request.method == "POST" and _close(request, person, forms):
            return redirect("admin:generations_user_change", pk)
        return render(
            request, "admin/generations/user/deactivate.html", self._context(request, person, forms)
        )

    def _context(self, request: HttpRequest, person: User, forms: list[HeirForm]) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": f"Deactivate {person}",
            "opts": User._meta,
            "person": person,
            "forms": forms,
            "unled": leaving.unled(person),
        }


def _heir_forms(request: HttpRequest, person: User) -> list[HeirForm]:
    """One for each of somebody's teams."""
    memberships = Membership.objects.filter(user=person).select_related("team", "user")
    data, actor = (request.POST if request.method == "POST" else None), cast(User, request.user)
    return [
        HeirForm(one, actor, clips=leaving.clips_of(one).count(), data=data, prefix=f"team{one.team_id}")
        for one in memberships
    ]


def _close(request: HttpRequest, person: User, forms: list[HeirForm]) -> bool:
    """Deactivate; False if that is refused, which a message or a form says."""
    if person == request.user:
        messages.error(request, NOT_ONESELF)
        return False
    if [form for form in forms if not form.is_valid()]:
        return False
    chosen = {form.leaving.team_id: form.heir for form in forms if form.heir}
    try:
        leaving.deactivate(person, chosen, actor=cast(User, request.user))
    except TeamRefusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, f"{person} cannot sign in any more, and is signed out everywhere.")
    return True
