"""Roles, limits, the last lead, and what becomes of clips when somebody goes."""

import threading
from decimal import Decimal
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generations.lifecycle import leaving, team
from generations.lifecycle.order import MayNotOrder, place_order
from generations.lifecycle.wish import Wish
from generations.models import (
    DailySpend,
    Event,
    Generation,
    Invitation,
    Membership,
    Role,
    State,
    Team,
    TeamEvent,
    User,
)
from tests.factories import (
    PASSWORD,
    first_team,
    make_generation,
    make_invitation,
    make_live_account,
    make_member,
    make_membership,
    make_order,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

WISH = Wish("A paper boat", "", 0.5, "16:9", 3)
MANY = 10_000


@pytest.fixture
def ada():
    """The lead of the first team."""
    return make_member("ada", role=Role.LEAD)


@pytest.fixture
def mia():
    return make_member("mia")


def told(where=None):
    """The history of a team, newest first."""
    events = TeamEvent.objects.filter(team=where or first_team()).select_related("actor")
    return [f"{event.actor} {event.what}" for event in events]


def test_a_change_of_role_is_written_down_once(ada, mia):
    assert team.change_role(mia, Role.VIEWER, actor=ada.user)
    assert not team.change_role(mia, Role.VIEWER, actor=ada.user)
    mia.refresh_from_db()
    assert mia.role == Role.VIEWER
    assert told() == ["ada made mia viewer, before member"]


def test_a_change_of_limit_names_both_sums(ada, mia):
    assert team.change_limit(mia, Decimal("250"), actor=ada.user)
    assert team.change_limit(mia, Decimal("99.50"), actor=ada.user)
    assert not team.change_limit(mia, Decimal("99.50"), actor=ada.user)
    assert team.change_limit(mia, None, actor=ada.user)
    assert told() == [
        "ada set mia’s monthly limit to none, before €99.50",
        "ada set mia’s monthly limit to €99.50, before €250.00",
        "ada set mia’s monthly limit to €250.00, before none",
    ]


def test_settings_write_down_only_what_changed(ada):
    same = {"name": "Studio", "monthly_limit": None, "daily_limit": None, "actor": ada.user}
    assert not team.change_settings(ada.team, **same)
    assert team.change_settings(ada.team, **same | {"name": "West", "daily_limit": Decimal(40)})
    assert told() == [
        "ada set the daily limit to €40.00, before none",
        "ada renamed the team, before “Studio”",
    ]
    assert Team.objects.get().name == "West"


@pytest.mark.parametrize("go", ["demote", "leave"])
@pytest.mark.parametrize("other", ["none", "member", "deactivated", "elsewhere"])
def test_the_last_lead_stays(ada, go, other):
    if other == "member":
        make_member("mia")
    if other == "deactivated":
        make_user("gone", role=Role.LEAD, is_active=False)
    if other == "elsewhere":
        make_user("ilse", role=Role.LEAD, team=make_team())
    with pytest.raises(team.LastLead, match="Studio would be left without a lead"):
        if go == "demote":
            team.change_role(ada, Role.MEMBER, actor=ada.user)
        else:
            leaving.leave(ada, actor=ada.user)
    ada.refresh_from_db()
    assert ada.role == Role.LEAD
    assert told() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("go", ["demote", "leave"])
def test_two_leads_who_go_at_once_leave_one(go):
    leads = [make_member(name, role=Role.LEAD) for name in ("ada", "bea")]
    start, refused = threading.Barrier(2), []

    def step_down(lead):
        start.wait(30)
        try:
            if go == "demote":
                team.change_role(lead, Role.MEMBER, actor=lead.user)
            else:
                leaving.leave(lead, actor=lead.user)
        except team.LastLead:
            refused.append(lead)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=(lead,), daemon=True) for lead in leads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Membership.objects.filter(role=Role.LEAD).count() == len(refused) == 1


def test_who_is_gone_cannot_be_changed(ada, mia):
    leaving.leave(mia, actor=ada.user)
    for change in (
        lambda: team.change_role(mia, Role.LEAD, actor=ada.user),
        lambda: team.change_limit(mia, Decimal(1), actor=ada.user),
        lambda: leaving.leave(mia, actor=ada.user),
    ):
        with pytest.raises(team.NotInTeam):
            change()


