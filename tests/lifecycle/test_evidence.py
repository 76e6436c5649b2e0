"""What the list may prove, and all that keeps it from proving anything."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.lifecycle import dispatch, evidence, submit
from generations.lifecycle.attach import Proof, attach, reject
from generations.lifecycle.evidence import READS_TO_ADOPT, READS_TO_RELEASE
from generations.lifecycle.saving import save
from generations.lifecycle.sender import this_process
from generations.lifecycle.verdict import Verdict
from generations.models import Account, Failure, Generation, Lease, Outcome, State, StrangerTask, Submission
from tests.factories import make_generation, make_live_account
from tests.lifecycle.conftest import claim
from tests.lifecycle.doubts import (
    make_accepted,
    make_doubt,
    outcome_of,
    read_before,
    read_list,
    run_until,
    seconds_ago,
)
from tests.magnific.scripted import ScriptedServer, respond
from tests.media.conftest import encode

pytestmark = pytest.mark.django_db

IN_DOUBT = (Outcome.UNSURE, "", State.UNSURE)
ADOPTED = (Outcome.ACCEPTED, "new", State.RENDERING)


# --- one doubt, one new id ---------------------------------------------------------------------


def test_the_one_new_id_that_stays_is_adopted_for_the_time_being(account):
    doubt = make_doubt()
    read_before(account)
    read_list(account, "new", times=READS_TO_ADOPT - 1)
    assert outcome_of(doubt) == IN_DOUBT
    read_list(account, "new")
    assert outcome_of(doubt) == ADOPTED
    generation = Generation.objects.get()
    assert (generation.is_provisional, generation.ask_now) == (True, True)
    assert generation.events.last().why == "accepted as new, says the list"
    assert not StrangerTask.objects.exists()


def two_new_ids(account):
    read_list(account, "new", "newer", times=9)


def it_vanishes_again(account):
    read_list(account, "new", times=READS_TO_ADOPT - 1)
    read_list(account, times=9)


def another_doubt(account):
    make_doubt("jo")
    read_list(account, "new", times=9)


def an_open_submission(account):
    make_generation(state=State.SUBMITTING)
    read_list(account, "new", times=9)


def a_doubt_that_was_given_up_just_before(account):
    other = make_doubt("jo", ago=10)
    Submission.objects.filter(pk=other.pk).update(outcome=Outcome.GIVEN_UP)
    read_list(account, "new", times=9)


def a_key_that_is_shared(account):
    Account.objects.update(is_shared=True)
    read_list(account, "new", times=9)


def an_account_paused_for_strangers(account):
    account.pause(evidence.STRANGERS, "Who is that?")
    read_list(account, "new", times=9)


def too_long_ago(account):
    Submission.objects.update(answered_at=seconds_ago(121))
    read_list(account, "new", times=9)


def a_clock_set_back_since(account):
    Submission.objects.update(answered_at=seconds_ago(-3600))
    read_list(account, "new", times=9)


def an_id_seen_before_the_claim(account):
    read_list(account, "new")
    StrangerTask.objects.update(first_seen_at=seconds_ago(60))
    read_list(account, "new", times=9)


def the_first_reading_ever(account):
    Lease.objects.update(listed_at=None)
    Submission.objects.all().delete()
    read_list(account, "new")
    make_doubt("jo")
    read_list(account, "new", times=9)


@pytest.mark.parametrize(
    "reason",
    [
        two_new_ids,
        it_vanishes_again,
        another_doubt,
        an_open_submission,
        a_doubt_that_was_given_up_just_before,
        a_key_that_is_shared,
        an_account_paused_for_strangers,
        too_long_ago,
        a_clock_set_back_since,
        an_id_seen_before_the_claim,
        the_first_reading_ever,
    ],
)
def test_nothing_is_adopted_with(reason, account):
    make_doubt()
    read_before(account)
    reason(account)
    assert not Generation.objects.filter(task_id="new").exists()
    assert Generation.objects.filter(state=State.UNSURE).exists()


def test_an_answer_that_comes_while_the_list_is_weighed_wins(account, monkeypatch):
    """Only a patch can place it between the look at the candidates and the adoption."""
    doubt = make_doubt()
    read_before(account)
    read_list(account, "new", times=READS_TO_ADOPT - 1)
    real = evidence.strangers.note

    def answered_meanwhile(*args):
        shown = real(*args)
        submit.record(doubt, Verdict(Outcome.ACCEPTED, http_status=200, task_id="mine"))
        return shown

    monkeypatch.setattr(evidence.strangers, "note", answered_meanwhile)
    read_list(account, "new")
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "mine", State.RENDERING)
    assert Generation.objects.count() == 1


def test_an_answer_recorded_while_the_list_is_weighed_is_no_stranger(account, holding, monkeypatch):
    """The last open submission closes just then: its task must not look like somebody else's."""
    submission = claim(make_generation(), holding)
    read_before(account)
    real = evidence.strangers.note

    def recorded_just_after(*args):
        shown = real(*args)
        submit.record(submission, Verdict(Outcome.ACCEPTED, http_status=200, task_id="mine"))
        return shown

    monkeypatch.setattr(evidence.strangers, "note", recorded_just_after)
    read_list(account, "mine")
    account.refresh_from_db()
    assert (account.is_paused, account.is_shared) == (False, False)


