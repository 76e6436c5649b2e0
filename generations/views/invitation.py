"""The page behind an invitation's link."""

from http import HTTPStatus

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
from generations.views.signed_in import TEAM

TAKEN_MEANWHILE = "That user name or address was taken a moment ago."


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited join, with a new account or their own. 404 for an unknown link, 410 for a closed one."""
    invitation = _find(token)
    if invitation is None or not invitation.is_open:
        return _closed(request, invitation)
    if request.user.is_authenticated:
        return _join(request, invitation, request.user)
    if User.objects.filter(email__iexact=invitation.email).exists():
        return _page(request, "has_account", invitation)
    return _register(request, invitation)


def _join(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    """Let somebody join who has the invited address; anybody else is told whose it is."""
    if user.email.lower() != invitation.email.lower():
        status = HTTPStatus.FORBIDDEN if request.method == "POST" else HTTPStatus.OK
        return _page(request, "somebody_else", invitation, status=status)
    if request.method != "POST":
        return _page(request, "join", invitation)
    if not invite.accept(invitation, user):
        return _closed(request, invitation)
    return _welcome(request, invitation, f"Welcome to {invitation.team}. You work in this team now.")


def _register(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Let the invited choose a user name and password."""
    data = request.POST if request.method == "POST" else None
    form = in_house_style(AcceptForm(data, instance=User(email=invitation.email)))
    if form.is_valid() and _make_account(invitation, form):
        login(request, form.instance)
        return _welcome(request, invitation, f"Welcome, {form.instance.username}. Your account is ready.")
    now = Invitation.objects.filter(pk=invitation.pk).first()
    if now is None or not now.is_open:
        return _closed(request, invitation)
    return _page(request, "register", invitation, form=form)


def _make_account(invitation: Invitation, form: AcceptForm) -> bool:
    """Make the account; False if it cannot be, which the form or the invitation then says."""
    try:
        return invite.accept(invitation, form.save(commit=False))
    except IntegrityError:
        form.add_error(None, TAKEN_MEANWHILE)
        return False


def _welcome(request: HttpRequest, invitation: Invitation, said: str) -> HttpResponse:
    request.session[TEAM] = invitation.team_id
    messages.success(request, said)
    return redirect("create")


def _find(token: str) -> Invitation | None:
    related = ("team", "invited_by")
    return Invitation.objects.select_related(*related).filter(token_hash=Invitation.hash_token(token)).first()


def _page(
    request: HttpRequest, name: str, invitation: Invitation, *, status: int = HTTPStatus.OK, **context: object
) -> HttpResponse:
    context["invitation"] = invitation
    return render(request, f"accounts/invitation_{name}.html", context, status=status)


def _closed(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """Say why a link does not work (any more): somebody may have used or withdrawn it a moment ago."""
    current = Invitation.objects.filter(pk=invitation.pk).first() if invitation else None
    status = HTTPStatus.NOT_FOUND if current is None else HTTPStatus.GONE
    return render(request, "accounts/invitation_closed.html", {"invitation": current}, status=status)
