"""The people of a team, one by one: role, limit, removal; and leaving oneself."""

from http import HTTPStatus

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import managed_membership, own_membership
from generations.forms.people import in_house_style
from generations.forms.team import HeirForm, MemberForm
from generations.lifecycle import leaving
from generations.lifecycle.team import TeamRefusal, change_limit, change_role
from generations.models import Membership
from generations.views.people import person_of
from generations.views.signed_in import MemberRequest, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: MemberRequest, pk: int, member: int) -> HttpResponse:
    """Show one person to a lead, and set their role and limit."""
    membership = managed_membership(request.user, pk, member)
    form = in_house_style(MemberForm(membership, request.POST if request.method == "POST" else None))
    if not form.is_valid():
        return _page(request, membership, form=form)
    try:
        changed = change_role(membership, form.cleaned_data["role"], actor=request.user)
        changed |= change_limit(membership, form.cleaned_data["monthly_limit"], actor=request.user)
    except TeamRefusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, membership, form=form)
    said = f"Saved for {membership.user}. It counts from now on." if changed else "Nothing was changed."
    messages.success(request, said)
    return redirect("team-one", pk)


@signed_in
@require_POST
def remove(request: MemberRequest, pk: int, member: int) -> HttpResponse:
    """Take somebody out of the team; their clips go to whom the lead chose."""
    membership = managed_membership(request.user, pk, member)
    form = _heir_form(request, membership)
    if not form.is_valid() or not _leave(request, membership, form):
        return _page(request, membership, heir_form=form)
    messages.success(request, f"{membership.user} is not in {membership.team} any more.{_went(form)}")
    return redirect("create") if membership.user == request.user else redirect("team-one", pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: MemberRequest, pk: int) -> HttpResponse:
    """Leave a team; one's clips stay there, with whom one chooses."""
    membership = own_membership(request.user, pk)
    form = _heir_form(request, membership)
    if form.is_valid() and _leave(request, membership, form):
        messages.success(request, f"You have left {membership.team}.{_went(form)}")
        return redirect("create")
    context = {"form": form, "membership": membership}
    return render(request, "generations/leave.html", context, status=_status(form))


def _heir_form(request: MemberRequest, membership: Membership) -> HeirForm:
    clips = leaving.clips_of(membership).count()
    data = request.POST if request.method == "POST" else None
    return in_house_style(HeirForm(membership, request.user, clips=clips, data=data))


def _leave(request: MemberRequest, membership: Membership, form: HeirForm) -> bool:
    """Go; False if that is refused, which the form then says."""
    try:
        leaving.leave(membership, actor=request.user, heir=form.heir)
    except TeamRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _went(form: HeirForm) -> str:
    clips = form.clips
    return f" {clips} clip{'s' * (clips != 1)} went to {form.heir.user}." if form.heir else ""


def _page(
    request: MemberRequest,
    membership: Membership,
    *,
    form: MemberForm | None = None,
    heir_form: HeirForm | None = None,
) -> HttpResponse:
    """Draw the page of one person, with the form that was just filled in."""
    sent = form or heir_form
    unsent = HeirForm(membership, request.user, clips=leaving.clips_of(membership).count())
    context = {
        "person": person_of(membership),
        "team": membership.team,
        "form": form or in_house_style(MemberForm(membership)),
        "heir_form": heir_form or in_house_style(unsent),
    }
    return render(request, "generations/member.html", context, status=_status(sent))


def _status(form: BaseForm | None) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form and form.is_bound else HTTPStatus.OK
