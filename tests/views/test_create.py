"""The Create page."""

import json
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from generations.models import Generation, Order, Price, State
from tests.factories import make_admin, make_generation, make_stranger, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def nonce_in(response):
    return elements(response, "input", name="nonce")[0]["value"]


def send(client, *, headers=None, **values):
    return client.post("/", {"prompt": "A boat", "nonce": str(uuid4()), **values}, headers=headers)


def test_the_page_has_the_form_with_the_apis_limits_and_defaults(client, mia):
    page = client.get("/")
    assert page.status_code == 200
    (prompt,) = elements(page, "textarea", name="prompt")
    assert prompt["maxlength"] == "2500"
    (length,) = elements(page, "input", name="duration")
    assert (length["type"], length["min"], length["max"], length["value"]) == ("number", "3", "15", "5")
    seconds = [option["value"] for option in elements(page, "option") if option["value"].isdigit()]
    assert seconds == [str(n) for n in range(3, 16)]
    (guidance,) = elements(page, "input", name="cfg_scale")
    assert (guidance["min"], guidance["max"], guidance["value"]) == ("0.0", "1.0", "0.5")
    ratios = elements(page, "input", name="aspect_ratio")
    assert [radio["value"] for radio in ratios] == ["16:9", "9:16", "1:1"]
    assert ["checked" in radio for radio in ratios] == [True, False, False]
    assert [radio["value"] for radio in elements(page, "input", name="takes")] == ["1", "2", "3", "4"]
    assert "blur, distort, and low quality" in page.content.decode()


def test_the_button_says_what_it_costs(client, mia):
    assert "Generate 5 s · €5.60" in text_of(client.get("/"))
    Price.objects.create(rate_per_second="2.5")
    assert "Generate 5 s · €12.50" in text_of(client.get("/"))


def test_an_order_makes_its_takes_and_returns_to_the_page(client, mia):
    response = send(client, takes="2", duration="7", aspect_ratio="1:1")
    assert (response.status_code, response["Location"]) == (302, "/")
    made = Generation.objects.all()
    assert [(g.owner, g.state, g.duration, g.aspect_ratio) for g in made] == [
        (mia, State.QUEUED, 7, "1:1")
    ] * 2
    page = client.get("/")
    assert "Ordered: 2 clips are in line." in text_of(page)
    assert len(elements(page, "article", data_state="queued")) == 2


def test_without_scripts_the_form_stays_as_it_was(client, mia):
    send(client, prompt="A boat\r\nat dusk", takes="3", cfg_scale="0.33", duration="9")
    page = client.get("/")
    assert "A boat\nat dusk</textarea>" in page.content.decode()
    assert elements(page, "input", name="duration")[0]["value"] == "9"
    guidance = elements(page, "input", name="cfg_scale")[0]
    assert (guidance["value"], guidance["step"]) == ("0.33", "any")
    assert "Generate 3 × 9 s · €30.24" in text_of(page)


def test_a_fragment_order_gets_a_new_number_and_looks_for_news(client, mia):
    response = send(client, headers=htmx())
    assert response.status_code == 200
    assert response["HX-Reswap"] == "none"
    assert "live" in json.loads(response["HX-Trigger"])
    assert UUID(nonce_in(response))
    assert "Ordered: 1 clip is in line." in text_of(response)


def test_the_same_number_twice_is_one_order(client, mia):
    nonce = str(uuid4())
    for _ in range(2):
        assert send(client, nonce=nonce).status_code == 302
    assert Order.objects.count() == 1


def test_the_same_number_with_another_text_orders_nothing_and_says_so(client, mia):
    nonce = str(uuid4())
    send(client, nonce=nonce)
    response = send(client, nonce=nonce, prompt="Another")
    assert response.status_code == 422
    assert "already sent with other content; nothing new was ordered" in text_of(response)
    assert nonce_in(response) != nonce
    assert "Another</textarea>" in response.content.decode()
    assert Generation.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", "x" * 2501),
        ("cfg_scale", "1.01"),
        ("duration", "16"),
        ("aspect_ratio", "4:3"),
        ("takes", "5"),
    ],
)
@pytest.mark.parametrize("headers", [{}, htmx()])
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_lost(client, mia, field, value, headers):
    typed = {"prompt": "A kept <prompt>", "negative_prompt": "kept too", "cfg_scale": "0.8"}
    response = send(client, headers=headers, **{**typed, field: value})
    assert response.status_code == 422
    assert Generation.objects.count() == 0
    (summary,) = elements(response, "div", id="order-errors")
    assert summary["tabindex"] == "-1"
    assert elements(response, "a", href=f"#{field}-error")
    page = response.content.decode()
    for name, text in {**typed, field: value}.items():
        if name in ("prompt", "negative_prompt"):
            assert text.replace("<", "&lt;").replace(">", "&gt;") + "</textarea>" in page
    if field in ("prompt", "cfg_scale", "duration"):
        marked = [attrs for tag in ("input", "textarea") for attrs in elements(response, tag, name=field)]
        assert [attrs["aria-invalid"] for attrs in marked] == ["true"]
    assert page.startswith("<form") == bool(headers)


