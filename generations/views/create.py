"""The Create page: a form, what it will cost, and what was just ordered."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from math import isclose
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, trigger_client_event

from generations import constraints
from generations.access import own_generations, seen_generations
from generations.forms.order import NOW, TONIGHT, OrderForm
from generations.forms.text import RAW_LENGTH
from generations.lifecycle.already import already_made
from generations.lifecycle.limits import OverLimit
from generations.lifecycle.line import next_place
from generations.lifecycle.order import MayNotOrder, NonceUsed, Part
from generations.models import Generation, Order
from generations.views.context import studio_of
from generations.views.earlier import Earlier
from generations.views.improve import improved_text
from generations.views.into import choices, place_into_collection, refuse_gone
from generations.views.poll import Poll
from generations.views.preflight import preflight_of
from generations.views.quote import Quote, barriers, card
from generations.views.remix import Remix, remix_of
from generations.views.signed_in import TeamRequest, in_team
from generations.views.tiles import drawable, tiles
from generations.views.tonight import spoken, tonight
from generations.views.using import Used, refuse_unseen, used_by, version_for

Source = Remix | Used
"""What a form may start from."""

STRIP_SIZE: Final = 8
EXAMPLE: Final = (
    "A paper boat crosses a rain-filled gutter at dusk, street lamps smear gold on the water, slow dolly in "
    "at water level, shallow focus, 35 mm, gentle ripples, cinematic and quiet."
)
FRAME_USES: Final = {"16:9": "screen", "9:16": "phone", "1:1": "feed"}
ALREADY_SENT: Final = (
    "This form was already sent with other content; nothing new was ordered. Press Generate again to order "
    "this version."
)
PRICE_CHANGED: Final = (
    "The price has changed since this page was opened; nothing was ordered. Press Generate again to order at the "
    "price shown now."
)
TEAM_CHANGED: Final = (
    "You work in {team} now, and this page was opened for another team; nothing was ordered. Press Generate again "
    "to order for {team}."
)


@in_team
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: TeamRequest) -> HttpResponse:
    """Show the form, or order what it says."""
    if request.method != "POST":
        source = _source(request)
        form = OrderForm(initial=_start(request, source))
        return render(request, "generations/create.html", _page(request, form, source))
    form = OrderForm(request.POST)
    if form.is_valid():
        _compare_with_page(request, form)
        refuse_gone(request.membership, form)
        refuse_unseen(request.user, form)
    if not form.is_valid():
        return _again(request, form)
    if preflight_of(form, request.membership.team).advice:
        return _again(request, form, is_asked=True)
    if (earlier := _made_before(request, form)) and not form.cleaned_data["another"]:
        return _again(request, form, earlier=Earlier(earlier, request.user))
    due_at = tonight() if form.cleaned_data["when"] == TONIGHT else None
    try:
        order = _place(request, form, due_at)
    except NonceUsed:
        form.add_error(None, ALREADY_SENT)
        form.renew_nonce()
        return _again(request, form)
    except (MayNotOrder, OverLimit) as error:
        return _again(request, form, refusal=str(error))
    return _ordered(request, form, order, due_at)


def _compare_with_page(request: TeamRequest, form: OrderForm) -> None:
    """Refuse what would cost something else, or another team's money, than the page said."""
    price, team = studio_of(request).price, request.membership.team
    if price and form.cleaned_data["price"] not in (None, price.pk):
        form.add_error(None, PRICE_CHANGED)
    if form.cleaned_data["team"] not in (None, team.pk):
        form.add_error(None, TEAM_CHANGED.format(team=team))


def _made_before(request: TeamRequest, form: OrderForm) -> Generation | None:
    """Return a clip of the same wish from an earlier press that the member may see."""
    seen = seen_generations(request.membership).exclude(
        order__owner=request.user, order__nonce=form.cleaned_data["nonce"]
    )
    found = (already_made(seen, form.wish(text)) for text in form.texts)
    return next(filter(None, found), None)


def _place(request: TeamRequest, form: OrderForm, due_at: datetime | None) -> Order:
    said = form.cleaned_data
    beside = Part(form.wish("beside"), version_for(request.user, form, "beside")) if form.is_pair else None
    return place_into_collection(
        request.membership,
        form,
        takes=said["takes"],
        nonce=said["nonce"],
        is_private=said["is_private"],
        due_at=due_at,
        prompt_version=version_for(request.user, form),
        beside=beside,
    )


def _source(request: TeamRequest) -> Source | None:
    """Return the clip or the prompt that the address says to start from. Raises Http404."""
    return used_by(request) or remix_of(request)


def _source_still(request: TeamRequest) -> Source | None:
    """Return what a form that was sent started from, None if that is not to be seen any more."""
    try:
        return _source(request)
    except Http404:
        return None


