"""The Create page: a form, what it will cost, and what was just ordered."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from math import isclose
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, trigger_client_event

from generations import constraints
from generations.access import own_generations, seen_generations, visible_generations
from generations.forms.order import NOW, TONIGHT, OrderForm
from generations.lifecycle.already import already_made
from generations.lifecycle.limits import OverLimit
from generations.lifecycle.line import next_place
from generations.lifecycle.order import MayNotOrder, NonceUsed, place_order
from generations.lifecycle.wish import Wish
from generations.models import Generation
from generations.views.context import studio_of
from generations.views.earlier import Earlier
from generations.views.poll import Poll
from generations.views.quote import Quote, barriers, card
from generations.views.signed_in import TeamRequest, in_team
from generations.views.tiles import RELATED, tiles
from generations.views.tonight import spoken, tonight

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
    if not form.is_valid():
        return _again(request, form)
    if (earlier := _made_before(request, form)) and not form.cleaned_data["another"]:
        return _again(request, form, earlier=Earlier(earlier, request.user))
    due_at = tonight() if form.cleaned_data["when"] == TONIGHT else None
    try:
        _place(request, form, due_at)
    except NonceUsed:
        form.add_error(None, ALREADY_SENT)
        form.renew_nonce()
        return _again(request, form)
    except (MayNotOrder, OverLimit) as error:
        return _again(request, form, refusal=str(error))
    return _ordered(request, form, due_at)


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
    return already_made(seen, form.wish())


def _place(request: TeamRequest, form: OrderForm, due_at: datetime | None) -> None:
    said = form.cleaned_data
    place_order(
        request.membership,
        form.wish(),
        takes=said["takes"],
        nonce=said["nonce"],
        is_private=said["is_private"],
        due_at=due_at,
    )


def _source(request: TeamRequest) -> Generation | None:
    """Return the clip that the form starts from, if there is one and it is to be seen."""
    pk = request.GET.get("from")
    return visible_generations(request.user).filter(pk=_uuid(pk)).first() if pk else None


def _start(request: TeamRequest, source: Generation | None) -> dict[str, Any]:
    """Return what the form starts with: a clip's values, an example, nothing, or what was ordered last."""
    if source:
        return asdict(Wish.of(source))
    if request.GET.get("from"):
        raise Http404("No such clip.")
    if "example" in request.GET:
        return {"prompt": EXAMPLE}
    if "blank" in request.GET:
        return {}
    draft: dict[str, Any] = request.session.get("draft", {})
    return draft


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("No such clip.") from error


def _again(
    request: TeamRequest, form: OrderForm, *, earlier: Earlier | None = None, refusal: str = ""
) -> HttpResponse:
    """Show the form with everything that was typed, and what is wrong, or the earlier clip, or the refusal."""
    if "nonce" in form.errors:
        form.renew_nonce()
    whole = not request.htmx
    template = "generations/create.html" if whole else "generations/_form.html"
    context = (_page if whole else _form)(request, form, _source(request))
    context |= {"earlier": earlier, "refusal": refusal}
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _ordered(request: TeamRequest, form: OrderForm, due_at: datetime | None) -> HttpResponse:
    """Say so and leave the form as it was, ready for the next press, which is for now again."""
    takes, is_private = form.cleaned_data["takes"], form.cleaned_data["is_private"]
    request.session["draft"] = {**asdict(form.wish()), "takes": takes, "is_private": is_private}
    clips, verb = ("1 clip", "is") if takes == 1 else (f"{takes} clips", "are")
    said = (
        f"Ordered: {clips} will be sent {spoken(due_at)}." if due_at else f"Ordered: {clips} {verb} in line."
    )
    if not request.htmx:
        messages.success(request, said)
        return redirect("create")
    context = {"nonce": uuid4(), "said": said, "when": NOW, "tonight": spoken(tonight())}
    answer = render(request, "generations/_ordered.html", context)
    return trigger_client_event(reswap(answer, "none"), "live")


def _form(request: TeamRequest, form: OrderForm, source: Generation | None) -> dict[str, Any]:
    """Return what the form is drawn from."""
    studio = studio_of(request)
    quote = Quote(studio.price, form.shown("duration"), form.shown("takes"))
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


def _page(request: TeamRequest, form: OrderForm, source: Generation | None) -> dict[str, Any]:
    poll = Poll.start(request, "create")
    newest = own_generations(request.membership).select_related(*RELATED)[:STRIP_SIZE]
    has_draft = source is not None or not request.GET
    return {
        **_form(request, form, source),
        "tiles": tiles(newest, request),
        "poll": poll,
        "restore_draft": request.method != "POST" and has_draft,
    }
