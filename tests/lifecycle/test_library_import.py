"""Libraries as files: all of it out and in again, what an import changes, and that it is all or nothing."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generations.csv_file import csv_lines, harmless
from generations.forms.library_file import read_file
from generations.lifecycle import prompts
from generations.lifecycle.library_export import COLUMNS, as_json, live_rows
from generations.lifecycle.library_import import Imported, PlanChanged, import_library, keep_upload
from generations.lifecycle.library_plan import Fate, make_plan
from generations.lifecycle.suggestions import accept, suggest
from generations.models import LibraryUpload, Pin, Prompt, PromptTag, Version
from tests.factories import make_draft, make_library, make_prompt, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_user()


@pytest.fixture
def bo():
    return make_user("bo", team=make_team())


@pytest.fixture
def library(mia, bo):
    """Two prompts: one in three versions, of which the second is live, and one that is archived."""
    library = make_library("Looks", by=mia)
    dusk = make_prompt(
        library, "A {{ animal | fox }}", title="Dusk", tags=["night", "a"], notes="Slow\r\nand long"
    )
    second = accept(suggest(dusk, make_draft("=A hare"), of=dusk.live, actor=bo, note="Faster"), actor=mia)
    prompts.save_version(dusk, make_draft("A boat", duration=9, cfg_scale=0.3), actor=mia, live=False)
    assert dusk.versions.count() == 3 and Prompt.objects.get(pk=dusk.pk).live == second
    prompts.archive(make_prompt(library, "Old", title="Ümlaut, “quoted”", aspect_ratio="1:1"), actor=mia)
    return library


@pytest.fixture
def other(bo):
    return make_library("Theirs", by=bo, team=make_team("West"))


def take(library, content, actor, **more):
    """Import a file, as somebody who has seen its preview."""
    content = content.encode() if isinstance(content, str) else content
    entries = read_file(content)
    upload = keep_upload(library, "file.json", content, actor=actor)
    return import_library(upload, entries, make_plan(library, entries).fingerprint, **more)


def fates(plan):
    return [step.fate for step in plan.steps]


def said(library):
    """A library's file without what is of the moment and of the place."""
    found = json.loads(as_json(library))
    return {name: value for name, value in found.items() if name not in ("exported_at", "library")}


def as_table(library):
    rows = ([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in live_rows(library))
    return "".join(csv_lines(COLUMNS, rows))


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Prompt, Version, Pin, PromptTag)]


def test_what_is_exported_and_imported_elsewhere_is_the_same(library, other, bo):
    plan = take(other, as_json(library), bo)
    assert fates(plan) == [Fate.NEW, Fate.NEW]
    assert said(other) == said(library)
    copy = other.prompts.get(title="Dusk")
    assert (copy.created_by, copy.by, copy.live.number) == (bo, "mia", 2)
    assert [version.credit for version in copy.versions.all()] == [
        "mia, imported by bo",
        "bo, accepted by mia, imported by bo",
        "mia, imported by bo",
    ]
    assert "hare" in copy.search_text and "night" in copy.search_text
    (pin,) = copy.pins.all()
    assert (pin.actor, pin.version, pin.before) == (bo, copy.live, None)
    assert other.prompts.get(archived_at__isnull=False).title == "Ümlaut, “quoted”"


@pytest.mark.parametrize("written", [as_json, as_table])
def test_twice_the_same_file_changes_nothing(library, other, bo, written):
    take(other, written(library), bo)
    before = everything()
    plan = take(other, written(library), bo)
    assert set(fates(plan)) == {Fate.SAME} and not plan.changes
    assert set(fates(take(library, written(library), bo))) == {Fate.SAME}
    assert everything() == before


def test_the_table_holds_the_live_texts(library, other, bo):
    table = as_table(library)
    assert '"\'=A hare"' in table
    take(other, table, bo)
    (copy,) = other.prompts.all()
    assert (copy.live.text, copy.live.credit, copy.notes) == ("=A hare", "imported by bo", "Slow\r\nand long")


def test_another_text_is_another_version_and_history_stays(library, mia):
    dusk = library.prompts.get(title="Dusk")
    before = list(dusk.versions.values())
    file = said(library)
    text = file["prompts"][0]["versions"][1] | {"text": "A hound"}
    file["prompts"][0]["versions"][1] = text
    plan = take(library, json.dumps(file), mia)
    assert plan.steps[0].reasons == ("New version 4", "Version 4 goes live")
    assert list(dusk.versions.filter(number__lte=3).values()) == before
    dusk.refresh_from_db()
    assert (dusk.live.number, dusk.live.text) == (4, "A hound")
    assert dusk.pins.first().before.number == 2
    assert fates(take(library, json.dumps(file), mia)) == [Fate.SAME, Fate.SAME]