def _start(request: TeamRequest, source: Source | None) -> dict[str, Any]:
    """Return what the form starts with: a clip's values or a prompt's, an example, nothing, or the last order."""
    if source:
        return source.values
    if request.GET.get("from"):
        raise Http404("No such clip.")
    draft: dict[str, Any] = request.session.get("draft", {}) | {"prompt_version": None}
    if "improved" in request.GET:
        return draft | {"prompt": improved_text(request)}
    if "example" in request.GET:
        return {"prompt": EXAMPLE}
    if "blank" in request.GET:
        return {}
    return draft


def _again(
    request: TeamRequest,
    form: OrderForm,
    *,
    earlier: Earlier | None = None,
    refusal: str = "",
    is_asked: bool = False,
) -> HttpResponse:
    """Show the form with all that was typed, and what is wrong or to look at, the earlier clip, or the refusal."""
    if "nonce" in form.errors:
        form.renew_nonce()
    whole = not request.htmx
    template = "generations/create.html" if whole else "generations/_form.html"
    context = (_page if whole else _form)(request, form, _source_still(request))
    context |= {"earlier": earlier, "refusal": refusal}
    if is_asked:
        context["preflight"] = preflight_of(form, request.membership.team, is_asked=True)
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _ordered(request: TeamRequest, form: OrderForm, order: Order, due_at: datetime | None) -> HttpResponse:
    """Say so and leave the form as it was, ready for the next press, which is for now again."""
    takes, is_private = form.cleaned_data["takes"], form.cleaned_data["is_private"]
    into = str(form.cleaned_data["collection"] or "")
    draft = {**asdict(form.wish()), "takes": takes, "is_private": is_private, "collection": into}
    used = {"prompt_version": form.cleaned_data["prompt_version"], "filled": form.filled}
    used["passed_over"] = form.cleaned_data["passed_over"]
    request.session["draft"] = draft | used
    said = _said(form, order, due_at)
    if not request.htmx:
        messages.success(request, said)
        source = _source_still(request)
        return redirect(f"{resolve_url('create')}?{source.query}" if isinstance(source, Used) else "create")
    context = {"nonce": uuid4(), "said": said, "when": NOW, "tonight": spoken(tonight())}
    context["preflight"] = preflight_of(form, request.membership.team)
    answer = render(request, "generations/_ordered.html", context)
    return trigger_client_event(reswap(answer, "none"), "live")


def _said(form: OrderForm, order: Order, due_at: datetime | None) -> str:
    """What was ordered, in words; two texts lead to where their clips stand side by side."""
    clips, verb = ("1 clip", "is") if form.clips == 1 else (f"{form.clips} clips", "are")
    said = (
        f"Ordered: {clips} will be sent {spoken(due_at)}." if due_at else f"Ordered: {clips} {verb} in line."
    )
    if not form.is_pair:
        return said
    made = order.generations.order_by("take").values_list("pk", flat=True)
    address = f"{resolve_url('compare')}?{urlencode({'clips': ','.join(map(str, made))}, safe=',')}"
    return format_html('{} <a href="{}">Compare them</a> once they are ready.', said, address)


def _form(request: TeamRequest, form: OrderForm, source: Source | None) -> dict[str, Any]:
    """Return what the form is drawn from."""
    studio = studio_of(request)
    quote = Quote(studio.price, form.shown("duration"), form.clips)
    money, walls = card(studio), barriers(studio, studio.price)
    short = money.budgets.exceeded_by(quote.together) if money and not walls else []
    return {
        **_settings(form),
        "form": form,
        "source": source,
        "place": next_place(studio.account, request.user),
        "quote": quote,
        "card": money,
        "after": money and money.after(quote.together),
        "barriers": walls,
        "shortages": short,
        "when": form.shown("when"),
        "tonight": spoken(tonight()),
        "preflight": preflight_of(form, request.membership.team),
        "collections": choices(request.membership, form),
        "raw_length": RAW_LENGTH,
    }


def _settings(form: OrderForm) -> dict[str, Any]:
    """Return the settings' values. The guidance slider keeps one that lies between its steps."""
    cfg_scale = form.shown("cfg_scale")
    frames = [(name, use, constraints.FRAMES[name]) for name, use in FRAME_USES.items()]
    steps = cfg_scale / constraints.CFG_SCALE_STEP
    return {
        "constraints": constraints,
        "frames": frames,
        "frame": next(frame for frame in frames if frame[0] == form.shown("aspect_ratio")),
        "cfg_scale": cfg_scale,
        "step": constraints.CFG_SCALE_STEP if isclose(steps, round(steps)) else "any",
    }


def _page(request: TeamRequest, form: OrderForm, source: Source | None) -> dict[str, Any]:
    poll = Poll.start(request, "create")
    newest = drawable(own_generations(request.membership))[:STRIP_SIZE]
    has_draft = source is not None or not request.GET
    return {
        **_form(request, form, source),
        "tiles": tiles(newest, request),
        "poll": poll,
        "restore_draft": request.method != "POST" and has_draft,
    }
