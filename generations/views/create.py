"""The Create page: a form, what it will cost, and what was just ordered."""

from dataclasses import asdict, dataclass
from decimal import Decimal
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
from generations.access import own_generations, visible_generations
from generations.forms.order import OrderForm
from generations.lifecycle.line import next_place
from generations.lifecycle.order import NonceUsed, Wish, place_order
from generations.models import Generation, Price
from generations.views.context import studio_of
from generations.views.poll import Poll
from generations.views.signed_in import MemberRequest, signed_in
from generations.views.tiles import tiles

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


@dataclass(frozen=True)
class Quote:
    """What one press costs as far as we know: an estimate. `duration` in seconds."""

    price: Price
    duration: int
    takes: int

    @property
    def each(self) -> Decimal:
        """One clip."""
        return self.price.of(self.duration)

    @property
    def a_second(self) -> Decimal:
        """One second of one clip."""
        return self.price.of(1)

    @property
    def together(self) -> Decimal:
        """All takes."""
        return self.each * self.takes

    @property
    def cents(self) -> list[tuple[int, int]]:
        """Each possible duration with its price in hundredths, so that the page never has to round."""
        return [(seconds, int(self.price.of(seconds) * 100)) for seconds in constraints.DURATIONS]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """Show the form, or order what it says."""
    if request.method != "POST":
        source = _source(request)
        form = OrderForm(initial=_start(request, source))
        return render(request, "generations/create.html", _page(request, form, source))
    form = OrderForm(request.POST)
    if form.is_valid() and form.cleaned_data["price"] not in (None, Price.objects.in_force().pk):
        form.add_error(None, PRICE_CHANGED)
    if not form.is_valid():
        return _again(request, form)
    try:
        place_order(
            request.user, form.wish(), takes=form.cleaned_data["takes"], nonce=form.cleaned_data["nonce"]
        )
    except NonceUsed:
        form.add_error(None, ALREADY_SENT)
        form.renew_nonce()
        return _again(request, form)
    return _ordered(request, form)


def _source(request: MemberRequest) -> Generation | None:
    """Return the clip that the form starts from, if there is one and it is to be seen."""
    pk = request.GET.get("from")
    return visible_generations(request.user).filter(pk=_uuid(pk)).first() if pk else None


def _start(request: MemberRequest, source: Generation | None) -> dict[str, Any]:
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


def _again(request: MemberRequest, form: OrderForm) -> HttpResponse:
    """Show the form with what is wrong and everything that was typed."""
    if "nonce" in form.errors:
        form.renew_nonce()
    whole = not request.htmx
    template = "generations/create.html" if whole else "generations/_form.html"
    context = (_page if whole else _form)(request, form, _source(request))
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _ordered(request: MemberRequest, form: OrderForm) -> HttpResponse:
    """Say so and leave the form as it was, ready for the next press."""
    takes = form.cleaned_data["takes"]
    request.session["draft"] = {**asdict(form.wish()), "takes": takes}
    said = "Ordered: 1 clip is in line." if takes == 1 else f"Ordered: {takes} clips are in line."
    if not request.htmx:
        messages.success(request, said)
        return redirect("create")
    answer = render(request, "generations/_ordered.html", {"nonce": uuid4(), "said": said})
    return trigger_client_event(reswap(answer, "none"), "live")


def _form(request: MemberRequest, form: OrderForm, source: Generation | None) -> dict[str, Any]:
    """Return what the form is drawn from. The guidance slider keeps a value that lies between its steps."""
    cfg_scale = form.shown("cfg_scale")
    frames = [(name, use, constraints.FRAMES[name]) for name, use in FRAME_USES.items()]
    steps = cfg_scale / constraints.CFG_SCALE_STEP
    return {
        "form": form,
        "source": source,
        "place": next_place(studio_of(request).account, request.user),
        "quote": Quote(Price.objects.in_force(), form.shown("duration"), form.shown("takes")),
        "constraints": constraints,
        "frames": frames,
        "frame": next(frame for frame in frames if frame[0] == form.shown("aspect_ratio")),
        "cfg_scale": cfg_scale,
        "step": constraints.CFG_SCALE_STEP if isclose(steps, round(steps)) else "any",
    }


def _page(request: MemberRequest, form: OrderForm, source: Generation | None) -> dict[str, Any]:
    poll = Poll.start(request, "create")
    newest = own_generations(request.user).select_related("account")[:STRIP_SIZE]
    has_draft = source is not None or not request.GET
    return {
        **_form(request, form, source),
        "tiles": tiles(newest, studio_of(request).account),
        "poll": poll,
        "restore_draft": request.method != "POST" and has_draft,
    }
