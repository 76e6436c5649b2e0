"""Verbs on prompts: versions and the pin, suggestions, moving and copying, likes, libraries, what came of them."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from generations.lifecycle import libraries, liking, prompts, review, suggestions
from generations.lifecycle.libraries import LibraryRefusal
from generations.lifecycle.prompt_liking import favour_prompt, favourite_prompts_of, unfavour_prompt
from generations.lifecycle.prompts import Around, Draft, NothingChanged, Overtaken
from generations.lifecycle.results import results_of
from generations.models import Decision, Generation, Library, Owner, Pin, Prompt, State, Suggestion, Version
from tests.factories import (
    make_draft,
    make_generation,
    make_library,
    make_live_account,
    make_prompt,
    make_team,
    make_user,
)
from tests.lifecycle.conftest import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_user()


@pytest.fixture
def prompt(mia):
    return make_prompt(by=mia)


def fresh(prompt):
    return Prompt.objects.get(pk=prompt.pk)


def test_the_first_version_is_live_and_every_save_is_another(prompt, mia):
    bo = make_user("bo")
    assert (prompt.live.number, prompt.live.author) == (1, mia)
    second = prompts.save_version(prompt, make_draft("A kite"), actor=bo, note="simpler", of=1)
    third = prompts.save_version(prompt, make_draft("A red kite"), actor=mia, live=False, of=2)
    assert (second.number, third.number, fresh(prompt).live) == (2, 3, second)
    assert "kite" in fresh(prompt).search_text
    assert Version.objects.get(number=1).text == "A {{ animal | fox }} at dusk"
    with pytest.raises(NothingChanged):
        prompts.save_version(prompt, make_draft("A kite"), actor=mia)
    assert prompt.versions.count() == 3


def test_who_is_overtaken_saves_nothing(prompt, mia):
    prompts.save_version(prompt, make_draft("A kite"), actor=make_user("bo"))
    with pytest.raises(Overtaken, match="Version 2, by bo, has gone live"):
        around = Around("Another title", "", (), None)
        prompts.edit(prompt, make_draft("A cat"), of=1, actor=mia, note="", live=True, around=around)
    assert (fresh(prompt).title, fresh(prompt).live.text) == ("Dusk", "A kite")


def test_the_pin_moves_with_a_name_on_it(prompt, mia):
    bo = make_user("bo")
    first, second = prompt.live, prompts.save_version(prompt, make_draft("A kite"), actor=mia)
    assert prompts.make_live(prompt, first, actor=bo)
    assert not prompts.make_live(prompt, first, actor=mia)
    assert fresh(prompt).live == first
    assert list(Pin.objects.values_list("version__number", "before__number", "actor__username")) == [
        (1, 2, "bo"),
        (2, 1, "mia"),
        (1, None, "mia"),
    ]
    assert second.pins.count() == 1


def test_what_stands_around_the_text_makes_no_version(prompt, mia):
    clip = make_generation(mia, State.READY)
    around = Around("Salt lake", "Slow.", ("night", "rain"), clip)
    saved = prompts.edit(prompt, Draft.of(prompt.live), of=1, actor=mia, note="", live=True, around=around)
    prompt = fresh(prompt)
    assert saved is None
    assert (prompt.title, prompt.notes, prompt.example) == ("Salt lake", "Slow.", clip)
    assert list(prompt.tags.values_list("name", flat=True)) == ["night", "rain"]
    assert {"salt", "slow", "night", "fox"} <= set(prompt.search_text.split())
    assert prompt.versions.count() == 1


def test_a_suggestion_is_a_version_once_it_is_accepted(prompt, mia):
    bo = make_user("bo")
    better = make_draft("A red fox at dusk", duration=8)
    with pytest.raises(NothingChanged):
        suggestions.suggest(prompt, Draft.of(prompt.live), of=prompt.live, actor=bo)
    suggestion = suggestions.suggest(prompt, better, of=prompt.live, actor=bo, note="redder")
    assert fresh(prompt).live.number == 1
    version = suggestions.accept(suggestion, actor=mia, why="yes")
    assert (version.number, version.author, version.accepted_by, version.note) == (2, bo, mia, "redder")
    assert Draft.of(fresh(prompt).live) == better
    for decide in (suggestions.accept, suggestions.decline):
        with pytest.raises(suggestions.Decided, match="mia has accepted it already"):
            decide(suggestion, actor=bo)
    kept = Suggestion.objects.get()
    assert (kept.decision, kept.decided_by, kept.why, kept.version) == ("accepted", mia, "yes", version)


def test_one_that_is_declined_changes_nothing(prompt, mia):
    suggestion = suggestions.suggest(prompt, make_draft("A cat"), of=prompt.live, actor=make_user("bo"))
    suggestions.decline(suggestion, actor=mia, why="No cats")
    kept = Suggestion.objects.get()
    assert (kept.decision, kept.why, kept.version) == (Decision.DECLINED, "No cats", None)
    assert fresh(prompt).versions.count() == 1


def test_who_suggested_may_withdraw_until_it_is_decided(prompt, mia):
    bo = make_user("bo")
    suggestion = suggestions.suggest(prompt, make_draft("A cat"), of=prompt.live, actor=bo)
    suggestions.withdraw(suggestion)
    kept = Suggestion.objects.get()
    assert (kept.decision, kept.decided_by, kept.version) == (Decision.WITHDRAWN, bo, None)
    with pytest.raises(suggestions.Decided, match="bo has withdrawn it already"):
        suggestions.accept(suggestion, actor=mia)
    assert fresh(prompt).versions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_each_version_gets_a_number_and_one_decision_counts():
    mia, bo = make_user(), make_user("bo")
    prompt = make_prompt(by=mia)
    saves = [
        lambda n=n: prompts.save_version(fresh(prompt), make_draft(f"Kite {n}"), actor=mia) for n in range(4)
    ]
    assert sorted(version.number for version in together(*saves)) == [2, 3, 4, 5]
    suggestion = suggestions.suggest(prompt, make_draft("A cat"), of=fresh(prompt).live, actor=bo)
    told = together(
        lambda: suggestions.accept(suggestion, actor=mia), lambda: suggestions.decline(suggestion, actor=bo)
    )
    assert sum(isinstance(answer, suggestions.Decided) for answer in told) == 1
    kept = Suggestion.objects.get()
    assert prompt.versions.count() == (6 if kept.decision == Decision.ACCEPTED else 5)
    assert Pin.objects.count() == prompt.versions.count()


def test_a_prompt_moves_with_its_versions_and_is_copied_without(prompt, mia):
    bo = make_user("bo")
    other = make_library("Product", Owner.EVERYONE, by=mia)
    prompts.save_version(prompt, make_draft("A kite"), actor=mia)
    prompts.move(prompt, other, actor=mia)
    assert fresh(prompt).library == other
    assert prompt.versions.count() == 2
    prompts.describe(prompt, title="Dusk", notes="Slow", tags=["night"], example=None)
    copied = prompts.copy(fresh(prompt), make_library("Mine", Owner.PRIVATE, by=bo), actor=bo)
    assert (copied.live.number, copied.live.text, copied.live.author) == (1, "A kite", bo)
    assert copied.live.note == "Copied from Dusk, version 2 in Product"
    assert (copied.notes, [tag.name for tag in copied.tags.all()]) == ("Slow", ["night"])


def test_favourites_are_ones_own_and_counted(prompt, mia):
    bo = make_user("bo")
    for user in (mia, mia, bo):
        favour_prompt(prompt, user)
    assert fresh(prompt).favourites_count == 2
    unfavour_prompt(prompt, mia)
    assert fresh(prompt).favourites_count == 1
    assert (favourite_prompts_of(mia, [prompt]), favourite_prompts_of(bo, [prompt])) == (set(), {prompt.pk})


def test_a_name_is_taken_once_for_each_owner(mia):
    bo, north = make_user("bo"), make_team()
    for kind, by, team in (
        (Owner.TEAM, mia, None),
        (Owner.TEAM, mia, north),
        (Owner.PRIVATE, mia, None),
        (Owner.PRIVATE, bo, None),
        (Owner.EVERYONE, mia, None),
    ):
        made = make_library("Looks", kind, by=by, team=team)
        with pytest.raises(LibraryRefusal, match="There is a library called “LOOKS” already"):
            make_library("LOOKS", kind, by=by, team=team)
        other = make_library("Others", kind, by=by, team=team)
        with pytest.raises(LibraryRefusal):
            libraries.rename_library(other, "looks", actor=by)
        libraries.rename_library(made, "LOOKS", actor=by)
    assert Library.objects.filter(name="LOOKS").count() == 5


def test_a_library_goes_only_when_it_is_empty(prompt, mia):
    library = prompt.library
    prompts.archive(prompt, actor=mia)
    with pytest.raises(LibraryRefusal, match="There is a prompt in it, archived ones counted"):
        libraries.delete_library(library, actor=mia)
    prompts.move(prompt, make_library("Other"), actor=mia)
    libraries.delete_library(library, actor=mia)
    assert [one.name for one in Library.objects.all()] == ["Other"]


def test_results_are_of_each_version_and_of_the_clips_that_are_seen(prompt, mia):
    account, bo = make_live_account(), make_user("bo")
    first, second = prompt.live, prompts.save_version(prompt, make_draft("A kite"), actor=mia)
    real = make_generation(mia, State.READY, account=account, prompt_version=first)
    make_generation(mia, State.READY, prompt_version=first)  # In rehearsal, which costs nothing.
    make_generation(mia, State.CANCELLED, account=account, prompt_version=first)
    make_generation(mia, State.FAILED, account=account, prompt_version=first)  # May have been charged.
    hidden = make_generation(bo, State.READY, account=account, prompt_version=second, is_private=True)
    liking.rate(real, bo, 4)
    liking.rate(hidden, bo, 1)
    for user in (mia, bo):
        liking.favour(user, [real])
    newer, older = results_of(prompt, Generation.objects.filter(is_private=False))
    assert (older.version, older.clips, older.ready, older.favourites, older.rating) == (first, 4, 2, 2, 4.0)
    assert older.price == Decimal("11.20")
    assert (newer.version, newer.clips, newer.price) == (second, 0, 0)
    assert (fresh(prompt).rating, fresh(prompt).clip_favourites) == (2.5, 2)


def test_results_tell_what_was_approved_and_what_it_cost(prompt, mia):
    account, first = make_live_account(), prompt.live
    assert (results_of(prompt, Generation.objects.all())[0].approval.share) is None
    fields = {"account": account, "prompt_version": first}
    short = make_generation(mia, State.READY, **fields)
    long = make_generation(mia, State.READY, duration=10, price="11.20", **fields)
    back = make_generation(mia, State.READY, **fields)
    free = make_generation(mia, State.READY, prompt_version=first)
    make_generation(mia, State.FAILED, **fields)  # May have been charged.
    make_generation(mia, State.READY, currency="USD", **fields)
    for clip, verdict in ((short, "approved"), (long, "approved"), (back, "returned"), (free, "approved")):
        review.hand_in(mia, [clip])
        clip.refresh_from_db()
        review.judge(mia, clip, verdict, "So", clip.review_id)
    (results,) = results_of(prompt, Generation.objects.all())
    assert (results.approval.judged, results.approval.approved, results.price) == (4, 3, Decimal("28.00"))
    assert (results.approval.share, results.approval.paid, results.approval.seconds) == (0.75, 2, 15)
    assert (results.cost.clip, results.cost.second) == (Decimal("14.00"), Decimal("1.87"))
    assert fresh(prompt).approved_share == 0.75
    Prompt.objects.update(approved_share=0)
    import_module("generations.migrations.0019_figures_and_audit").count(apps, None)
    assert fresh(prompt).approved_share == 0.75
    review.hand_in(mia, [back])
    assert fresh(prompt).approved_share == 1
