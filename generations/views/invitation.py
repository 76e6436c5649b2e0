"""The page behind an invitation's link."""

from django.contrib import messages
from django.contrib.auth import login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from generations.forms.people import AcceptForm, in_house_style
from generations.lifecycle import invite
from generations.models import Invitation, User

TAKEN_MEANWHILE = "That user name or address was taken a moment ago."


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited choose a user name and password. 404 for an unknown link, 410 for a closed one."""
    invitation = _find(token)
    if invitation is None or not invitation.is_open:
        return _closed(request, invitation)
    data = request.POST if request.method == "POST" else None
    form = in_house_style(AcceptForm(data, instance=User(email=invitation.email)))
    if form.is_valid() and _join(invitation, form):
        login(request, form.instance)
        messages.success(request, f"Welcome, {form.instance.username}. Your account is ready.")
        return redirect("create")
    # Meanwhile it may have been used by somebody faster, or withdrawn.
    invitation = _find(token)
    if invitation is None or not invitation.is_open:
        return _closed(request, invitation)
    return render(request, "accounts/invitation.html", {"form": form, "invitation": invitation})


def _find(token: str) -> Invitation | None:
    return Invitation.objects.filter(token_hash=Invitation.hash_token(token)).first()


def _join(invitation: Invitation, form: AcceptForm) -> bool:
    """Make the account; False if it cannot be, which the form or the invitation then says."""
    try:
        return invite.accept(invitation, form.save(commit=False))
    except IntegrityError:
        form.add_error(None, TAKEN_MEANWHILE)
        return False


def _closed(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    status = 404 if invitation is None else 410
    return render(request, "accounts/invitation_closed.html", {"invitation": invitation}, status=status)
