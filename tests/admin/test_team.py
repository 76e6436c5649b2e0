"""Teams and people in the admin: by the same verbs as on the pages."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from generations.models import Generation, Invitation, Membership, Role, State, Team, TeamEvent, User
from tests.factories import (
    first_team,
    make_admin,
    make_generation,
    make_invitation,
    make_member,
    make_membership,
    make_team,
    make_user,
)
from tests.views.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    """An admin, who leads the first team."""
    ada = make_admin()
    client.force_login(ada)
    return ada


def told(team=None):
    events = TeamEvent.objects.filter(team=team or first_team()).select_related("actor")
    return [f"{event.actor} {event.what}" for event in events]


def change(row):
    return reverse(f"admin:generations_{row._meta.model_name}_change", args=[row.pk])


def no(inline):
    """The management form of an inline that nobody edits."""
    return {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}


def test_a_team_is_made_with_its_first_lead(client, ada):
    mia = make_user(role=None)
    sent = {"name": "North", "monthly_limit": "300", "daily_limit": "", "lead": mia.pk}
    assert client.post("/admin/generations/team/add/", sent).status_code == 302
    north = Team.objects.get(name="North")
    assert (north.monthly_limit, Membership.objects.get(team=north).user) == (300, mia)
    assert Membership.objects.get(team=north).role == Role.LEAD
    assert told(north) == ["ada added mia as lead", "ada made the team"]


@pytest.mark.parametrize("lead", ["", "gone"])
def test_a_team_needs_a_lead_who_can_sign_in(client, ada, lead):
    gone = make_user("gone", role=None, is_active=False)
    sent = {"name": "North", "lead": gone.pk if lead else ""}
    assert client.post("/admin/generations/team/add/", sent).status_code == 200
    assert not Team.objects.filter(name="North").exists()


def test_limits_of_a_team_are_written_down(client, ada):
    team = first_team()
    sent = {"name": "Studio", "monthly_limit": "500", "daily_limit": "", **no("memberships")}
    assert client.post(change(team), sent).status_code == 302
    assert told() == ["ada set the monthly limit to €500.00, before none"]
    assert "ada set the monthly limit to €500.00, before none" in text_of(client.get(change(team)))


def test_a_team_with_a_taken_name_is_refused(client, ada):
    make_team("North")
    response = client.post("/admin/generations/team/add/", {"name": "NORTH", "lead": ada.pk})
    assert "There is a team of this name already." in text_of(response)


def test_nobody_deletes_a_team_or_a_membership(client, ada):
    for row in (make_team("North"), make_member("mia")):
        assert client.post(change(row).replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
        assert type(row).objects.filter(pk=row.pk).exists()


def test_somebody_is_added_and_changed(client, ada):
    mia = make_user(role=None)
    sent = {"team": first_team().pk, "user": mia.pk, "role": "member", "monthly_limit": "50"}
    assert client.post("/admin/generations/membership/add/", sent).status_code == 302
    membership = Membership.objects.get(user=mia)
    sent = {"role": "viewer", "monthly_limit": ""}
    assert client.post(change(membership), sent).status_code == 302
    membership.refresh_from_db()
    assert (membership.role, membership.monthly_limit) == (Role.VIEWER, None)
    assert told() == [
        "ada set mia’s monthly limit to none, before €50.00",
        "ada made mia viewer, before member",
        "ada set mia’s monthly limit to €50.00, before none",
        "ada added mia as member",
    ]


def test_the_last_lead_is_not_demoted(client, ada):
    membership = Membership.objects.get(user=ada)
    response = client.post(change(membership), {"role": "member", "monthly_limit": ""})
    assert "Studio would be left without a lead." in text_of(response)
    membership.refresh_from_db()
    assert membership.role == Role.LEAD


def test_withdrawing_in_the_admin_is_written_down(client, ada):
    invitation, _ = make_invitation("one@example.com")
    client.post(reverse("admin:generations_invitation_delete", args=[invitation.pk]), {"post": "yes"})
    assert not Invitation.objects.exists()
    assert told()[0] == "ada withdrew the invitation of one@example.com"


def test_an_account_is_closed_with_an_heir_for_each_team(client, ada):
    mia = make_user()
    north = make_membership(mia, make_team()).team
    nora = make_member("nora", team=north, role=Role.LEAD)
    here, there = make_generation(mia), make_generation(mia, State.READY, team=north)
    visitor = Client()
    visitor.force_login(mia)
    address = reverse("admin:generations_user_deactivate", args=[mia.pk])
    assert address in client.get(change(mia)).content.decode()
    page = text_of(client.get(address))
    assert "Studio: who takes over 1 clip" in page
    assert "North: who takes over 1 clip" in page
    heir = Membership.objects.get(user=ada)
    sent = {f"team{first_team().pk}-heir": heir.pk, f"team{north.pk}-heir": nora.pk}
    page = text_of(client.post(address, sent, follow=True))
    assert "Mia cannot sign in any more, and is signed out everywhere." in page
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.owner, there.owner) == (ada, nora.user)
    assert visitor.get("/").status_code == 302
    assert told()[0] == "ada removed mia, 1 clip went to ada"
    assert client.get(address).status_code == 404


def test_an_heir_of_another_team_is_refused(client, ada):
    mia = make_user()
    nora = make_member("nora", team=make_team(), role=Role.LEAD)
    make_generation(mia)
    address = reverse("admin:generations_user_deactivate", args=[mia.pk])
    page = client.post(address, {f"team{first_team().pk}-heir": nora.pk})
    assert "Choose a lead or a member who is in the team now." in text_of(page)
    assert User.objects.get(pk=mia.pk).is_active
    assert Generation.objects.get().owner == mia


def test_the_only_lead_s_account_is_not_closed(client, ada):
    nora = make_member("nora", team=make_team(), role=Role.LEAD)
    address = reverse("admin:generations_user_deactivate", args=[nora.user_id])
    page = client.get(address)
    assert "North would be left without a lead." in text_of(page)
    assert "<button" not in page.content.decode().split('id="deactivate-head"')[1].split("</section>")[0]
    assert "North would be left without a lead" in text_of(client.post(address))
    assert User.objects.get(pk=nora.user_id).is_active


def test_nobody_closes_their_own_account(client, ada):
    make_member("bea", role=Role.LEAD)
    address = reverse("admin:generations_user_deactivate", args=[ada.pk])
    assert "nobody deactivates their own account" in text_of(client.post(address))
    assert User.objects.get(pk=ada.pk).is_active


def test_staff_who_may_change_people_do_not_close_accounts(client):
    staff = make_user("sam", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client.force_login(staff)
    mia = make_user()
    address = reverse("admin:generations_user_deactivate", args=[mia.pk])
    assert client.post(address).status_code == 403
    assert address not in client.get(change(mia)).content.decode()


def test_the_switch_of_an_account_is_no_checkbox(client, ada):
    """Unticked there, clips would be left without an owner in the team."""
    mia = make_user()
    sent = {"username": "mia", "email": mia.email, **no("memberships")}
    start = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00", "last_login_0": "", "last_login_1": ""}
    assert client.post(change(mia), sent | start).status_code == 302
    assert User.objects.get(pk=mia.pk).is_active


def test_an_account_is_opened_again(client, ada):
    gone = make_user("gone", role=None, is_active=False)
    data = {"action": "activate", "_selected_action": [gone.pk]}
    page = client.post(reverse("admin:generations_user_changelist"), data, follow=True)
    assert "1 activated." in text_of(page)
    assert User.objects.get(pk=gone.pk).is_active