def test_a_remix_starts_with_the_clips_values(client, mia):
    clip = make_generation(
        mia, State.READY, prompt="A red kite", duration=11, cfg_scale=0.15, negative_prompt=""
    )
    page = client.get(f"/?from={clip.pk}")
    assert "A red kite</textarea>" in page.content.decode()
    assert elements(page, "input", name="duration")[0]["value"] == "11"
    (form,) = elements(page, "form", id="order")
    assert (form["data-source"], form["data-draft"]) == (str(clip.pk), "restore")
    assert form["action"] == form["hx-post"] == f"/?from={clip.pk}"
    assert "From A red kite" in text_of(page)
    assert elements(page, "a", href="/?blank=yes")


def test_a_refused_remix_is_still_one(client, mia):
    clip = make_generation(mia, State.READY)
    for headers in ({}, htmx()):
        response = client.post(f"/?from={clip.pk}", {"prompt": "", "nonce": str(uuid4())}, headers=headers)
        assert response.status_code == 422
        (form,) = elements(response, "form", id="order")
        assert (form["data-source"], form["data-draft"]) == (str(clip.pk), "keep")


def test_a_form_may_begin_blank(client, mia):
    send(client, prompt="A boat", duration="9")
    page = client.get("/?blank=yes")
    assert "A boat</textarea>" not in page.content.decode()
    assert elements(page, "input", name="duration")[0]["value"] == "5"
    for path, draft in (("/", "restore"), ("/?blank=yes", "keep"), ("/?example=yes", "keep")):
        (form,) = elements(client.get(path), "form", id="order")
        assert (form["data-source"], form["data-draft"]) == ("", draft)


@pytest.mark.parametrize("source", ["stranger", "nobody", "x", "\x00"])
def test_a_remix_of_what_one_may_not_see_is_404(client, mia, source):
    stranger = make_generation(make_stranger(), State.READY)
    pk = {"stranger": str(stranger.pk), "nobody": str(uuid4())}.get(source, source)
    assert client.get("/", {"from": pk}).status_code == 404


def test_an_admin_may_remix_anything(client, mia):
    clip = make_generation(mia, State.READY, prompt="A red kite")
    client.force_login(make_admin())
    assert "A red kite" in client.get(f"/?from={clip.pk}").content.decode()


def test_a_paused_account_is_told_and_does_not_stop_ordering(client, mia):
    account = make_generation(mia).account
    account.pause("unauthorized", "The key was refused.")
    page = client.get("/")
    assert "nothing is lost, and nothing is spent until it is sent" in text_of(page)
    assert "Sending is paused. You can order" in text_of(page)
    assert send(client).status_code == 302


def test_the_place_told_is_ones_own_and_fair(client, mia):
    otto = make_stranger()
    for _ in range(5):
        make_generation(otto)
    assert "Your place 2nd in line" in text_of(client.get("/"))
    client.force_login(otto)
    assert "Your place 6th in line" in text_of(client.get("/"))
    assert "Your place 6th in line" in text_of(send(client, prompt="", headers=htmx()))


def test_an_empty_strip_offers_a_rehearsal(client, mia):
    page = client.get("/")
    assert elements(page, "a", href="/?example=yes")
    assert "A paper boat" in client.get("/?example=yes").content.decode()


def test_the_strip_has_ones_own_newest_eight(client, mia):
    make_generation(make_stranger())
    own = [make_generation(mia) for _ in range(9)]
    shown = [tile["data-generation"] for tile in elements(client.get("/"), "article")]
    assert shown == [str(clip.pk) for clip in reversed(own)][:8]


def test_a_visitor_goes_to_sign_in_also_from_a_fragment(client):
    assert send(client)["Location"] == "/accounts/login/?next=/"
    response = send(client, headers=htmx(**{"HX-Current-URL": "http://testserver/?from=x"}))
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=%2F%3Ffrom%3Dx&signed_out=yes"
    assert response.content == b""


def test_the_page_is_kept_by_nobody(client, mia):
    assert "no-store" in client.get("/")["Cache-Control"]


def test_the_page_costs_as_many_queries_for_eight_clips_as_for_two(
    client, mia, django_assert_max_num_queries, django_assert_num_queries
):
    for state in (State.QUEUED, State.RENDERING):
        make_generation(mia, state)
    client.get("/")
    with django_assert_max_num_queries(17) as few:
        client.get("/")
    for state in (State.QUEUED, State.READY, State.RENDERING, State.FAILED, State.CANCELLED, State.SAVING):
        make_generation(mia, state)
    with django_assert_num_queries(len(few)):
        client.get("/")


def test_what_is_booked_is_the_price_that_was_shown(client, mia):
    """A price that changes while a page is open: nothing is ordered until it has been read."""
    shown = Price.objects.in_force()
    Price.objects.create(rate_per_second="3.00", valid_from=timezone.now())
    page = send(client, price=shown.pk)
    assert page.status_code == 422
    assert "The price has changed" in text_of(page)
    assert "€15.00" in text_of(page)
    assert not Generation.objects.exists()
    assert send(client, price=Price.objects.in_force().pk).status_code == 302
    assert Generation.objects.get().price == Decimal("15.00")
