"""Pages of prompts cost the same however many there are. `script/bench prompts` measures; here it is counted."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.forms.library_file import read_file
from generations.lifecycle import prompts
from generations.lifecycle.library_figures import recount
from generations.lifecycle.library_import import import_library, keep_upload
from generations.lifecycle.library_plan import make_plan
from generations.lifecycle.prompt_liking import favour_prompt
from generations.models import LibraryFigure, Prompt, State
from generations.templatetags import drawing
from generations.views.prompts import PAGE_SIZE
from tests.factories import make_generation, make_library, make_prompt, make_user
from tests.views.pages import elements

pytestmark = pytest.mark.django_db
LISTS = (
    "",
    "q=fox",
    "q=fox dusk",
    "sort=uses",
    "sort=rating",
    "sort=liked",
    "library={library}",
    "library={library}&sort=rating",
    "tag=night",
    "tag=night&sort=uses",
    "author={mia}",
    "favourite=on",
    "favourite=on&sort=liked",
    "archived=on",
    "sort=approved",
)
LIST = 'SELECT "generations_prompt"."id", "generations_prompt"."key"'
"""How the query for a page of prompts begins."""


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def fill(mia, libraries, count):
    """Prompts in each library that every list finds, with a clip each."""
    for library in libraries:
        for n in range(count):
            prompt = make_prompt(library, tags=["night"], title=f"Dusk {n}", by=mia)
            favour_prompt(prompt, mia)
            make_generation(mia, State.READY, prompt_version=prompt.live)
            prompts.archive(make_prompt(library, title="Old", by=mia), actor=mia)


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


def sorts(sql):
    """The lines of SQLite's plan that collect prompts and then sort them: their number grows with the prompts."""
    if connection.vendor != "sqlite" or not sql.startswith(LIST):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        return [line for *_, line in cursor.fetchall() if "TEMP B-TREE FOR ORDER BY" in line]


def test_lists_are_read_the_same_way_however_long_they_are(client, mia):
    libraries = [make_library(name, by=mia) for name in ("Looks", "Product", "Sea")]
    fill(mia, libraries, PAGE_SIZE // 3 + 1)
    addresses = [f"/prompts/?{asked.format(library=libraries[0].pk, mia=mia.pk)}" for asked in LISTS]
    few = {address: len(queries_of(client, address)) for address in addresses}
    fill(mia, libraries, 15)
    many = {address: queries_of(client, address) for address in addresses}
    assert {address: len(queries) for address, queries in many.items()} == few
    assert all(any(sql.startswith(LIST) for sql in queries) for queries in many.values())
    found = {address: [sql for sql in queries if sorts(sql)] for address, queries in many.items()}
    # What few prompts have is collected and sorted; how many those are at most, is bounded for words.
    few_have = {addresses[LISTS.index(asked)] for asked in ("q=fox", "q=fox dusk", "author={mia}")}
    assert {address for address, sorted_ones in found.items() if sorted_ones} <= few_have


@pytest.mark.parametrize("tab", ["content", "versions", "suggestions", "results"])
def test_a_prompts_page_costs_the_same_with_more_clips(client, mia, tab):
    prompt = make_prompt(by=mia)
    make_generation(mia, State.READY, prompt_version=prompt.live)
    address = f"/prompts/{prompt.pk}/?tab={tab}"
    few = len(queries_of(client, address))
    for _ in range(20):
        make_generation(mia, State.READY, prompt_version=prompt.live)
    assert len(queries_of(client, address)) == few


def test_a_card_is_drawn_once_until_something_on_it_changes(client, mia, settings):
    drawing.forget()
    prompt = make_prompt(tags=["night"], title="Harbour", by=mia)
    first = client.get("/prompts/").content.decode()
    kept = dict(drawing._kept)
    assert len(kept) == 2  # The card, and the filter at the side.
    assert client.get("/prompts/").content.decode().count(prompt.title) == first.count(prompt.title)
    assert drawing._kept == kept
    assert not [html for html in kept.values() if client.cookies[settings.CSRF_COOKIE_NAME].value in html]
    other = replace(prompts.Draft.of(prompt.live), text="Another sea")
    changes = [
        (lambda: prompts.describe(prompt, title="Quay", notes="", tags=["fog"], example=None), "Quay"),
        (lambda: favour_prompt(prompt, mia), "A favourite of yours"),
        (
            lambda: make_generation(mia, State.READY, prompt_version=prompt.live, poster_name="p.webp"),
            "/poster",
        ),
        (lambda: prompts.save_version(prompt, other, actor=mia), "Another sea"),
    ]
    for change, shown in changes:
        assert shown not in client.get("/prompts/").content.decode()
        change()
        assert shown in client.get("/prompts/").content.decode()


def figures():
    return sorted(
        LibraryFigure.objects.values_list("library", "is_archived", "tag", "author", "prompts"), key=str
    )


def test_what_is_counted_is_what_is_there_after_every_change(client, mia):
    looks, product = make_library("Looks", by=mia), make_library("Product", by=mia)
    one = make_prompt(looks, tags=["night", "sea"], by=mia)
    two = make_prompt(looks, tags=["night"], by=make_user("bo"))

    def import_one():
        content = json.dumps(
            {"prompts": [{"title": "A", "tags": ["new"], "versions": [{"text": "A"}]}]}
        ).encode()
        entries = read_file(content)
        upload = keep_upload(product, "a.json", content, actor=mia)
        import_library(upload, entries, make_plan(product, entries).fingerprint)

    changes = [
        lambda: None,
        lambda: prompts.archive(one, actor=mia),
        lambda: prompts.move(two, product, actor=mia),
        lambda: prompts.put_back(one, actor=mia),
        lambda: prompts.copy(one, product, actor=mia),
        lambda: prompts.describe(one, title="B", notes="", tags=["fog"], example=None),
        import_one,
    ]
    for change in changes:
        change()
        kept = figures()
        recount(looks, product)
        assert figures() == kept
    assert (product.pk, False, "", None, Prompt.objects.filter(library=product).count()) in kept


def test_the_side_adds_up_what_the_libraries_have(client, mia):
    for name in ("Looks", "Product"):
        make_prompt(make_library(name, by=mia), tags=["night"], by=mia)
    prompts.archive(make_prompt(make_library("Old", by=mia), tags=["fog"], by=mia), actor=mia)
    page = client.get("/prompts/")
    assert elements(page, "a", href="/prompts/?tag=night")
    assert not elements(page, "a", href="/prompts/?tag=fog")
    assert elements(client.get("/prompts/?archived=on"), "a", href="/prompts/?tag=fog&archived=on")
    assert "1 prompt" in client.get("/prompts/libraries/").content.decode()