# --- what overrules a guess --------------------------------------------------------------------


def adopted(account, username="mia", **fields):
    """A doubt that the list has settled for now with the id `new`."""
    doubt = make_doubt(username)
    read_before(account)
    read_list(account, "new", times=READS_TO_ADOPT)
    assert outcome_of(doubt) == ADOPTED
    if fields:
        Generation.objects.filter(pk=doubt.generation_id).update(**fields)
    return doubt


def test_its_answer_makes_it_certain(account):
    doubt = adopted(account)
    submit.record(doubt, Verdict(Outcome.ACCEPTED, http_status=200, task_id="new"))
    assert not Generation.objects.get().is_provisional


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.RENDERING},
        {"state": State.SAVING, "result_url": "https://cdn.magnific.com/wrong.mp4", "save_fence": 3},
        {"state": State.FAILED, "failure": Failure.FAILED_THERE, "failure_reason": "the wrong one's"},
    ],
    ids=lambda fields: fields["state"].value,
)
@pytest.mark.parametrize("proof", [Proof.ANSWER, Proof.CALLBACK])
def test_what_is_certain_replaces_it(fields, proof, account):
    doubt = adopted(account, **fields)
    attach(doubt, "right", "IN_PROGRESS", proof)
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "right", State.RENDERING)
    generation = Generation.objects.get()
    assert (generation.task_id, generation.is_provisional) == ("right", False)
    assert (generation.result_url, generation.failure) == ("", "")
    assert generation.save_fence > fields.get("save_fence", 0)
    assert not StrangerTask.objects.get(task_id="new").is_old


@pytest.mark.parametrize("state", [State.RENDERING, State.SAVING, State.FAILED])
def test_a_callback_gives_it_to_whose_it_is(state, account):
    """The first is in doubt again, and not without an open submission that somebody can settle."""
    first = adopted(account, state=state, failure=Failure.FAILED_THERE if state == State.FAILED else "")
    second = make_doubt("jo")
    attach(second, "new", "IN_PROGRESS", Proof.CALLBACK)
    assert outcome_of(second) == ADOPTED
    assert outcome_of(first) == (
        Outcome.UNSURE,
        "",
        State.FAILED if state == State.FAILED else State.UNSURE,
    )
    attach(first, "its own", "IN_PROGRESS", Proof.CALLBACK)
    assert outcome_of(first) == (Outcome.ACCEPTED, "its own", State.RENDERING)
    assert Generation.objects.count() == 2


