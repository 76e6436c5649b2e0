"""Prompts at hand on Create: of the libraries, and what one has ordered, with and without scripts."""

import re
from uuid import uuid4

import pytest

from generations.models import Owner
from tests.factories import make_library, make_member, make_prompt, make_stranger, make_user
from tests.lifecycle.test_prompt_history import fill, order
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    membership = make_member()
    client.force_login(membership.user)
    return membership


@pytest.fixture
def fox(mia):
    return make_prompt(make_library(by=mia.user), "A {{ animal | fox }} at dusk", by=mia.user, title="Beasts")


def test_create_leads_to_both_lists(client, mia):
    page = client.get("/")
    assert [link["href"] for link in elements(page, "a", data_pick=None)] == [
        "/prompts/pick/",
        "/prompts/pick/?tab=ordered",
    ]
    (field,) = elements(page, "textarea", name="prompt")
    assert (field["data-find"], field["data-recall"]) == ("/prompts/find", "/prompts/recall")


def test_each_prompt_of_the_libraries_has_a_link_that_uses_it(client, mia, fox):
    make_prompt(make_library("Hidden", Owner.PRIVATE, by=make_stranger()), "Their fox")
    page = client.get("/prompts/pick/", {"q": "fox"})
    (use,) = elements(page, "a", data_use=None)
    assert use["href"] == f"/?prompt={fox.pk}"
    assert "A {{ animal | fox }} at dusk</textarea>" in client.get(use["href"]).content.decode()
    assert "Nothing fits" in text_of(client.get("/prompts/pick/", {"q": "harbour"}))


def test_what_one_ordered_is_used_with_all_its_settings(client, mia):
    order(mia, "A red kite", duration=11)
    order(make_member("bo"), "Not mine")
    page = client.get("/prompts/pick/?tab=ordered")
    assert "Not mine" not in text_of(page)
    assert "16:9 · 11 s" in text_of(page)
    (use,) = elements(page, "a", data_use=None)
    start = client.get(use["href"])
    assert "A red kite</textarea>" in start.content.decode()
    assert elements(start, "input", name="duration")[0]["value"] == "11"


def test_an_order_on_the_page_comes_first_in_the_history(client, mia):
    for text in ("A boat", "A kite", "A boat"):
        client.post("/", {"prompt": text, "nonce": str(uuid4()), "another": "yes"})
    assert client.get("/prompts/recall").json() == {"texts": ["A boat", "A kite"]}


@pytest.mark.parametrize("tab", ["library", "ordered"])
def test_older_ones_are_a_link_away(client, mia, tab):
    library = make_library(by=mia.user)
    for number in range(25):
        order(mia, f"Take {number}")
        make_prompt(library, f"Take {number}", by=mia.user)
    first = client.get(f"/prompts/pick/?tab={tab}&q=take")
    (link,) = [link for link in elements(first, "a") if "before=" in link["href"]]
    second = client.get(link["href"].replace("&amp;", "&"))
    shown = [re.findall(r"Take \d+", text_of(page)) for page in (first, second)]
    assert len(set(shown[0])) == 20 and len(set(shown[1])) == 5
    part = client.get(link["href"], headers=htmx())
    assert "<html" not in part.content.decode() and "Take 0" in text_of(part)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "٣", ""])
@pytest.mark.parametrize("tab", ["ordered", "library"])
def test_a_place_that_is_none_is_not_found(client, mia, tab, before):
    status = 200 if tab == "library" and not before else 404
    assert client.get("/prompts/pick/", {"tab": tab, "before": before}).status_code == status


def test_the_parts_are_for_the_panel(client, mia, fox):
    whole = client.get("/prompts/pick/").content.decode()
    panel = client.get("/prompts/pick/", headers=htmx()).content.decode()
    rows = client.get("/prompts/pick/", headers=htmx(**{"HX-Target": "pick-rows"})).content.decode()
    assert ["<html" in part for part in (whole, panel, rows)] == [True, False, False]
    assert ['id="pick-words"' in part for part in (whole, panel, rows)] == [True, True, False]
    assert all("Beasts" in part for part in (whole, panel, rows))


def test_the_options_of_a_slash(client, mia, fox):
    page = client.get("/prompts/find", {"q": "bea"})
    (option,) = elements(page, "li", role="option")
    assert option["data-href"] == f"/?prompt={fox.pk}"
    assert not elements(page, "a") and not elements(page, "button"), "an option holds nothing to press"
    for number in range(12):
        make_prompt(fox.library, f"Fox {number}", by=mia.user)
    assert len(elements(client.get("/prompts/find"), "li")) == 8
    assert client.get("/prompts/find", {"q": "nowhere"}).content.strip() == b""


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/prompts/find?q=take", 4),
        ("/prompts/recall", 4),
        ("/prompts/pick/?q=take", 5),
        ("/prompts/pick/?tab=ordered&q=take", 4),
    ],
)
def test_lists_cost_the_same_however_long_they_are(client, mia, address, queries, django_assert_num_queries):
    library = make_library(by=mia.user)
    fill(mia, 4)
    make_prompt(library, "Take", by=mia.user)
    for _ in range(2):
        with django_assert_num_queries(queries):
            assert client.get(address, headers=htmx()).status_code == 200
        for number in range(30):
            order(mia, f"Take it {number}")
            make_prompt(library, f"Take {number}", by=mia.user)


def test_who_watches_may_look(client):
    client.force_login(make_user("eve", role="viewer"))
    for address in ("/prompts/pick/", "/prompts/pick/?tab=ordered", "/prompts/find", "/prompts/recall"):
        assert client.get(address).status_code == 200
