"""What goes into the audit, and what stays of a person whose data is erased."""

import io
import json
from collections import Counter
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models, transaction

from generations import append_only
from generations.lifecycle import (
    account,
    audit,
    cancel,
    comments,
    correct,
    erasing,
    leaving,
    libraries,
    notices,
    prompts,
    review,
    searches,
    suggestions,
    team,
    trash,
)
from generations.models import (
    Account,
    AuditEntry,
    AuditKind,
    Comment,
    DailySpend,
    Event,
    Generation,
    Improvement,
    Invitation,
    LedgerEntry,
    Membership,
    Notice,
    NoticeKind,
    Owner,
    Prompt,
    Review,
    Role,
    State,
    TeamEvent,
    Told,
    User,
)
from tests.factories import (
    first_team,
    make_admin,
    make_draft,
    make_generation,
    make_invitation,
    make_library,
    make_live_account,
    make_prompt,
    make_user,
    membership_of,
)

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "mirabelle", "mirabelle.k@example.org"


@pytest.fixture
def lea():
    return make_user("lea", role=Role.LEAD)


@pytest.fixture
def mia():
    return make_user(NAME, email=ADDRESS, first_name="Mirabelle", last_name="Kowalski")


def run(command, *args):
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def last():
    return AuditEntry.objects.select_related("actor", "about", "team").first()


def test_what_people_do_is_written_down_with_whom_it_concerns(lea, mia, django_assert_num_queries):
    clips = [make_generation(mia, State.READY) for _ in range(3)]
    queued = make_generation(mia)
    AuditEntry.objects.note("begin", AuditKind.OTHER)
    cancel.cancel(queued, actor=lea)
    entry = last()
    assert (entry.what, entry.actor, entry.about, entry.team) == (
        "queued → cancelled",
        lea,
        mia,
        first_team(),
    )
    assert (entry.object_id, entry.title) == (queued.pk.hex, queued.title)
    trash.trash(clips, actor=lea)
    assert AuditEntry.objects.filter(what=trash.TRASHED, actor=lea, about=mia).count() == 3
    trash.restore(clips, actor=lea)
    review.hand_in(mia, clips[:1])
    review.judge(lea, clips[0], "returned", "Too dark", Generation.objects.get(pk=clips[0].pk).review_id)
    assert (last().what, last().actor) == ("returned: Too dark", lea)
    team.change_role(membership_of(mia), Role.VIEWER, actor=lea)
    assert (last().kind, last().about, last().team) == (AuditKind.TEAM, mia, first_team())
    correct.correct(first_team(), mia, 5, actor=lea, reason="The invoice says so")
    assert (last().what, last().why, last().about) == ("corrected the ledger", "The invoice says so", mia)
    account.mark_shared(make_live_account(), True, actor=lea, why="Another tool")
    assert (last().kind, last().why) == (AuditKind.ACCOUNT, "Another tool")
    prompt = make_prompt(by=lea)
    assert last().what == "made version 1 live"
    waiting = suggestions.suggest(prompt, make_draft("A cat"), of=prompt.live, actor=mia)
    suggestions.decline(waiting, actor=lea, why="No cats")
    assert (last().what, last().about, last().why) == ("suggestion declined", mia, "No cats")
    ben = make_user("ben")
    leaving.deactivate(ben, {}, actor=lea)
    assert (last().what, last().about) == ("closed the account", ben)
    assert leaving.activate(User.objects.filter(pk=ben.pk), actor=lea) == 1
    assert (last().what, last().about) == ("opened the account again", ben)


def test_what_is_done_to_prompts_and_libraries_is_written_down_and_private_ones_keep_their_names(lea):
    ours, mine = make_library("Ours", by=lea), make_library("Diary", Owner.PRIVATE, by=lea)
    prompt = make_prompt(ours, by=lea)
    begin = last().pk
    prompts.archive(prompt, actor=lea)
    prompts.put_back(prompt, actor=lea)
    prompts.copy(prompt, ours, actor=lea)
    prompts.move(prompt, mine, actor=lea)
    libraries.rename_library(ours, "Theirs", actor=lea)
    libraries.rename_library(mine, "Diary of mine", actor=lea)
    empty = make_library("Empty", by=lea)
    libraries.delete_library(empty, actor=lea)
    acts = AuditEntry.objects.filter(pk__gt=begin).order_by("pk")
    assert [(act.what, act.title) for act in acts] == [
        ("archived", "Dusk"),
        ("put back", "Dusk"),
        ("copied into Ours", "Dusk"),
        ("made version 1 live", "Dusk"),
        ("moved from Ours to a private library", "Dusk"),
        ("renamed the library", "Ours"),
        ("renamed the library", "a private library"),
        ("made the library", "Empty"),
        ("deleted the library", "Empty"),
    ]
    assert {(act.actor, act.team) for act in acts} == {(lea, first_team()), (lea, None)}
    assert not AuditEntry.objects.filter(title__contains="Diary").exists()


