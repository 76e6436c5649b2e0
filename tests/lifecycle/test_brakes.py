"""What stops a team's sending, and that nothing else does: with the real dispatcher against a running sandbox."""

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_q.models import OrmQ

from generations.lifecycle import brakes, dispatch, line, sweeping
from generations.models import Account, Generation, Pause, Role, State, Submission, Team, TeamEvent
from tests.factories import first_team, make_admin, make_generation, make_stranger, make_team, make_user
from tests.lifecycle.conftest import claim, together
from tests.lifecycle.doubts import run_until

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=3)


@pytest.fixture
def team(db):
    """The first team, watched since long ago."""
    team = first_team()
    Team.objects.filter(pk=team.pk).update(watched_from=timezone.now() - LONG_AGO)
    team.refresh_from_db()
    return team


@pytest.fixture
def lead(team):
    return make_user("lea", role=Role.LEAD)


@pytest.fixture
def live(settings, sandbox):
    """An account that is paid for, as far as the application knows; the sandbox answers for it."""
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    settings.MAGNIFIC_MAX_CONCURRENT = 2
    return Account.objects.current()


@pytest.fixture
def posts(sandbox):
    """How many orders Magnific has had so far."""
    return lambda: len(sandbox.store.every())


def ended(owner, account, states, minutes_ago=1):
    """Clips that ended so, the first one longest ago; all within a minute."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    for number, state in enumerate(states):
        make_generation(owner, state, account=account, state_at=at + timedelta(seconds=number))


def slice_of(account):
    """One slice of the dispatcher, and how long it took; the doorbell is silent before it."""
    OrmQ.objects.all().delete()
    began = time.monotonic()
    dispatch.run_slice(account.pk)
    return time.monotonic() - began


def is_rung_for():
    return [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]


# A lead's word


def test_a_pause_lets_run_what_runs_and_sends_nothing_more_until_it_ends(
    live, lead, team, posts, settings, sandbox
):
    first = make_generation(lead, account=live)
    run_until(lambda: posts() == 1, live, settings)
    waits = make_generation(lead, account=live)
    assert brakes.pause(team, actor=lead, why="The client is thinking.")

    def state_of(generation):
        return Generation.objects.get(pk=generation.pk).state

    run_until(lambda: state_of(first) == State.SAVING, live, settings)
    assert (state_of(first), state_of(waits), posts()) == (State.SAVING, State.QUEUED, 1)

    settings.SLICE_SECONDS = 20
    assert slice_of(live) < 5  # It ends: there is nothing to do for it.
    assert not OrmQ.objects.exists()
    assert brakes.resume(team, actor=lead)
    assert is_rung_for()
    run_until(lambda: posts() == 2, live, settings)
    assert state_of(waits) != State.QUEUED
    said = TeamEvent.objects.order_by("pk").values_list("actor__username", "what")
    assert list(said) == [("lea", "paused sending: The client is thinking."), ("lea", "let sending go on")]


def test_the_second_to_pause_or_resume_changes_nothing(team, lead):
    assert not brakes.resume(team, actor=lead)
    assert brakes.pause(team, actor=lead, why="first")
    assert not brakes.pause(Team.objects.get(), actor=make_user("jo", role=Role.LEAD), why="second")
    team.refresh_from_db()
    assert (team.paused_kind, team.paused_by, team.paused_reason) == (Pause.LEAD, lead, "first")
    assert brakes.resume(team, actor=lead)
    assert (team.is_paused, team.paused_kind, team.paused_by, team.paused_reason) == (False, "", None, "")
    assert TeamEvent.objects.count() == 2


def test_nothing_is_claimed_once_a_pause_was_said(team, lead, holding, account):
    chosen = next(iter(line.next_in_line(account, 1)), None) or make_generation(lead)
    brakes.pause(team, actor=lead, why="stop")
    assert claim(chosen, holding) is None
    assert Generation.objects.get().state == State.QUEUED
    brakes.resume(team, actor=lead)
    assert claim(chosen, holding)


@pytest.mark.django_db(transaction=True)
def test_a_pause_at_the_moment_of_the_claim_comes_before_or_after_it(account, holding):
    lead = make_user("lea", role=Role.LEAD)
    chosen = [make_generation(lead) for _ in range(6)]
    seen = []

    def pause():
        brakes.pause(first_team(), actor=lead, why="stop")
        seen.append(Submission.objects.count())

    together(pause, *(lambda one=one: claim(one, holding) for one in chosen))
    assert Submission.objects.count() == seen[0]


def test_a_paused_team_has_no_place_in_line_and_takes_none(team, lead, account):
    stranger = make_stranger()
    mine, theirs = make_generation(lead), make_generation(stranger)
    assert line.places(account) == {mine.pk: 1, theirs.pk: 2}
    brakes.pause(team, actor=lead, why="stop")
    assert line.places(account) == {theirs.pk: 1}
    assert line.next_place(account, stranger) == 2


def test_a_lead_s_pause_holds_in_rehearsal_too(team, lead, account, sandbox, posts):
    make_generation(lead)
    brakes.pause(team, actor=lead, why="stop")
    slice_of(account)
    assert posts() == 0


# Failures


def test_sending_stops_by_itself_when_clips_keep_failing(live, team, lead, posts, settings):
    for _ in range(12):
        make_generation(lead, account=live, prompt="A storm [fail]")
    run_until(lambda: Team.objects.get(pk=team.pk).is_paused, live, settings, seconds=40)
    team.refresh_from_db()
    assert (team.paused_kind, team.paused_by) == (Pause.FAILURES, None)
    assert team.paused_reason in {f"{count} of the last {count} clips failed." for count in (5, 6, 7)}
    sent = posts()
    assert 5 <= sent <= 7  # Two ran at a time.
    slice_of(live)
    assert posts() == sent
    assert Generation.objects.filter(state=State.QUEUED).count() == 12 - sent
    event = TeamEvent.objects.get()
    assert (event.actor, event.what) == (None, f"paused sending: {team.paused_reason}")


def test_ten_failures_of_one_team_do_not_stop_another(live, team, lead, posts, settings):
    stranger = make_stranger()
    ended(lead, live, [State.FAILED] * 10)
    first, second = make_generation(lead, account=live), make_generation(stranger, account=live)
    assert line.line(live) == [first.pk, second.pk]
    run_until(lambda: posts() == 1, live, settings)
    assert Submission.objects.filter(generation=second).count() == 1
    assert list(Team.objects.exclude(paused_at=None)) == [team]
    assert Generation.objects.get(pk=first.pk).state == State.QUEUED


FAILED, READY = State.FAILED, State.READY


@pytest.mark.parametrize(
    ("states", "stops"),
    [
        ([FAILED] * 4, False),
        ([FAILED] * 5, True),
        ([READY] * 5 + [FAILED] * 5, True),
        ([READY] * 6 + [FAILED] * 4, False),
        ([FAILED] * 5 + [READY] * 5, True),
        ([FAILED] * 5 + [READY] * 6, False),
        ([FAILED] * 9 + [READY] * 10, False),
        ([State.CANCELLED] * 10 + [FAILED] * 4, False),
    ],
)
def test_five_of_the_last_ten_are_too_many(live, team, lead, states, stops):
    ended(lead, live, states)
    assert brakes.stop(make_generation(lead, account=live)) is stops
    assert Team.objects.get(pk=team.pk).is_paused is stops


def test_the_sweep_stops_a_team_before_anybody_orders_again(live, team, lead):
    other = make_user("otto", team=make_team("South"), role=Role.LEAD)
    ended(lead, live, [FAILED] * 5)
    ended(other, live, [FAILED] * 4)
    sweeping.sweep()
    assert [(one.name, one.paused_kind) for one in Team.objects.order_by("name")] == [
        ("South", ""),
        ("Studio", Pause.FAILURES),
    ]


def test_failures_of_another_hour_count_no_more(live, team, lead):
    ended(lead, live, [FAILED] * 4, minutes_ago=62)
    ended(lead, live, [FAILED] * 4)
    assert not brakes.stop(make_generation(lead, account=live))


def test_whoever_lets_sending_go_on_begins_a_new_count(live, team, lead):
    ended(lead, live, [FAILED] * 6)
    waits = make_generation(lead, account=live)
    assert brakes.stop(waits)
    assert brakes.resume(Team.objects.get(pk=team.pk), actor=lead)
    waits = Generation.objects.get(pk=waits.pk)
    assert not brakes.stop(waits)
    ended(lead, live, [FAILED] * 4, minutes_ago=0)
    assert not brakes.stop(waits)


def test_what_rehearsal_does_stops_nothing(live, team, lead, settings):
    settings.REHEARSAL = True
    rehearsal = Account.objects.current()
    ended(lead, rehearsal, [FAILED] * 10)
    assert not brakes.stop(make_generation(lead, account=rehearsal))
    assert not brakes.stop(make_generation(lead, account=live))
    assert not Team.objects.get(pk=team.pk).is_paused


def test_a_clock_set_back_neither_hides_failures_nor_repeats_them(live, team, lead):
    """Somebody resumed, and then the clock went back by two hours."""
    Team.objects.update(watched_from=timezone.now() + timedelta(hours=2))
    ended(lead, live, [FAILED] * 10, minutes_ago=-119)
    waits = make_generation(lead, account=live)
    assert not brakes.stop(waits)
    ended(lead, live, [FAILED] * 5)
    assert brakes.stop(waits)


def test_looking_costs_the_same_however_much_there_is(live, team, lead, django_assert_num_queries):
    ended(lead, live, [READY] * 30)
    make_generation(lead, account=live)
    (waits,) = line.next_in_line(live, 1)
    with django_assert_num_queries(1):
        brakes.stop(waits)


# The mail


@pytest.fixture
def trouble(live, lead):
    """A clip whose team has had too many failures."""
    ended(lead, live, [FAILED] * 5)
    return make_generation(lead, account=live)


def sent_to():
    return sorted(address for message in mail.outbox for address in message.to)


def test_leads_are_told_once(trouble, settings, django_capture_on_commit_callbacks):
    settings.PUBLIC_URL = "https://studio.example.com"
    make_user("mia")
    make_user("gone", role=Role.LEAD, is_active=False)
    make_user("mute", role=Role.LEAD, email="")
    make_user("other", role=Role.LEAD, team=make_team("South"))
    make_admin("ada", role=None)
    make_user("second", role=Role.LEAD)
    with django_capture_on_commit_callbacks(execute=True):
        assert brakes.stop(trouble)
        assert brakes.stop(trouble)
    assert sent_to() == ["lea@example.com", "second@example.com"]
    message = mail.outbox[0]
    assert message.subject == "Kling 4K Studio: sending is paused for Studio"
    for words in (
        "5 of the last 5 clips failed.",
        "What is ordered waits in line: nothing is lost, and nothing is spent until it is sent.",
        "Here: https://studio.example.com/team/",
    ):
        assert words in message.body


def test_a_team_without_a_lead_who_reads_mail_is_told_of_to_admins(
    trouble, lead, django_capture_on_commit_callbacks
):
    make_admin("ada", role=None)
    lead.email = ""
    lead.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert brakes.stop(trouble)
    assert sent_to() == ["ada@example.com"]


def test_a_lead_s_own_pause_is_no_alarm(team, lead, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        brakes.pause(team, actor=lead, why="stop")
    assert not mail.outbox
