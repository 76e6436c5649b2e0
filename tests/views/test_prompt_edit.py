"""Writing prompts: what the form takes, what it says is wrong, who saves and who suggests."""

import pytest

from generations.lifecycle import prompts
from generations.models import Owner, Prompt, Role, State, Suggestion
from tests.factories import make_draft, make_generation, make_library, make_prompt, make_stranger, make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db
SENT = {
    "title": "Kite",
    "text": "A {{ colour | red }} kite",
    "negative_prompt": "blur",
    "aspect_ratio": "9:16",
    "duration": "8",
    "cfg_scale": "0.7",
}


@pytest.fixture
def lead(client):
    user = make_user("lea", role=Role.LEAD)
    client.force_login(user)
    return user


@pytest.fixture
def library(lead):
    return make_library(by=lead)


def add(client, into, **fields):
    return client.post("/prompts/new", SENT | {"library": into.pk} | fields)


def save(client, prompt, **fields):
    return client.post(f"/prompts/{prompt.pk}/edit", SENT | {"of": 1, "live": "on"} | fields)


def fresh(prompt):
    return Prompt.objects.get(pk=prompt.pk)


def test_a_prompt_is_added_with_all_that_belongs_to_it(client, lead, library):
    clip = make_generation(lead, State.READY)
    around = {"tags": " Night, #rain,, night", "notes": "Slow", "note": "First try"}
    answer = add(client, library, example_address=f"http://testserver/gallery/{clip.pk}/?x=1", **around)
    prompt = Prompt.objects.get()
    live = prompt.live
    assert answer["Location"] == f"/prompts/{prompt.pk}/"
    assert (prompt.title, prompt.notes, prompt.example, prompt.created_by) == ("Kite", "Slow", clip, lead)
    assert [tag.name for tag in prompt.tags.all()] == ["night", "rain"]
    assert (live.text, live.negative_prompt, live.aspect_ratio) == (SENT["text"], "blur", "9:16")
    assert (live.duration, live.cfg_scale, live.note, live.number) == (8, 0.7, "First try", 1)


LONG = "The prompt is 5001 characters long, 1 more than the 5000 that a library keeps."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write a prompt: what should be seen, and how it moves."),
        ("A {{ red kite", "{{ is not closed (at character 3, “{{ red kite”)."),
        ("A {{ 1 }} }}", "{{ 1 }}: a name begins with a letter"),
        ("A {{ 1 }} }}", "}} closes nothing (at character 11"),
        ("x" * 5001, LONG),
        ("x" * 2501, "The prompt is 2501 characters long, 1 more than the 2500 that Magnific takes."),
        (
            "{{ a: yes, no }}" + "x" * 2499,
            "this has at least 2501 characters; Magnific takes 2500. Take 1 away.",
        ),
        ("{{ a }}" + "x" * 2500, "this has at least 2501 characters"),
    ],
)
def test_what_is_wrong_with_the_text_is_said_at_it(client, library, text, said):
    page = add(client, library, text=text)
    assert page.status_code == 422
    assert said in text_of(page)
    assert elements(page, "textarea", id="text", aria_invalid="true")
    assert not Prompt.objects.exists()


@pytest.mark.parametrize(
    "text", ["x" * 2500, "{{ a: yes, no }}" + "x" * 2498, "{{ a | " + "x" * 2900 + " }}", "🦊" * 2500]
)
def test_what_can_fit_is_taken(client, library, text):
    assert add(client, library, text=text).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", " ", "Give it a title that others find it by."),
        ("title", "a\u202eb", "There are signs in it that nobody can see."),
        ("tags", "x" * 41, "A tag has 40 characters at most; this one has 41."),
        ("tags", ",".join("abcdefghijklm"), "13 tags are too many; 12 at most."),
        ("duration", "2", "The length is a whole number of seconds from 3 to 15; “2” is not."),
        ("cfg_scale", "2", "Guidance must lie between 0 and 1"),
        ("library", "", "Choose a library."),
        ("example_address", "https://example.com/", "This is no address of a clip that you can see."),
        ("example", "x", "This is no address of a clip that you can see."),
    ],
)
def test_what_is_wrong_elsewhere_is_said_there(client, library, field, value, said):
    page = add(client, library, **{field: value})
    assert page.status_code == 422
    assert said in text_of(page)
    assert not Prompt.objects.exists()