def test_what_workers_do_is_in_the_history_of_clips_alone(mia):
    clip = make_generation(mia, State.SUBMITTING)
    assert clip.move(State.QUEUED, agent="dispatcher", why="not taken")
    assert not AuditEntry.objects.filter(object_id=clip.pk.hex).exists()


def test_an_act_that_fails_is_not_written_down(lea, mia):
    clip = make_generation(mia, State.READY)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        trash.trash([clip], actor=lea)
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


def test_what_was_done_before_there_was_an_audit_is_written_down_in_the_same_words(lea, mia):
    clip, queued = make_generation(mia, State.READY), make_generation(mia)
    trash.trash([clip], actor=lea)
    cancel.cancel(queued, actor=mia)
    team.change_role(membership_of(mia), Role.VIEWER, actor=lea)
    account.mark_shared(make_live_account(), True, actor=lea, why="Another tool")
    correct.correct(first_team(), mia, 5, actor=lea, reason="So")
    names = ("at", "actor", "what", "kind", "object_id", "about", "team", "why")
    once = Counter(AuditEntry.objects.values_list(*names))
    Event.objects.filter(why="ordered").delete()  # Of the factory, which no verb wrote.
    import_module("generations.migrations.0019_figures_and_audit").write_down(
        apps, type("Editor", (), {"connection": connection})
    )
    assert Counter(AuditEntry.objects.values_list(*names)) == once + once


def test_nobody_changes_or_deletes_an_entry():
    AuditEntry.objects.note("looked", AuditKind.OTHER, agent="test")
    for attempt in (
        lambda: AuditEntry.objects.update(what="nothing"),
        AuditEntry.objects.all().delete,
        lambda: last().save(),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            attempt()
    with append_only.rewriting(AuditEntry._meta.db_table):
        AuditEntry.objects.update(what="seen")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        AuditEntry.objects.update(what="nothing")
    assert last().what == "seen"


def a_life(mia, lea):
    """Someone who did all that leaves a trace: clips paid for, verdicts, prompts, searches, invitations."""
    live = make_live_account()
    for state in (State.READY, State.READY, State.FAILED):
        make_generation(mia, state, account=live)
    for clip in Generation.objects.filter(state=State.READY):
        review.hand_in(mia, [clip])
        review.judge(lea, clip, "approved", "", Generation.objects.get(pk=clip.pk).review_id)
    correct.correct(first_team(), mia, 5, actor=lea, reason="The invoice")
    team.change_role(membership_of(mia), Role.LEAD, actor=lea)
    make_invitation(ADDRESS, accepted_at="2026-01-01T00:00Z", accepted_by=mia)
    searches.save(membership_of(mia), "Boats", "q=boat")
    Improvement.objects.create(user=mia, account=live, text="A boat", stage="done")
    private = make_library("Thoughts of mine", Owner.PRIVATE, by=mia)
    make_prompt(private, by=mia, title="A private thought")
    shared = make_prompt(make_library("Ours", by=lea), by=mia, title="Ours")
    prompts.save_version(shared, make_draft("A kite"), actor=mia)
    other = make_user("piet")
    make_generation(other, State.READY, account=live)
    leaving.leave(membership_of(other), actor=lea, heir=membership_of(mia))
    mia.user_permissions.add(1)
    commented = Generation.objects.filter(state=State.READY).latest("number")
    comments.comment(commented, f"@{NAME.title()}, look.", actor=lea)
    comments.comment(commented, "I see it", actor=mia)
    notices.choose(mia, {NoticeKind.REPLY: Told.OFF})
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        content_type=people,
        user=lea,
        action_flag=2,
        object_id=str(mia.pk),
        object_repr=NAME,
        change_message='[{"changed": {"fields": ["Active"]}}]',
    )