def test_the_file_says_what_is_live_and_what_stands_around(library, mia):
    file = said(library)
    one, two = file["prompts"]
    one |= {"live": 1, "title": "Dawn", "tags": ["b"], "notes": ""}
    two["archived_at"] = None
    plan = take(library, json.dumps(file), mia)
    assert plan.steps[0].reasons == (
        "Version 1 goes live",
        "Title: “Dusk” becomes “Dawn”",
        "Other notes",
        "Tags: b",
    )
    assert plan.steps[1].reasons == ("Put back on the shelf",)
    dawn = library.prompts.get(title="Dawn")
    assert (dawn.live.number, dawn.notes, [tag.name for tag in dawn.tags.all()]) == (1, "", ["b"])
    assert dawn.versions.count() == 3
    assert "fox" in dawn.search_text and "night" not in dawn.search_text


def test_what_a_table_does_not_say_stays_as_it_is(library, mia):
    take(library, "title,text\nDusk,A heron\nNew,One\n", mia)
    dusk = library.prompts.get(title="Dusk")
    assert (dusk.live.text, dusk.notes, dusk.tags.count()) == ("A heron", "Slow\r\nand long", 2)
    prompts.save_version(dusk, make_draft("A gull", duration=12), actor=mia)
    take(library, "title,text,duration\nDusk,A tern,\n", mia)
    dusk.refresh_from_db()
    assert (dusk.live.text, dusk.live.duration) == ("A tern", 12)
    assert fates(take(library, "title,text\nDusk,A tern\nNew,One\n", mia)) == [Fate.SAME, Fate.SAME]


def test_the_same_text_may_be_there_several_times(other, bo):
    texts = ["A", "B", "A", "A"]
    file = {"prompts": [{"title": "T", "versions": [{"text": text} for text in texts]}]}
    take(other, json.dumps(file), bo)
    (prompt,) = other.prompts.all()
    assert [version.text for version in reversed(prompt.versions.all())] == texts
    assert prompt.live.number == 4
    assert fates(take(other, json.dumps(file), bo)) == [Fate.SAME]


def test_what_cannot_be_told_apart_is_refused(library, mia):
    key = library.prompts.get(title="Dusk").key
    table = f"id,title,text\n{key},Dusk,A\n,Dusk,B\n"
    plan = make_plan(library, read_file(table.encode()))
    assert plan.problems == (
        "Line 3 (“Dusk”): this is the same prompt as in Line 2 (“Dusk”). Keep one of them.",
    )
    make_prompt(library, "A", title="Dusk")
    plan = make_plan(library, read_file(b"title,text\nDusk,B\n"))
    assert "2 prompts here are called “Dusk”" in plan.problems[0]
    plan = make_plan(library, read_file(b"title,text\nNew,A\nNew,B\n"))
    assert "Line 3 (“New”): this is the same prompt as in Line 2" in plan.problems[0]


def test_what_changed_meanwhile_asks_again_and_changes_nothing(library, mia):
    content = b"title,text\nDusk,A heron\n"
    entries = read_file(content)
    upload = keep_upload(library, "a.csv", content, actor=mia)
    seen = make_plan(library, entries).fingerprint
    prompts.save_version(library.prompts.get(title="Dusk"), make_draft("A gull"), actor=mia)
    before = everything()
    with pytest.raises(PlanChanged) as changed:
        import_library(upload, entries, seen)
    assert everything() == before
    import_library(upload, entries, changed.value.plan.fingerprint)
    with pytest.raises(Imported):
        import_library(upload, entries, changed.value.plan.fingerprint)
    upload.refresh_from_db()
    assert upload.imported_at and not bytes(upload.content)


def test_nothing_stays_of_an_import_that_breaks(library, other, bo, monkeypatch):
    before = everything()

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(PromptTag.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        take(other, as_json(library), bo)
    assert everything() == before


def test_what_nobody_came_back_for_is_forgotten(library, mia):
    old = keep_upload(library, "old.csv", b"x", actor=mia)
    LibraryUpload.objects.filter(pk=old.pk).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    kept = keep_upload(library, "new.csv", b"x", actor=mia)
    assert list(LibraryUpload.objects.all()) == [kept]


def test_a_prompt_that_moves_to_its_copy_is_another_one(library, other, bo):
    take(other, as_json(library), bo)
    dusk = library.prompts.get(title="Dusk")
    prompts.move(dusk, other, actor=bo)
    assert other.prompts.filter(title="Dusk").count() == 2


def test_a_hundred_prompts_cost_as_few_queries_as_ten(other, bo):
    def cost(start, count):
        file = {
            "prompts": [
                {"title": f"{start + n}", "tags": ["x"], "versions": [{"text": "A"}, {"text": "B"}]}
                for n in range(count)
            ]
        }
        with CaptureQueriesContext(connection) as captured:
            take(other, json.dumps(file), bo)
        return len(captured)

    few = cost(0, 10)
    assert cost(100, 60) <= few + 2


def test_exports_take_a_fixed_number_of_queries(library, mia):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            as_json(library)
            list(live_rows(library))
        return len(captured)

    before = cost()
    for n in range(5):
        make_prompt(library, f"Text {n}", tags=["x"])
    assert cost() == before