def test_the_example_is_a_clip_that_the_others_see(client, lead, library):
    no_such = "There is no such clip that you can see, or it is not ready."
    for clip, said in (
        (make_generation(make_stranger(), State.READY), no_such),
        (make_generation(lead), no_such),
        (make_generation(lead, State.READY, is_private=True), "This clip is private"),
    ):
        assert said in text_of(add(client, library, example_address=str(clip.pk)))
    mine = make_library("Mine", Owner.PRIVATE, by=lead)
    assert add(client, mine, example_address=str(clip.pk)).status_code == 302


def test_only_libraries_that_one_may_add_to_are_offered(client, library):
    make_library("Everyone’s", Owner.EVERYONE)
    client.force_login(make_stranger())
    page = client.get("/prompts/new")
    assert "Looks" not in text_of(page)
    assert "Everyone’s · everyone" in text_of(page)
    assert add(client, library).status_code == 422


def test_a_new_prompt_begins_with_a_clips(client, lead, library):
    clip = make_generation(lead, State.READY, prompt="A violet kite", duration=7)
    page = client.get(f"/prompts/new?from={clip.pk}&library={library.pk}")
    assert "A violet kite" in text_of(page)
    assert elements(page, "input", name="duration", value="7")
    assert elements(page, "input", name="example_address", value=f"/gallery/{clip.pk}/")
    assert elements(page, "option", value=str(library.pk), selected=None)


def test_saving_makes_a_version_with_a_note_and_only_if_something_is_different(client, lead, library):
    prompt = make_prompt(library)
    save(client, prompt, note="Kites")
    assert (fresh(prompt).live.number, fresh(prompt).live.note, fresh(prompt).title) == (2, "Kites", "Kite")
    page = save(client, prompt, of=2, title="A kite")
    assert page.status_code == 302
    assert (fresh(prompt).title, prompt.versions.count()) == ("A kite", 2)
    save(client, prompt, of=2, text="A cat", live="")
    assert (fresh(prompt).live.number, prompt.versions.count()) == (2, 3)


def test_who_is_overtaken_is_told_and_may_save_again(client, library):
    prompt = make_prompt(library)
    prompts.save_version(prompt, make_draft("A dog"), actor=make_user("bo"))
    page = save(client, prompt)
    assert page.status_code == 422
    assert "Version 2, by bo, has gone live meanwhile." in text_of(page)
    assert elements(page, "input", name="of", value="2")
    assert SENT["text"] in text_of(page)
    assert save(client, prompt, of=2).status_code == 302
    assert fresh(prompt).live.number == 3


def test_the_author_saves_and_other_members_suggest_with_the_same_form(client, library):
    author, other = make_user("ann"), make_user("bo")
    prompt = make_prompt(library, by=author)
    client.force_login(author)
    save(client, prompt)
    assert fresh(prompt).live.author == author
    client.force_login(other)
    page = client.get(f"/prompts/{prompt.pk}/edit")
    assert not elements(page, "input", name="title")
    assert "Nothing is different" in text_of(save(client, prompt, of=2))
    assert save(client, prompt, of=2, text="A {{", title="Mine").status_code == 422
    save(client, prompt, of=2, text="A cat", title="Mine", note="Cats")
    found = Suggestion.objects.get()
    assert (found.author, found.text, found.note, found.of.number) == (other, "A cat", "Cats", 2)
    assert (fresh(prompt).title, fresh(prompt).live.number) == ("Kite", 2)


def test_what_was_typed_is_never_run_or_lost(client, library):
    page = add(client, library, text="{% load x %} {{ a.b }} <script>", title="<b>")
    assert page.status_code == 422
    assert "{% load x %} {{ a.b }} &lt;script&gt;" in page.content.decode()
    assert 'value="&lt;b&gt;"' in page.content.decode()