def test_a_saved_clip_is_never_taken_away(account):
    first = adopted(account)
    ready = make_generation(state=State.READY, task_id="other")
    Generation.objects.filter(pk=ready.pk).update(is_provisional=True)
    attach(first, "other", "COMPLETED", Proof.CALLBACK)
    ready.refresh_from_db()
    assert (ready.state, ready.task_id) == (State.READY, "other")


def test_a_second_certain_task_is_an_extra_clip(account):
    doubt = adopted(account)
    attach(doubt, "new", "IN_PROGRESS", Proof.CALLBACK)
    attach(doubt, "newer", "IN_PROGRESS", Proof.CALLBACK)
    attach(doubt, "newer", "COMPLETED", Proof.CALLBACK)
    extra = Generation.objects.get(extra_of=doubt.generation)
    assert (extra.task_id, extra.state) == ("newer", State.RENDERING)
    assert outcome_of(doubt) == ADOPTED


@pytest.fixture(scope="module")
def wide_clip(tmp_path_factory):
    """3 s of 16:9."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return encode(path, size=(320, 180), shades=[90, 120, 150] * 12).read_bytes()


def save_adopted(account, clip, point_at, **wish):
    doubt = adopted(account, **wish)
    with ScriptedServer(respond(200, clip)) as server:
        point_at(server.url)
        link = f"{server.url}/clip.mp4?token=x"
        Generation.objects.update(state=State.SAVING, result_url=link, save_after=None)
        save(Generation.objects.get().pk)
    return doubt


@pytest.mark.parametrize("wish", [{"aspect_ratio": "9:16", "duration": 3}, {"duration": 15}])
def test_a_file_that_is_not_what_was_ordered_opens_the_doubt_again(wish, account, wide_clip, point_at):
    doubt = save_adopted(account, wide_clip, point_at, **wish)
    assert outcome_of(doubt) == IN_DOUBT
    generation = Generation.objects.get()
    assert (generation.task_id, generation.result_url, generation.video_name) == (None, "", "")
    assert StrangerTask.objects.get().is_old
    read_list(account, "new", times=9)
    assert outcome_of(doubt) == IN_DOUBT


def test_a_file_that_fits_settles_it(account, wide_clip, point_at):
    doubt = save_adopted(account, wide_clip, point_at, duration=3)
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "new", State.READY)
    assert not Generation.objects.get().is_provisional


def test_a_file_that_cannot_be_read_proves_nothing_and_is_kept(account, point_at):
    """Whole by length, no film for us: it stays, and stays a guess."""
    odd = b"\0\0\0\x18ftypmp42" + b"\0" * 5000
    doubt = save_adopted(account, odd, point_at, duration=3, save_unreadable=2)
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "new", State.READY)
    assert Generation.objects.get().is_provisional
    attach(doubt, "right", "IN_PROGRESS", Proof.CALLBACK)
    assert Generation.objects.get(extra_of=doubt.generation).task_id == "right"


def test_a_saver_whose_task_was_replaced_meanwhile_keeps_its_hands_off(account, wide_clip, point_at):
    """Its download is finished, its claim is not valid any more: neither ready nor rejected."""
    doubt = adopted(account)
    stale = Generation.objects.get()
    attach(doubt, "right", "IN_PROGRESS", Proof.CALLBACK)
    reject(stale, "not what was ordered", only_if=evidence.Q(save_fence=stale.save_fence))
    assert outcome_of(doubt) == (Outcome.ACCEPTED, "right", State.RENDERING)


# --- absence -----------------------------------------------------------------------------------


@pytest.fixture
def framed(account):
    """A doubt of 20 minutes ago; ours of before and of after it are in the list."""
    read_before(account)
    make_accepted("before", ago=1300)
    doubt = make_doubt(ago=1200)
    make_accepted("after", ago=1100)
    return doubt


def absent(account, *shown, times=READS_TO_RELEASE):
    """Read the list that often, over more than the time that absence takes."""
    read_list(account, *shown, times=times - 1)
    Submission.objects.filter(absent_since__isnull=False).update(absent_since=seconds_ago(601))
    read_list(account, *shown)


def test_what_was_never_received_waits_in_line_again(framed, account):
    absent(account, "before", "after")
    assert outcome_of(framed) == (Outcome.RELEASED, "", State.QUEUED)
    assert framed.generation.events.last().why == "the list shows that it was never received"


def too_few_readings(account, doubt):
    absent(account, "before", "after", times=READS_TO_RELEASE - 1)


def too_short_a_time(account, doubt):
    read_list(account, "before", "after", times=50)


def none_from_before(account, doubt):
    absent(account, "after")


def none_from_after(account, doubt):
    absent(account, "before")


def an_empty_list(account, doubt):
    absent(account)


def a_new_id(account, doubt):
    read_list(account, "before", "after", "new")
    absent(account, "before", "after")


def a_live_account(account, doubt):
    Account.objects.update(is_rehearsal=False)
    absent(account, "before", "after")


def a_shared_key(account, doubt):
    Account.objects.update(is_shared=True)
    absent(account, "before", "after")


def a_sender_that_may_live(account, doubt):
    here = this_process()
    Submission.objects.filter(pk=doubt.pk).update(
        sender_reported=False,
        host=here.host,
        boot_id=here.boot_id,
        pid=here.pid,
        pid_started=here.pid_started,
    )
    absent(account, "before", "after")


def a_sender_elsewhere(account, doubt):
    Submission.objects.filter(pk=doubt.pk).update(sender_reported=False, host="elsewhere")
    absent(account, "before", "after")


def one_of_ours_that_is_a_guess(account, doubt):
    Generation.objects.filter(task_id="after").update(is_provisional=True)
    absent(account, "before", "after")


def another_account_s(account, doubt):
    Generation.objects.filter(task_id="after").update(account=make_live_account())
    Submission.objects.filter(task_id="after").update(account=make_live_account("another"))
    absent(account, "before", "after")


@pytest.mark.parametrize(
    "reason",
    [
        too_few_readings,
        too_short_a_time,
        none_from_before,
        none_from_after,
        an_empty_list,
        a_new_id,
        a_live_account,
        a_shared_key,
        a_sender_that_may_live,
        a_sender_elsewhere,
        one_of_ours_that_is_a_guess,
        another_account_s,
    ],
)
def test_nothing_is_released_with(reason, framed, account):
    reason(account, framed)
    assert outcome_of(framed) == IN_DOUBT


def test_a_dead_sender_has_ended(framed, account):
    here = this_process()
    Submission.objects.filter(pk=framed.pk).update(
        sender_reported=False, host=here.host, boot_id=here.boot_id, pid=here.pid, pid_started=1
    )
    absent(account, "before", "after")
    assert outcome_of(framed) == (Outcome.RELEASED, "", State.QUEUED)


def test_an_admin_may_turn_it_on_for_money(framed, account, settings):
    settings.MAGNIFIC_REQUEUE_ABSENT = True
    Account.objects.update(is_rehearsal=False)
    absent(account, "before", "after")
    assert outcome_of(framed) == (Outcome.RELEASED, "", State.QUEUED)


def test_the_list_is_read_on_for_absence_alone_but_not_for_ever(framed, account, settings):
    Generation.objects.exclude(pk=framed.generation_id).update(
        state=State.FAILED, failure=Failure.FAILED_THERE
    )
    assert evidence.absence_may_settle(account)
    Submission.objects.filter(pk=framed.pk).update(
        answered_at=seconds_ago(1801), claimed_at=seconds_ago(1802)
    )
    assert not evidence.absence_may_settle(account)


def test_what_the_list_released_is_sent_again_and_nothing_else(sandbox, account, settings):
    """The whole of it against the sandbox, in compressed time: a POST that never arrived costs nothing."""
    settings.ABSENCE_SECONDS, settings.UNSURE_LIST_SECONDS = 2, 0.2
    make_generation(duration=3)
    settings.SLICE_SECONDS = 1
    dispatch.run_slice(account.pk)
    lost = make_doubt("jo")
    Submission.objects.filter(pk=lost.pk).update(claimed_at=timezone.now(), answered_at=timezone.now())
    make_generation(duration=3)
    settings.SLICE_SECONDS = 20
    dispatch.run_slice(account.pk)
    lost.refresh_from_db()
    assert lost.outcome == Outcome.RELEASED
    assert Submission.objects.filter(generation=lost.generation).count() == 2
    assert len(sandbox.store.every()) == 3


# --- strangers ---------------------------------------------------------------------------------


def test_an_id_of_nobody_s_pauses_an_account_at_rest(account):
    read_before(account)
    read_list(account, "whose")
    account.refresh_from_db()
    assert account.paused_kind == evidence.STRANGERS
    assert account.events.get().what == "paused: strangers"


def test_it_turns_the_list_s_evidence_off_while_something_runs(account):
    make_accepted("ours", ago=60)
    read_before(account)
    read_list(account, "ours", "whose", times=2)
    account.refresh_from_db()
    assert (account.is_shared, account.is_paused) == (True, False)
    assert account.events.get().what == "used by somebody else"


def test_what_was_there_before_us_is_nobody_to_notice(account):
    Lease.objects.get_or_create(account=account)
    read_list(account, "old", "older")
    read_list(account, "old", "older")
    account.refresh_from_db()
    assert (account.is_paused, account.is_shared) == (False, False)


def test_while_a_submission_is_open_an_unknown_id_may_be_its(account):
    make_generation(state=State.SUBMITTING)
    read_before(account)
    read_list(account, "new", times=5)
    account.refresh_from_db()
    assert (account.is_paused, account.is_shared) == (False, False)


def test_ours_of_every_kind_are_known(account):
    read_before(account)
    make_accepted("rendering", ago=60)
    make_accepted("failed", ago=60, state=State.FAILED)
    make_accepted("ready", ago=60, state=State.READY)
    extra_of = make_accepted("first", ago=60)
    make_generation(state=State.RENDERING, task_id="extra", extra_of=extra_of)
    read_list(account, "rendering", "failed", "ready", "first", "extra")
    assert not StrangerTask.objects.exists()


# --- how long sending waits --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ago", "fresh"), [(1, True), (119, True), (121, False), (-3600, False)], ids=lambda value: str(value)
)
def test_sending_waits_while_the_list_can_still_tell(ago, fresh, account):
    make_doubt(ago=ago)
    assert evidence.doubt_is_fresh(account) == fresh


def test_a_doubt_beside_a_running_clip_is_waited_for_too(account):
    doubt = make_doubt()
    Generation.objects.filter(pk=doubt.generation_id).update(state=State.RENDERING, task_id="other")
    assert evidence.doubt_is_fresh(account)


def test_an_old_doubt_stops_nobody(sandbox, account, settings):
    """It does not count as running, and the next one goes out; the list does not settle it by itself."""
    settings.SLICE_SECONDS = 1
    old = make_doubt(ago=3600)
    make_generation(duration=3)
    dispatch.run_slice(account.pk)
    assert len(sandbox.store.every()) == 1
    assert outcome_of(old) == IN_DOUBT


def test_after_a_doubt_the_next_one_waits_for_the_list(account, point_at, settings):
    listing = respond(404, {"message": "Tasks not found"})
    with ScriptedServer(listing, respond(500, b""), listing) as server:
        point_at(server.url)
        make_generation()
        make_generation()
        run_until(lambda: Submission.objects.filter(outcome=Outcome.UNSURE).exists(), account, settings)
        run_until(lambda: Lease.objects.get().listed_at, account, settings)
        dispatch.run_slice(account.pk)
        posts = [one for one in server.received if one.line.startswith("POST")]
    assert len(posts) == 1
    assert sorted(Generation.objects.values_list("state", flat=True)) == [State.QUEUED, State.UNSURE]
    assert Lease.objects.get().listed_at > Submission.objects.get().answered_at
    assert timezone.now() - Submission.objects.get().answered_at < timedelta(seconds=30)