def everything():
    """Every text in the database with the table and column it is in."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if model._meta.managed and isinstance(
                field, models.CharField | models.TextField | models.JSONField
            ):
                for text in model._default_manager.values_list(field.attname, flat=True).distinct():
                    yield f"{model._meta.label}.{field.name}", str(text)


def holding(*words):
    return sorted({place for place, text in everything() if any(word in text.lower() for word in words)})


def whole():
    """What must be the same afterwards."""
    sums = list(DailySpend.objects.order_by("pk").values())
    return [LedgerEntry.objects.order_by("pk").values_list(), sums, Review.objects.count()]


def test_erased_all_that_told_who_it_was_is_gone_and_money_and_history_are_whole(lea, mia):
    a_life(mia, lea)
    before, events = (
        [list(part) if not isinstance(part, int) else part for part in whole()],
        Event.objects.count(),
    )
    acts = AuditEntry.objects.count()
    said = run("erase_person", NAME, "--yes", "--heir", "lea")
    former = f"former member {mia.pk}"
    assert f"they are called “{former}”" in said
    assert holding(NAME, ADDRESS, "kowalski", "thought") == []
    assert [list(part) if not isinstance(part, int) else part for part in whole()] == before
    assert list(audit.differences()) == []
    assert Event.objects.count() > events
    assert AuditEntry.objects.count() > acts
    gone = User.objects.get(pk=mia.pk)
    assert (gone.username, gone.is_active, gone.has_usable_password()) == (former, False, False)
    assert not gone.user_permissions.exists()
    assert not Membership.objects.filter(user=gone).exists()
    assert set(Generation.objects.values_list("owner__username", flat=True)) == {"lea"}
    assert Generation.objects.filter(order__owner=gone).count() == 3
    assert [one.title for one in Prompt.objects.all()] == ["Ours"]
    assert not Notice.objects.filter(user=gone).exists()
    said = list(Comment.objects.order_by("pk").values_list("by__username", "text"))
    assert said == [("lea", f"@{former}, look."), (former, "I see it")]
    assert f"handed over from {former} to lea" in Event.objects.values_list("why", flat=True)
    assert f"removed piet, 1 clip went to {former}" in TeamEvent.objects.values_list("what", flat=True)
    entry = last()
    assert (entry.what, entry.agent, entry.about) == ("erased a person’s data", "erase_person", gone)
    closed = AuditEntry.objects.get(what="closed the account", about=gone)
    assert (closed.actor, closed.agent) == (None, "erase_person")
    kept = AuditEntry.objects.count()
    assert "was erased before" in run("erase_person", former, "--yes")
    with pytest.raises(CommandError, match="Nobody is called"):
        run("erase_person", NAME, "--yes")
    assert leaving.activate(User.objects.filter(pk=mia.pk), actor=lea) == 0
    assert AuditEntry.objects.count() == kept


@pytest.mark.parametrize("state", [State.QUEUED, State.RENDERING, State.UNSURE])
def test_nobody_is_erased_whose_clips_are_under_way(lea, mia, state):
    make_generation(mia, state)
    with pytest.raises(CommandError, match="under way or unsure"):
        run("erase_person", NAME, "--yes")
    assert User.objects.get(pk=mia.pk).is_active


def test_it_asks_and_refuses_what_would_leave_others_without(lea, mia, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "mia")
    with pytest.raises(CommandError, match="That is not the name"):
        run("erase_person", NAME)
    with pytest.raises(CommandError, match="without a lead"):
        run("erase_person", "lea", "--yes")
    admin = make_admin(role=None)
    with pytest.raises(CommandError, match="only admin"):
        run("erase_person", admin.username, "--yes")
    assert User.objects.filter(is_active=True).count() == 3


def test_it_says_first_who_gets_how_many_clips(lea, mia, monkeypatch):
    said = io.StringIO()

    def answer(question):
        assert said.getvalue() == "2 clips in Studio go to lea.\n"
        assert User.objects.get(pk=mia.pk).is_active
        return NAME

    monkeypatch.setattr("builtins.input", answer)
    for _ in range(2):
        make_generation(mia, State.READY)
    call_command("erase_person", NAME, stdout=said)
    assert Generation.objects.filter(owner=lea).count() == 2
    assert "No clips are handed over." in run("erase_person", make_user("ben").username, "--yes")


def test_it_refuses_where_it_is_not_clear_who_gets_the_clips(lea, mia):
    make_generation(mia, State.READY)
    make_user("kim", role=Role.LEAD)
    make_user("vera", role=Role.VIEWER)
    cases = (([], "kim, lea"), (["vera"], "kim, lea"), ([NAME], "kim, lea"), (["kim", "lea"], "kim, lea"))
    for heirs, able in cases:
        asked = [part for name in heirs for part in ("--heir", name)]
        with pytest.raises(CommandError) as refused:
            run("erase_person", NAME, "--yes", *asked)
        assert str(refused.value) == (
            f"Say by --heir who of {able} takes over 1 clip of {NAME} in Studio. Nothing was changed."
        )
    assert User.objects.get(pk=mia.pk).is_active
    run("erase_person", NAME, "--yes", "--heir", "kim", "--heir", "vera")
    assert Generation.objects.get().owner.username == "kim"


def test_what_was_said_is_what_is_done(lea, mia):
    make_generation(mia, State.READY)
    said = erasing.before_erasing(mia)
    make_generation(mia, State.READY)
    with pytest.raises(erasing.ErasureRefusal, match="changed meanwhile"):
        erasing.erase(mia, said)
    assert User.objects.get(pk=mia.pk).is_active


def test_an_export_has_all_rows_that_name_a_person_and_no_secret(lea, mia, tmp_path):
    a_life(mia, lea)
    file = tmp_path / "mia.json"
    said = run("export_person", NAME, "--to", str(file))
    written = json.loads(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o600
    assert [row["email"] for row in written["User"]] == [ADDRESS]
    assert len(written["Generation"]) == 4
    named = {"Review", "LedgerEntry", "Event", "Prompt", "SavedSearch", "Improvement", "AuditEntry"}
    assert named <= written.keys()
    columns = {name for rows in written.values() for row in rows for name in row}
    assert not columns & {"password", "token_hash", "result_url"}
    assert "1 User" in said
    assert last().what == "exported a person’s data"
    with pytest.raises(CommandError, match="cannot be written"):
        run("export_person", NAME, "--to", str(file))
    assert AuditEntry.objects.filter(what=last().what).count() == 1
    assert Invitation.objects.exists()
    assert Account.objects.exists()
