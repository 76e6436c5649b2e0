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
    invitation = Invitation.objects.filter(token_hash=Invitation.hash_token(token)).first()
    if invitation is None or not invitation.is_open:
        return _closed(request, invitation)
    data = request.POST if request.method == "POST" else None
    form = in_house_style(AcceptForm(data, instance=User(email=invitation.email)))
    if form.is_valid():
        try:
            return _welcome(request, invitation, form)
        except invite.InvitationClosed:
            invitation.refresh_from_db()
            return _closed(request, invitation)
        except IntegrityError:
            form.add_error(None, TAKEN_MEANWHILE)
    return render(request, "accounts/invitation.html", {"form": form, "invitation": invitation})


def _welcome(request: HttpRequest, invitation: Invitation, form: AcceptForm) -> HttpResponse:
    user = form.save(commit=False)
    invite.accept(invitation, user)
    login(request, user)
    messages.success(request, f"Welcome, {user.username}. Your account is ready.")
    return redirect("create")


def _closed(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    status = 404 if invitation is None else 410
    return render(request, "accounts/invitation_closed.html", {"invitation": invitation}, status=status)
