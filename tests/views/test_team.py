"""The page of a team, what a lead decides there, and switching between teams."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import brakes, invite, leaving
from generations.models import DailySpend, Invitation, Membership, Money, Role, State, Team, TeamEvent
from generations.views.people import people_of
from generations.views.team_page import EVENTS
from tests.factories import (
    first_team,
    make_admin,
    make_generation,
    make_invitation,
    make_live_account,
    make_member,
    make_membership,
    make_team,
    make_user,
)
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http\S+/accounts/invitations/[\w-]+/")


@pytest.fixture
def ada(client):
    """A lead, who is signed in."""
    ada = make_member("ada", role=Role.LEAD)
    client.force_login(ada.user)
    return ada


@pytest.fixture
def mia():
    return make_member("mia")


def url(path="", team=None):
    return f"/team/{(team or first_team()).pk}/{path}"


def text(client, path="/team/"):
    return text_of(client.get(path))


def test_a_lead_sees_people_roles_limits_and_money(client, ada, mia):
    account = make_live_account()
    make_generation(mia.user, State.READY, account=account, price="5.60")
    make_generation(mia.user, State.RENDERING, account=account, price="2.10")
    Membership.objects.filter(pk=mia.pk).update(monthly_limit=100)
    Team.objects.update(monthly_limit=500)
    page = text(client)
    assert "mia@example.com Member €7.70 of €100.00 €2.10 of it reserved" in page
    assert "This month €7.70 of €500.00 €5.60 spent, €2.10 reserved, €492.30 free" in page
    assert "Today €7.70 €5.60 spent, €2.10 reserved; no limit" in page


def test_a_months_sum_is_exact_to_the_cent():
    """SQLite adds these up to 8986.98000000001."""
    mia, cents = (
        make_member("mia"),
        [
            8653,
            16021,
            6940,
            23786,
            75625,
            54284,
            16198,
            8895,
            36040,
            77403,
            46980,
            47472,
            82085,
            8402,
            15631,
            48752,
            2718,
            44672,
            30210,
            76205,
            67160,
            20977,
            77035,
            6554,
        ],
    )
    first = timezone.localdate().replace(day=1)
    DailySpend.objects.bulk_create(
        DailySpend(
            team=mia.team,
            member=mia.user,
            day=first.replace(day=n),
            currency="EUR",
            spent=Decimal(amount) / 100,
        )
        for n, amount in enumerate(cents, start=1)
    )
    (person,) = people_of(mia.team, mia.user, sees_money=True)
    assert person.month.taken == Money(spent=Decimal("8986.98"))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
def test_the_others_see_people_and_only_their_own_money(client, ada, role):
    account = make_live_account()
    mia, otto = make_member("mia", role=role), make_member("otto")
    make_generation(mia.user, State.READY, account=account, price="5.60")
    make_generation(otto.user, State.READY, account=account, price="7.70")
    TeamEvent.objects.create(team=ada.team, actor=ada.user, what="set otto’s monthly limit")
    make_invitation("guest@example.com", invited_by=ada.user)
    client.force_login(mia.user)
    page = text(client)
    assert "otto Member" in page
    assert "Your month: €5.60 spent, €0.00 reserved; no limit of your own." in page
    for hidden in ("7.70", "otto@example.com", "guest@example.com", "monthly limit", "Pause"):
        assert hidden not in page
    assert not elements(client.get("/team/"), "a", href=url(f"members/{otto.pk}/"))


def test_the_page_costs_the_same_for_many(client, ada):
    account = make_live_account()

    def fill(count):
        for number in range(count):
            who = make_member(f"m{Membership.objects.count()}")
            make_generation(who.user, State.READY, account=account)
            make_invitation(f"{who.user}-{number}@example.com", invited_by=who.user)

    fill(2)
    client.get("/team/")
    with CaptureQueriesContext(connection) as few:
        client.get("/team/")
    fill(20)
    with CaptureQueriesContext(connection) as many:
        client.get("/team/")
    assert len(many) == len(few)


def test_the_history_is_paged_newest_first(client, ada):
    for number in range(2 * EVENTS + 5):
        TeamEvent.objects.create(team=ada.team, actor=ada.user, what=f"did thing {number:03}")
    TeamEvent.objects.create(team=make_team(), what="somebody else’s thing")
    seen, path = [], "/team/"
    while path:
        response = client.get(path)
        seen += re.findall(r"did thing (\d+)", response.content.decode())
        older = re.search(r'href="(\?before=\d+)#history"', response.content.decode())
        path = f"/team/{older[1]}" if older else None
    assert seen == [f"{number:03}" for number in reversed(range(2 * EVENTS + 5))]


@pytest.mark.parametrize("mark", ["x", "-1", "9" * 30, "²"])
def test_a_wrong_place_in_the_history_is_404(client, ada, mark):
    assert client.get("/team/", {"before": mark}).status_code == 404


def test_what_the_program_did_is_said_to_be_the_studio_s(client, ada):
    TeamEvent.objects.create(team=ada.team, what="paused sending: 5 of the last 10 clips failed.")
    assert "The studio paused sending: 5 of the last 10 clips failed." in text(client)


def test_name_and_limits_are_set(client, ada):
    said = client.post(
        url("settings"), {"name": "West", "monthly_limit": "300", "daily_limit": ""}, follow=True
    )
    assert "Saved. It counts for the next order." in text_of(said)
    assert list(Team.objects.values_list("name", "monthly_limit", "daily_limit")) == [("West", 300, None)]
    again = client.post(
        url("settings"), {"name": "West", "monthly_limit": "300", "daily_limit": ""}, follow=True
    )
    assert "Nothing was changed." in text_of(again)


def test_a_name_is_one_line(client, ada):
    sent = {"name": " West\r\nBcc:  all ", "monthly_limit": "", "daily_limit": ""}
    client.post(url("settings"), sent)
    assert first_team().name == "West Bcc: all"
    assert client.post(url("settings"), sent | {"name": "We\u202est"}).status_code == 422


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": "north"}, "There is a team of this name already."),
        ({"name": ""}, "This field is required."),
        ({"monthly_limit": "-1"}, "A limit cannot be below zero."),
        ({"daily_limit": "lots"}, "Write an amount, like 250.00."),
        ({"daily_limit": "NaN"}, "Write an amount, like 250.00."),
        ({"daily_limit": "1.234"}, "no more than 2 decimal places"),
    ],
)
def test_wrong_settings_are_told_and_kept(client, ada, sent, sentence):
    make_team("North")
    response = client.post(url("settings"), {"name": "Studio", "monthly_limit": "", "daily_limit": ""} | sent)
    assert response.status_code == 422
    assert sentence in text_of(response)
    name, value = next(iter(sent.items()))
    assert elements(response, "input", name=name)[0].get("value", "") == value
    assert "<h1>Studio</h1>" in response.content.decode()
    assert not TeamEvent.objects.exists()


def test_pausing_needs_a_reason_and_resuming_none(client, ada):
    refused = client.post(url("pause"), {"why": " "})
    assert refused.status_code == 422
    assert "Say why: everybody in the team sees it." in text_of(refused)
    page = text_of(client.post(url("pause"), {"why": "colours are off"}, follow=True))
    assert "by ada. colours are off" in page
    assert "was paused already" in text_of(client.post(url("pause"), {"why": "again"}, follow=True))
    assert "Sending goes on." in text_of(client.post(url("resume"), follow=True))
    assert "was not paused any more" in text_of(client.post(url("resume"), follow=True))
    assert list(TeamEvent.objects.values_list("what", flat=True)) == [
        "let sending go on",
        "paused sending: colours are off",
    ]


def test_members_see_that_sending_is_paused(client, ada, mia):
    brakes.pause(ada.team, actor=ada.user, why="colours are off")
    client.force_login(mia.user)
    page = text(client)
    assert "colours are off" in page
    assert "A lead can let it go on." in page
    assert "Let sending go on" not in page


def test_role_and_limit_of_a_member(client, ada, mia):
    there = url(f"members/{mia.pk}/")
    response = client.post(there, {"role": "viewer", "monthly_limit": "20.50"}, follow=True)
    assert "Saved for mia." in text_of(response)
    mia.refresh_from_db()
    assert (mia.role, mia.monthly_limit) == (Role.VIEWER, Decimal("20.50"))
    response = client.post(there, {"role": "viewer", "monthly_limit": "20.50"}, follow=True)
    assert "Nothing was changed." in text_of(response)


@pytest.mark.parametrize(
    "sent", [{"role": "king"}, {"role": ""}, {"monthly_limit": "-5"}, {"monthly_limit": "99999999999"}]
)
def test_a_wrong_role_or_limit_changes_nothing(client, ada, mia, sent):
    response = client.post(url(f"members/{mia.pk}/"), {"role": "lead", "monthly_limit": ""} | sent)
    assert response.status_code == 422
    mia.refresh_from_db()
    assert (mia.role, mia.monthly_limit) == (Role.MEMBER, None)


def test_the_last_lead_is_told_why_nothing_changes(client, ada):
    demoted = client.post(url(f"members/{ada.pk}/"), {"role": "member", "monthly_limit": "1"})
    removed = client.post(url(f"members/{ada.pk}/remove"))
    left = client.post(url("leave"))
    for response in (demoted, removed, left):
        assert response.status_code == 422
        assert "Studio would be left without a lead. Make somebody else a lead first" in text_of(response)
    ada.refresh_from_db()
    assert (ada.role, ada.monthly_limit) == (Role.LEAD, None)


def test_the_last_lead_is_not_asked_whether_to_leave(client, ada):
    page = client.get(url("leave"))
    assert "Studio would be left without a lead. Make somebody else a lead first" in text_of(page)
    assert not elements(page, "button", **{"class": "button button--danger"})
    assert "You will not see its clips any more." not in text_of(page)


def test_removing_offers_the_lead_first_and_hands_over(client, ada, mia):
    bea = make_member("bea")
    clip = make_generation(mia.user, State.READY, is_private=True)
    there = url(f"members/{mia.pk}/")
    page = client.get(there)
    assert "Who takes over 1 clip" in text_of(page)
    assert [option["value"] for option in elements(page, "option", selected=None)][-1] == str(ada.pk)
    response = client.post(f"{there}remove", {"heir": bea.pk}, follow=True)
    assert "mia is not in Studio any more. 1 clip went to bea." in text_of(response)
    clip.refresh_from_db()
    assert clip.owner == bea.user
    client.force_login(bea.user)
    assert "handed over from mia to bea by ada" in text(client, clip.get_absolute_url())


def test_the_heir_must_be_able_to(client, ada, mia):
    vera = make_member("vera", role=Role.VIEWER)
    make_generation(mia.user)
    for heir in (vera.pk, mia.pk, 10**30, "x", ""):
        response = client.post(url(f"members/{mia.pk}/remove"), {"heir": heir})
        assert response.status_code == 422
        assert "Choose a lead or a member who is in the team now." in text_of(response)
    assert Membership.objects.filter(pk=mia.pk).exists()


def test_who_is_removed_sees_nothing_any_more(client, ada, mia):
    clip = make_generation(mia.user, State.READY, files=False)
    leaving.leave(mia, actor=ada.user, heir=ada)
    client.force_login(mia.user)
    assert client.get(clip.get_absolute_url()).status_code == 404
    assert client.get(url()).status_code == 404
    assert "You are in no team" in text(client, "/")


def test_leaving_oneself(client, ada, mia):
    clip = make_generation(mia.user)
    client.force_login(mia.user)
    assert "Leave Studio?" in text(client, url("leave"))
    response = client.post(url("leave"), {"heir": ada.pk}, follow=True)
    assert "You have left Studio. 1 clip went to ada." in text_of(response)
    clip.refresh_from_db()
    assert (clip.owner, clip.state) == (ada.user, State.QUEUED)


def test_an_invitation_shows_its_link_once(client, ada, mailoutbox):
    response = client.post(url("invitations/"), {"email": "nina@example.com", "role": "viewer"})
    link = LINK.search(response.content.decode())[0]
    assert "Mailed to nina@example.com" in text_of(response)
    assert link in mailoutbox[0].body
    assert "to the team Studio" in mailoutbox[0].body
    assert not LINK.search(client.get("/team/").content.decode())
    assert "nina@example.com Viewer · invited by ada · open until" in text(client)
    client.logout()
    assert "as viewer" in text(client, link)


def test_without_mail_the_lead_hands_the_link_out(client, ada, mailoutbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    response = client.post(url("invitations/"), {"email": "nina@example.com", "role": "viewer"})
    assert "Send this link to nina@example.com" in text_of(response)
    assert "No mail was sent." in text_of(response)


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("ADA@example.com", "ada has this address and is in Studio already."),
        ("guest@EXAMPLE.com", "This address has an open invitation."),
        ("gone@example.com", "The account with this address is deactivated."),
        ("nonsense", "Enter a valid email address."),
    ],
)
def test_a_useless_invitation_is_refused_at_the_field(client, ada, email, sentence):
    make_member("gone", team=make_team(), is_active=False)
    make_invitation("guest@example.com", invited_by=ada.user)
    response = client.post(url("invitations/"), {"email": email, "role": "member"})
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert Invitation.objects.count() == 1


def test_somebody_of_another_team_and_somebody_invited_there_can_be_invited(client, ada):
    north = make_team()
    make_member("otto", team=north)
    make_invitation("guest@example.com", invited_by=ada.user, team=north)
    for email in ("otto@example.com", "guest@example.com"):
        assert client.post(url("invitations/"), {"email": email, "role": "lead"}).status_code == 200
    assert Invitation.objects.filter(team=ada.team).count() == 2


def test_a_lead_invites_only_to_the_team_of_the_address(client, ada):
    north = make_team()
    sent = {"email": "nina@example.com", "role": "lead", "team": north.pk, "instance": north.pk}
    client.post(url("invitations/"), sent)
    assert Invitation.objects.get().team == ada.team


def test_a_link_is_renewed_and_withdrawn(client, ada):
    expired = timezone.now() - timedelta(days=1)
    invitation, old = make_invitation("nina@example.com", invited_by=ada.user, expires_at=expired)
    assert "expired" in text(client)
    renewed = client.post(url(f"invitations/{invitation.pk}/renew"))
    new = LINK.search(renewed.content.decode())[0]
    assert client.get(f"/accounts/invitations/{old}/").status_code == 404
    assert client.get(new).status_code == 200
    page = client.post(url(f"invitations/{invitation.pk}/withdraw"), follow=True)
    assert "The invitation of nina@example.com is withdrawn." in text_of(page)
    assert client.get(new).status_code == 404
    assert list(TeamEvent.objects.values_list("what", flat=True)[:2]) == [
        "withdrew the invitation of nina@example.com",
        "made a new link for nina@example.com as member",
    ]


@pytest.mark.parametrize("verb", ["renew", "withdraw"])
def test_an_invitation_accepted_a_moment_ago_stays_so(client, ada, monkeypatch, verb):
    """The instant between the look and the change: only a patch can hit it."""
    invitation, _ = make_invitation("nina@example.com", invited_by=ada.user)
    name = {"renew": "new_link", "withdraw": "withdraw"}[verb]
    original = getattr(invite, name)

    def somebody_is_faster(found, **kwargs):
        assert invite.accept(invitation, make_member("nina", team=make_team()).user)
        return original(found, **kwargs)

    monkeypatch.setattr(invite, name, somebody_is_faster)
    assert client.post(url(f"invitations/{invitation.pk}/{verb}")).status_code == 302
    invitation.refresh_from_db()
    assert not invitation.is_open
    assert invitation.accepted_by.username == "nina"


def test_the_switcher_stands_only_where_there_is_a_choice(client, ada):
    assert not elements(client.get("/"), "form", action="/team/choose")
    make_membership(ada.user, make_team(), Role.VIEWER)
    page = client.get("/gallery/?whose=team")
    assert [button["value"] for button in elements(page, "button", name="team")] == [
        str(Team.objects.get(name=name).pk) for name in ("North", "Studio")
    ]
    assert elements(page, "input", name="next")[0]["value"] == "/gallery/?whose=team"


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [
        ("/", "/"),
        ("/gallery/?whose=team", "/gallery/?whose=team"),
        ("/gallery/?before=2026-01-01T00:00:00Z_x", "/gallery/"),
        ("/gallery/6f9b1c7e-0000-4000-8000-000000000000/", "/gallery/"),
        ("/gallery/6f9b1c7e-0000-4000-8000-000000000000/retry", "/gallery/"),
        ("/team/", "/team/"),
        ("/team/1/members/1/", "/team/"),
        ("/no/such/page", "/"),
        ("https://elsewhere.example.com/", "/"),
        ("//elsewhere.example.com/team/", "/"),
    ],
)
def test_switching_goes_where_the_new_team_has_something(client, ada, came_from, goes_to):
    north = make_membership(ada.user, make_team(), Role.VIEWER)
    response = client.post("/team/choose", {"team": north.team_id, "next": came_from})
    assert response["Location"] == goes_to
    assert client.get("/team/").context["team"] == north.team


@pytest.mark.parametrize(
    ("role", "came_from", "goes_to"),
    [
        (Role.LEAD, "/team/spend/?month=2026-01", "/team/spend/?month=2026-01"),
        (Role.LEAD, "/team/spend/6f9b1c7e-0000-4000-8000-000000000000/charge", "/team/spend/"),
        (Role.MEMBER, "/team/spend/?month=2026-01", "/team/"),
    ],
)
def test_switching_on_spend_stays_there_only_for_a_lead(client, ada, role, came_from, goes_to):
    north = make_membership(ada.user, make_team(), role)
    response = client.post("/team/choose", {"team": north.team_id, "next": came_from})
    assert response["Location"] == goes_to
    assert client.get(goes_to).status_code == 200


def test_an_admin_in_no_team_finds_every_team(client):
    client.force_login(make_admin(role=None))
    page = client.get("/team/")
    assert elements(page, "a", href=url())
    assert "Make a team" in text_of(page)
    assert "Name and limits" in text(client, url())
    assert "Leave the team" not in text(client, url())


def test_what_is_refused_is_said(client, ada, mia):
    client.force_login(mia.user)
    response = client.post(url("resume"))
    assert response.status_code == 403
    assert "Only a lead of the team can see and do this." in text_of(response)


def words(client, team, text):
    return client.post(f"/team/{team.pk}/words", {"words": text})


def test_a_lead_lists_words_to_avoid_and_everybody_sees_them(client):
    team, lead = first_team(), make_user("lea", role=Role.LEAD)
    client.force_login(lead)
    assert words(client, team, "Ferrari\r\n  red   car \n\nferrari, logo").status_code == 302
    team.refresh_from_db()
    assert team.avoided_words == "ferrari\nred car\nlogo"
    page = client.get("/team/").content.decode()
    assert "ferrari\nred car\nlogo</textarea>" in page
    words(client, team, "red car\nneon")
    words(client, team, "red car\nneon")
    told = [event.what for event in TeamEvent.objects.order_by("id")]
    assert told == [
        "added “ferrari”, “red car”, “logo” to the words to avoid",
        "added “neon” to the words to avoid; removed “ferrari”, “logo” from the words to avoid",
    ]
    client.force_login(make_user("eve", role=Role.VIEWER))
    page = client.get("/team/").content.decode()
    assert '<li dir="auto">red car</li>' in page and "<textarea" not in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ok\n…", "“…” has no letter or digit in it"),
        ("\n".join(f"word {n}" for n in range(201)), "201 are too many to be read; 200 at most."),
        ("x" * 10_001, "at most 10000 characters"),
    ],
)
def test_a_list_that_cannot_be_used_is_told(client, text, said):
    client.force_login(make_user("lea", role=Role.LEAD))
    page = words(client, first_team(), text)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not TeamEvent.objects.exists()


def test_a_long_list_is_counted_in_the_history(client):
    client.force_login(make_user("lea", role=Role.LEAD))
    words(client, first_team(), "\n".join(f"word {n}" for n in range(50)))
    assert TeamEvent.objects.get().what == "added 50 words to the words to avoid"
