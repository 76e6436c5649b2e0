"""Improve, with the real dispatcher against a running sandbox: every way in which it can end."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from generations import constraints
from generations.lifecycle import dispatch, improve, improving, sweeping
from generations.lifecycle.pace import Pace
from generations.lifecycle.vendor import make_client
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.server import running_sandbox
from generations.models import Account, Generation, Improvement, Lease, Stage, State
from tests.factories import make_generation, make_live_account, make_user
from tests.lifecycle.conftest import together
from tests.lifecycle.doubts import run_until
from tests.magnific.scripted import ScriptedServer, respond

pytestmark = pytest.mark.django_db

TEXT = "A small boat crosses the bay at dusk"


@pytest.fixture
def sandbox(tmp_path, point_at):
    """One that writes quickly."""
    config = SandboxConfig(
        data_dir=tmp_path / "sandbox", port=0, seconds=0.5, megabytes=0.5, improve_seconds=0.2
    )
    with running_sandbox(config) as running:
        point_at(running.base_url)
        yield running


@pytest.fixture
def mia(db):
    return make_user()


@pytest.fixture
def quick(monkeypatch):
    """What is waited for before asking again is not what these tests are about."""
    for name in ("AGAIN_SECONDS", "NOT_SENT_SECONDS", "SOONEST_SECONDS"):
        monkeypatch.setattr(improving, name, 0.05)


def ended(improvement, settings, seconds=20):
    """Let the dispatcher work until it has ended; return it as it is then."""
    account = Account.objects.current()
    run_until(lambda: not fresh(improvement).is_open, account, settings, seconds)
    return fresh(improvement)


def fresh(improvement):
    return Improvement.objects.get(pk=improvement.pk)


def aged(improvement, seconds):
    """As if it had been left so long ago."""
    at = timezone.now() - timedelta(seconds=seconds)
    Improvement.objects.filter(pk=improvement.pk).update(created_at=at, asked_at=at)


def asked(sandbox):
    return len(sandbox.store.rewritings())


def test_a_text_comes_back_better(sandbox, mia, settings):
    left = improve.start(mia, TEXT)
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]
    done = ended(left, settings)
    assert (done.stage, done.failure, done.tries) == (Stage.DONE, "", 1)
    assert "tiny boat slowly crosses the bay" in done.answer
    [task] = sandbox.store.rewritings()
    assert task.request == {"prompt": TEXT, "type": "video", "language": "en"}
    assert sandbox.store.every() == []


def test_the_dispatcher_rests_when_nothing_is_left(sandbox, mia, settings, account):
    ended(improve.start(mia, TEXT), settings)
    OrmQ.objects.all().delete()
    settings.SLICE_SECONDS = 5
    dispatch.run_slice(account.pk)
    assert not OrmQ.objects.exists()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("[fail]", "Magnific could not improve this text. It says:"),
        ("[refuse]", improving.EMPTY),
        ("[no-credit]", "The account is out of credit. An admin has to look."),
        ("[plan-limit]", "The account's plan is used up. An admin has to look."),
    ],
)
def test_what_goes_wrong_is_said_and_stops_no_clip(sandbox, mia, settings, account, quick, word, sentence):
    failed = ended(improve.start(mia, f"{TEXT} {word}"), settings)
    assert failed.stage == Stage.FAILED
    assert failed.failure.startswith(sentence)
    account.refresh_from_db()
    assert not account.is_paused
    assert asked(sandbox) <= 1


@pytest.mark.parametrize(
    "word",
    ["[lose-answer]", "[500-after]", "[no-id-before]", "[no-link]", "[bad-gateway-read]", "[bare-body]"],
)
def test_a_lost_or_spoilt_answer_is_asked_for_again(sandbox, mia, settings, quick, word):
    done = ended(improve.start(mia, f"{TEXT} {word}"), settings)
    assert done.stage == Stage.DONE
    assert done.tries <= 2
    assert asked(sandbox) <= 2


def test_what_is_lost_every_time_is_given_up(mia, settings, point_at, quick):
    with ScriptedServer(respond(500)) as server:
        point_at(server.url)
        failed = ended(improve.start(mia, TEXT), settings)
    assert (failed.stage, failed.failure, failed.tries) == (Stage.FAILED, improving.LOST, 3)
    assert server.connections == 3


def test_a_refusal_names_what_is_wrong(mia, settings, point_at):
    body = {"message": "Bad", "invalid_params": [{"name": "prompt", "reason": "is not allowed"}]}
    with ScriptedServer(respond(400, body)) as server:
        point_at(server.url)
        failed = ended(improve.start(mia, TEXT), settings)
    assert failed.failure == "Magnific refused this text. It says: “prompt is not allowed”."


def test_what_cannot_be_sent_is_no_try(mia, settings, point_at, quick):
    with ScriptedServer(respond(200)) as server:
        gone = server.url
    point_at(gone)
    left = improve.start(mia, TEXT)
    dispatch_once(settings)
    assert (fresh(left).stage, fresh(left).tries) == (Stage.WAITING, 0)
    assert improve.asked_lately(left.account) == 1


def dispatch_once(settings):
    settings.SLICE_SECONDS = 0.3
    dispatch.run_slice(Account.objects.current().pk)


def test_a_rate_limit_makes_it_wait_and_the_account_be_quiet_for_a_minute_at_most(mia, settings, point_at):
    with ScriptedServer(respond(429, {"message": "slow"}, {"retry-after": "300"})) as server:
        point_at(server.url)
        left = improve.start(mia, TEXT)
        dispatch_once(settings)
    assert (fresh(left).stage, fresh(left).tries) == (Stage.WAITING, 0)
    assert 290 < (fresh(left).next_ask_at - timezone.now()).total_seconds() <= 300
    assert 50 < (Lease.objects.get().quiet_until - timezone.now()).total_seconds() <= 60


def test_a_rate_limit_for_longer_than_is_waited_ends_it(mia, settings, point_at):
    with ScriptedServer(respond(429, {"message": "slow"}, {"retry-after": "3600"})) as server:
        point_at(server.url)
        assert ended(improve.start(mia, TEXT), settings).failure == improving.LIMITED


def test_a_refused_key_pauses_the_account(mia, settings, point_at):
    with ScriptedServer(respond(401)) as server:
        point_at(server.url)
        failed = ended(improve.start(mia, TEXT), settings)
    assert failed.failure == "Magnific does not accept the key. An admin has to look."
    assert Account.objects.current().paused_kind == "unauthorized"


def test_a_text_that_is_too_long_is_kept_whole(sandbox, mia, settings):
    done = ended(improve.start(mia, f"{TEXT} [long-text]"), settings)
    assert done.stage == Stage.DONE
    assert len(done.answer) > constraints.PROMPT_MAX_LENGTH


def test_nothing_may_be_written_and_something_comes(sandbox, mia, settings):
    assert ended(improve.start(mia, ""), settings).answer.startswith("A quiet street")


def test_it_is_slow_after_a_while_and_given_up_in_the_end(sandbox, mia, settings):
    left = improve.start(mia, f"{TEXT} [slow-text]")
    dispatch_once(settings)
    assert (fresh(left).stage, improve.is_slow(fresh(left))) == (Stage.ASKED, False)
    aged(left, 31)
    assert improve.is_slow(fresh(left))
    aged(left, 601)
    Improvement.objects.update(next_ask_at=None)
    dispatch_once(settings)
    assert (fresh(left).stage, fresh(left).failure) == (Stage.FAILED, improve.GAVE_UP)


def test_a_task_that_is_gone_is_not_waited_for_long(sandbox, mia, settings, account):
    lost = {"stage": Stage.ASKED, "task_id": "gone", "tries": 1}
    left = Improvement.objects.create(user=mia, account=account, text=TEXT, **lost)
    dispatch_once(settings)
    assert fresh(left).is_open
    aged(left, 40)
    Improvement.objects.update(next_ask_at=None)
    dispatch_once(settings)
    assert fresh(left).failure == improving.UNKNOWN


def test_whoever_died_with_it_in_hand_does_not_keep_it(sandbox, mia, settings, account):
    """Claimed, perhaps asked, and never heard of again: it is asked anew when the claim has run out."""
    left = improve.start(mia, TEXT)
    died = {"tries": 1, "asked_at": timezone.now(), "next_ask_at": timezone.now() + timedelta(seconds=60)}
    Improvement.objects.update(**died)
    dispatch_once(settings)
    assert asked(sandbox) == 0
    Improvement.objects.update(next_ask_at=timezone.now() - timedelta(seconds=1))
    assert ended(left, settings).stage == Stage.DONE


def test_one_at_a_time_and_a_stop_makes_room(sandbox, mia):
    first = improve.start(mia, TEXT)
    assert improve.start(mia, "Another one") == first
    improve.stop(first)
    assert fresh(first).failure == improve.STOPPED
    assert improve.start(mia, "Another one").text == "Another one"


def test_nothing_is_asked_of_a_paused_account(sandbox, mia, settings, account):
    left = improve.start(mia, TEXT)
    account.pause("no_credit", "out of credit")
    assert ended(left, settings).failure == improve.PAUSED
    assert asked(sandbox) == 0
    with pytest.raises(improve.NotNow, match="paused"):
        improve.start(mia, TEXT)


def test_a_day_takes_so_many_and_repetitions_count(sandbox, mia, settings, account):
    settings.IMPROVEMENTS_PER_DAY = 3
    done = {"account": account, "stage": Stage.DONE, "text": TEXT}
    Improvement.objects.create(user=mia, tries=2, **done)
    old = Improvement.objects.create(user=mia, tries=3, **done)
    aged(old, 86_401)
    assert improve.asked_lately(account) == 2
    improve.start(mia, TEXT)
    with pytest.raises(improve.NotNow, match="limit of 3 improved texts"):
        improve.start(make_user("jo"), TEXT)


@pytest.mark.django_db(transaction=True)
def test_ten_who_press_at_once_get_one_and_the_limit_holds(settings, sandbox):
    settings.IMPROVEMENTS_PER_DAY = 4
    people = [make_user(f"person{number}") for number in range(5)]
    results = together(*(lambda one=one: improve.start(one, TEXT) for one in people * 2))
    assert Improvement.objects.count() == 4
    refused = [one for one in results if isinstance(one, improve.NotNow)]
    assert len(refused) == 2
    assert all(isinstance(one, Improvement) for one in results if one not in refused)


def test_clips_and_the_list_go_first(sandbox, mia, settings, account):
    """With hardly any budget a text waits until the clip was sent and its list read."""
    make_generation(mia)
    left = improve.start(mia, TEXT)
    settings.MAGNIFIC_REQUESTS_PER_MINUTE = 60
    Lease.objects.get_or_create(account=account)
    Lease.objects.update(tokens=2.0, tokens_at=timezone.now())
    run_until(lambda: not fresh(left).is_open, account, settings)
    names = list(sandbox.store.counters())
    assert names.index("list") < names.index("improve")
    assert sandbox.store.every()[0].created_at < sandbox.store.rewritings()[0].created_at


def test_a_text_leaves_two_requests_for_a_list_that_is_due(sandbox, mia, account, holding, settings):
    settings.MAGNIFIC_REQUESTS_PER_MINUTE = 5
    improve.start(mia, TEXT)
    Lease.objects.update(tokens=2.0, tokens_at=timezone.now())
    asking = (account, make_client(), Pace(holding), lambda: True)
    assert not improving.ask_next(*asking, leave=2)
    assert improving.ask_next(*asking, leave=0)


def test_the_sweep_rings_for_it_and_tidies_up(sandbox, mia, settings, account):
    left = improve.start(mia, TEXT)
    old = Improvement.objects.create(user=mia, account=account, stage=Stage.DONE, answer="x")
    aged(old, 31 * 86_400)
    OrmQ.objects.all().delete()
    sweeping.sweep()
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]
    assert list(Improvement.objects.all()) == [left]
    aged(left, 601)
    sweeping.sweep()
    assert fresh(left).failure == improve.GAVE_UP


def test_what_was_left_for_another_account_is_never_asked(sandbox, mia, settings):
    left = Improvement.objects.create(user=mia, account=make_live_account(), text=TEXT)
    dispatch_once(settings)
    assert fresh(left).is_open
    sweeping.sweep()
    assert fresh(left).failure == improve.CHANGED
    assert asked(sandbox) == 0


def test_a_clip_and_a_text_go_side_by_side(sandbox, mia, settings, account):
    clip, left = make_generation(mia), improve.start(mia, TEXT)
    assert ended(left, settings).stage == Stage.DONE
    run_until(lambda: Generation.objects.get(pk=clip.pk).state == State.SAVING, account, settings)
    assert Generation.objects.get(pk=clip.pk).state == State.SAVING