@pytest.mark.parametrize("change", ["viewer", "gone", "deactivated"])
def test_a_page_opened_before_orders_nothing_after(ada, mia, change):
    if change == "viewer":
        team.change_role(Membership.objects.get(pk=mia.pk), Role.VIEWER, actor=ada.user)
    elif change == "gone":
        leaving.leave(mia, actor=ada.user)
    else:
        User.objects.filter(pk=mia.user_id).update(is_active=False)
    with pytest.raises(MayNotOrder):
        place_order(mia, WISH, takes=1, nonce=uuid4())
    assert not Generation.objects.exists()


def test_clips_go_to_the_heir_and_the_money_stays(ada, mia):
    account = make_live_account()
    clips = [make_generation(mia.user, state, account=account) for state in State]
    private = make_generation(mia.user, State.READY, account=account, is_private=True)
    elsewhere = make_generation(mia.user, team=make_membership(mia.user, make_team()).team)
    before = list(DailySpend.objects.values())
    assert leaving.leave(mia, actor=ada.user, heir=ada) == len(clips) + 1
    for clip in (*clips, private):
        was = (clip.state, clip.is_private, clip.revision)
        clip.refresh_from_db()
        assert (clip.state, clip.is_private) == was[:2]
        assert clip.revision > was[2]
        assert (clip.owner, clip.order.owner) == (ada.user, mia.user)
        note = clip.events.last()
        assert (note.why, note.actor) == ("handed over from mia to ada", ada.user)
        assert note.from_state == note.to_state == clip.state
    elsewhere.refresh_from_db()
    assert elsewhere.owner == mia.user
    assert list(DailySpend.objects.values()) == before
    assert told() == [f"ada removed mia, {len(clips) + 1} clips went to ada"]


def test_who_leaves_says_so(ada, mia):
    make_generation(mia.user)
    leaving.leave(mia, actor=mia.user, heir=ada)
    assert told() == ["mia left, 1 clip went to ada"]


@pytest.mark.parametrize("who", ["nobody", "a viewer", "a stranger", "oneself", "deactivated", "gone"])
def test_only_somebody_able_takes_over(ada, mia, who):
    make_generation(mia.user)
    heir = {
        "nobody": lambda: None,
        "a viewer": lambda: make_member("vera", role=Role.VIEWER),
        "a stranger": lambda: make_member("otto", team=make_team()),
        "oneself": lambda: mia,
        "deactivated": lambda: make_member("dora", is_active=False),
        "gone": lambda: _gone(make_member("gil"), ada.user),
    }[who]()
    with pytest.raises(leaving.NoHeir, match="Choose who takes over mia’s clips in Studio"):
        leaving.leave(mia, actor=ada.user, heir=heir)
    assert Membership.objects.filter(pk=mia.pk).exists()
    assert Generation.objects.get().owner == mia.user


def _gone(membership, actor):
    pk = membership.pk
    leaving.leave(membership, actor=actor)
    membership.pk = pk
    return membership


def test_without_clips_nobody_needs_to_be_chosen(ada, mia):
    assert leaving.leave(mia, actor=ada.user) == 0
    assert told() == ["ada removed mia"]


def test_ten_thousand_clips_cost_as_many_queries_as_one(ada, mia):
    one = make_member("one")
    make_generation(one.user)
    with CaptureQueriesContext(connection) as few:
        leaving.leave(one, actor=ada.user, heir=ada)
    clip = make_generation(mia.user)
    Generation.objects.bulk_create(
        Generation(
            order=order,
            take=take,
            number=-(4 * number + take),
            **{
                name: getattr(clip, name)
                for name in ("owner", "team", "account", "prompt", "cfg_scale", "aspect_ratio", "duration")
            },
            price=clip.price,
            currency=clip.currency,
            wish_key=clip.wish_key,
        )
        for number, order in enumerate(_orders(mia.user, MANY // 4))
        for take in (1, 2, 3, 4)
    )
    with CaptureQueriesContext(connection) as many:
        assert leaving.leave(mia, actor=ada.user, heir=ada) == MANY + 1
    assert len(many) == len(few)
    assert Event.objects.filter(why="handed over from mia to ada").count() == MANY + 1


def _orders(owner, count):
    pattern = make_order(owner)
    orders = type(pattern).objects
    fields = {"owner": owner, "team": pattern.team, "account": pattern.account}
    return orders.bulk_create(type(pattern)(nonce=uuid4(), **fields) for _ in range(count))


def test_what_an_heir_got_is_sent_in_their_place(ada, mia):
    """The line is fair between those who own the clips now."""
    clip = make_generation(mia.user)
    leaving.leave(mia, actor=mia.user, heir=ada)
    clip.refresh_from_db()
    assert clip.state == State.QUEUED
    assert clip.move(State.SUBMITTING)


@pytest.mark.parametrize("go", ["demote", "leave", "deactivate"])
def test_open_invitations_end_with_who_made_them(ada, go):
    bea = make_member("bea", role=Role.LEAD)
    make_membership(bea.user, make_team(), Role.LEAD)
    make_invitation("friend@example.com", invited_by=bea.user)
    used, _ = make_invitation("used@example.com", invited_by=bea.user)
    Invitation.objects.filter(pk=used.pk).update(accepted_at="2026-01-01T00:00Z", accepted_by=ada.user)
    make_invitation("other@example.com", invited_by=ada.user)
    if go == "demote":
        team.change_role(bea, Role.MEMBER, actor=ada.user)
    elif go == "leave":
        leaving.leave(bea, actor=bea.user)
    else:
        make_member("ilse", role=Role.LEAD, team=Team.objects.get(name="North"))
        leaving.deactivate(bea.user, {}, actor=ada.user)
    left = Invitation.objects.filter(team=ada.team).values_list("email", flat=True)
    assert set(left) == {"used@example.com", "other@example.com"}
    assert told()[0].endswith("; withdrawn: the invitations of friend@example.com")


def test_a_closed_account_has_no_session_no_team_and_no_way_back_in(ada, mia):
    north = make_membership(mia.user, make_team())
    heir = make_member("nora", team=north.team, role=Role.LEAD)
    here, there = make_generation(mia.user), make_generation(mia.user, team=north.team)
    client = Client()
    client.force_login(mia.user)
    assert client.get("/").status_code == 200
    chosen = {ada.team_id: ada, north.team_id: heir}
    leaving.deactivate(mia.user, chosen, actor=ada.user)
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.owner, there.owner) == (ada.user, heir.user)
    assert not Membership.objects.filter(user=mia.user).exists()
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert not Client().login(username="mia", password=PASSWORD)
    User.objects.filter(pk=mia.user_id).update(is_active=True)
    assert Session.objects.exists()
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert not Client().login(username="mia", password=PASSWORD)


def test_an_account_is_closed_whole_or_not_at_all(ada, mia):
    """In the second team nobody was chosen: the first one keeps them too."""
    north = make_membership(mia.user, make_team())
    make_generation(mia.user)
    make_generation(mia.user, team=north.team)
    with pytest.raises(leaving.NoHeir), transaction.atomic():
        leaving.deactivate(mia.user, {ada.team_id: ada}, actor=ada.user)
    assert Membership.objects.filter(user=mia.user).count() == 2
    assert User.objects.get(pk=mia.user_id).is_active
    assert Generation.objects.filter(owner=mia.user).count() == 2


def test_a_team_is_founded_with_its_lead(ada):
    north = Team(name="North")
    membership = team.found(north, make_user("ilse", role=None), actor=ada.user)
    assert (membership.role, membership.team) == (Role.LEAD, north)
    assert told(north) == ["ada added ilse as lead", "ada made the team"]


def test_teams_that_would_have_no_lead(ada, mia):
    assert leaving.unled(ada.user) == [ada.team]
    assert leaving.unled(mia.user) == []
    make_user("gone", role=Role.LEAD, is_active=False)
    assert leaving.unled(ada.user) == [ada.team]
    make_user("bea", role=Role.LEAD)
    assert leaving.unled(ada.user) == []
