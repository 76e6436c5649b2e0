"""Who gets what at every address: role × object × action. A new address or method fails here until it has a row."""

from collections import defaultdict

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from generations import urls
from generations.models import (
    Generation,
    Heartbeat,
    Invitation,
    Membership,
    Order,
    Role,
    State,
    Submission,
    Team,
    TeamEvent,
    User,
)
from tests.factories import (
    PASSWORD,
    first_team,
    make_admin,
    make_generation,
    make_invitation,
    make_team,
    make_user,
    membership_of,
)

pytestmark = pytest.mark.django_db

PEOPLE = ("anonymous", "inactive", "stranger", "viewer", "member", "owner", "lead", "admin")
"""`stranger` leads another team; `owner` made the clips, `member` only works beside; `admin` is in no team."""

FILES = ("clip-video", "clip-download", "clip-poster", "clip-preview", "clip-strip", "clip-proxy")
SIGN_IN = 302
"""Of an anonymous or inactive visitor; a test below sees where it leads."""
ALL_405 = (405,) * 8
NOT_SO = (SIGN_IN, SIGN_IN, *(405,) * 6)
MEMBERS_PAGE = (SIGN_IN, SIGN_IN, *(200,) * 6)
OPEN = (200,) * 8
SHARED = (SIGN_IN, SIGN_IN, 404, 200, 200, 200, 200, 200)
PRIVATE = (SIGN_IN, SIGN_IN, 404, 404, 404, 200, 404, 200)
NOTHING = (SIGN_IN, SIGN_IN, *(404,) * 6)
OWNER_OR_LEAD = (SIGN_IN, SIGN_IN, 404, 403, 403, 302, 302, 302)
ASKS_OWNER_OR_LEAD = (SIGN_IN, SIGN_IN, 404, 403, 403, 200, 200, 200)
OWNER_OF_PRIVATE = (SIGN_IN, SIGN_IN, 404, 404, 404, 302, 404, 302)
LEAD = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 302, 302)
LEAD_SEES = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 200, 200)
LEAD_WRONG = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 422, 422)
LEAD_NOTHING = (SIGN_IN, SIGN_IN, 404, 403, 403, 403, 404, 404)
OTHER_LEAD = (SIGN_IN, SIGN_IN, 302, 404, 404, 404, 404, 302)
OTHER_LEAD_SEES = (SIGN_IN, SIGN_IN, 200, 404, 404, 404, 404, 200)

# (method, address, object) → statuses in the order of PEOPLE. What an object is, `world` says.
TABLE = {
    ("GET", "create", ""): MEMBERS_PAGE,
    ("GET", "create", "from shared"): SHARED,
    ("GET", "create", "from private"): PRIVATE,
    ("POST", "create", "empty"): (302, 302, 422, 422, 422, 422, 422, 403),
    ("POST", "create", "order"): (302, 302, 302, 422, 302, 302, 302, 403),
    ("GET", "gallery", ""): MEMBERS_PAGE,
    ("GET", "gallery", "whose"): MEMBERS_PAGE,
    **{
        (method, name, kind): row
        for name in ("clip", *FILES)
        for method in ("GET", "HEAD")
        for kind, row in (("shared", SHARED), ("private", PRIVATE), ("none", NOTHING))
    },
    ("GET", "clip", "queued"): SHARED,
    ("GET", "clip", "failed"): SHARED,
    **{("GET", name, "queued"): NOTHING for name in FILES},
    ("GET", "clip-download", "failed"): NOTHING,
    ("GET", "clip-cancel", "queued"): NOT_SO,
    ("POST", "clip-cancel", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-cancel", "queued private"): OWNER_OF_PRIVATE,
    ("POST", "clip-cancel", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-cancel", "none"): NOTHING,
    ("GET", "clip-send-now", "queued"): NOT_SO,
    ("POST", "clip-send-now", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-send-now", "queued private"): OWNER_OF_PRIVATE,
    ("POST", "clip-send-now", "shared"): OWNER_OR_LEAD,
    ("GET", "clip-retry", "failed"): ASKS_OWNER_OR_LEAD,
    ("GET", "clip-retry", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "failed"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "cancelled"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "shared"): OWNER_OR_LEAD,
    ("POST", "clip-retry", "private"): OWNER_OF_PRIVATE,
    ("GET", "clip-share", "shared"): NOT_SO,
    ("POST", "clip-share", "shared"): (302, 302, 404, 403, 403, 302, 403, 403),
    ("POST", "clip-share", "private"): (302, 302, 404, 404, 404, 302, 404, 403),
    ("GET", "clip-order-for-real", "queued"): NOT_SO,
    ("POST", "clip-order-for-real", "queued"): OWNER_OR_LEAD,
    ("POST", "clip-order-for-real", "queued private"): OWNER_OF_PRIVATE,
    ("GET", "live", "create"): MEMBERS_PAGE,
    ("GET", "live", "team"): MEMBERS_PAGE,
    ("GET", "live", "clip shared"): MEMBERS_PAGE,
    ("GET", "live", "clip private"): MEMBERS_PAGE,
    ("GET", "team", ""): MEMBERS_PAGE,
    ("GET", "team-choose", ""): NOT_SO,
    ("POST", "team-choose", "ours"): (302, 302, 404, 302, 302, 302, 302, 404),
    ("POST", "team-choose", "theirs"): (302, 302, 302, 404, 404, 404, 404, 404),
    ("POST", "team-choose", "none"): NOTHING,
    ("GET", "team-one", "ours"): SHARED,
    ("GET", "team-one", "theirs"): OTHER_LEAD_SEES,
    ("GET", "team-one", "none"): NOTHING,
    **{
        ("GET", name, "ours"): NOT_SO
        for name in ("team-settings", "team-pause", "team-resume", "team-invite", "team-member-remove")
    },
    **{
        ("POST", name, kind): row
        for name in ("team-settings", "team-pause", "team-resume")
        for kind, row in (("ours", LEAD), ("theirs", OTHER_LEAD), ("none", NOTHING))
    },
    ("POST", "team-settings", "empty"): LEAD_WRONG,
    ("POST", "team-pause", "empty"): LEAD_WRONG,
    ("GET", "team-leave", "ours"): (302, 302, 404, 200, 200, 200, 200, 404),
    ("POST", "team-leave", "ours"): (302, 302, 404, 302, 302, 302, 302, 404),
    ("POST", "team-leave", "theirs"): (302, 302, 422, 404, 404, 404, 404, 404),
    ("GET", "team-member", "ours"): LEAD_SEES,
    ("GET", "team-member", "theirs"): OTHER_LEAD_SEES,
    ("GET", "team-member", "theirs in ours"): LEAD_NOTHING,
    ("GET", "team-member", "ours in theirs"): NOTHING,
    ("POST", "team-member", "ours"): LEAD,
    ("POST", "team-member", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-member", "ours in theirs"): NOTHING,
    ("POST", "team-member", "empty"): LEAD_WRONG,
    ("POST", "team-member-remove", "ours"): LEAD,
    ("POST", "team-member-remove", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-member-remove", "ours in theirs"): NOTHING,
    ("POST", "team-invite", "ours"): LEAD_SEES,
    ("POST", "team-invite", "theirs"): OTHER_LEAD_SEES,
    ("POST", "team-invite", "empty"): LEAD_WRONG,
    ("GET", "team-invitation-renew", "ours"): NOT_SO,
    ("POST", "team-invitation-renew", "ours"): LEAD_SEES,
    ("POST", "team-invitation-renew", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-invitation-renew", "ours in theirs"): NOTHING,
    ("POST", "team-invitation-renew", "accepted"): LEAD_NOTHING,
    ("GET", "team-invitation-withdraw", "ours"): NOT_SO,
    ("POST", "team-invitation-withdraw", "ours"): LEAD,
    ("POST", "team-invitation-withdraw", "theirs in ours"): LEAD_NOTHING,
    ("POST", "team-invitation-withdraw", "ours in theirs"): NOTHING,
    ("POST", "team-invitation-withdraw", "accepted"): LEAD_NOTHING,
    ("GET", "spend", ""): (302, 302, 200, 403, 403, 403, 200, 200),
    ("GET", "spend-csv", ""): (302, 302, 200, 403, 403, 403, 200, 200),
    **{
        ("GET", name, kind): row
        for name in ("team-spend", "team-spend-csv")
        for kind, row in (("ours", LEAD_SEES), ("theirs", OTHER_LEAD_SEES), ("none", NOTHING))
    },
    ("GET", "spend-decide", "failed"): NOT_SO,
    ("POST", "spend-decide", "failed"): LEAD_WRONG,
    ("POST", "spend-decide", "private"): (302, 302, 404, 404, 404, 403, 422, 422),
    ("POST", "spend-decide", "none"): NOTHING,
    ("GET", "magnific-callback", ""): ALL_405,
    ("POST", "magnific-callback", ""): (404,) * 8,
    ("POST", "magnific-callback", "unsigned"): (404,) * 8,
    ("GET", "theme", ""): ALL_405,
    ("POST", "theme", ""): (302,) * 8,
    ("GET", "healthz", ""): OPEN,
    ("GET", "login", ""): (200, 200, *(302,) * 6),
    ("POST", "login", ""): (200, 200, *(302,) * 6),
    ("PUT", "login", ""): (200, 200, *(302,) * 6),
    ("GET", "logout", ""): ALL_405,
    ("POST", "logout", ""): (302,) * 8,
    ("GET", "password_change", ""): MEMBERS_PAGE,
    ("POST", "password_change", ""): MEMBERS_PAGE,
    ("PUT", "password_change", ""): MEMBERS_PAGE,
    ("GET", "password_reset", ""): OPEN,
    ("POST", "password_reset", ""): OPEN,
    ("PUT", "password_reset", ""): OPEN,
    ("GET", "password_reset_done", ""): OPEN,
    ("GET", "password_reset_confirm", ""): OPEN,
    ("POST", "password_reset_confirm", ""): OPEN,
    ("PUT", "password_reset_confirm", ""): OPEN,
    ("GET", "invitation", ""): OPEN,
    ("POST", "invitation", ""): (200, 200, *(403,) * 6),
    ("GET", "invitation", "none"): (404,) * 8,
    ("POST", "invitation", "none"): (404,) * 8,
}
NAMES = sorted({name for _, name, _ in TABLE})
OTHER_METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
DJANGO_S_OWN = {"login", "logout", "password_change", "password_reset", "password_reset_done"} | {
    "password_reset_confirm"
}
"""Views of Django, some of which answer before they look at the method; `send` sees that nothing happens."""
OPEN_TO_ALL = DJANGO_S_OWN - {"password_change"} | {"theme", "healthz", "invitation", "magnific-callback"}
SECRET = "Nobody else must read of the violet lighthouse"
SEES = {"owner", "admin"}
NO_ID = 10**20
DATA = {
    "from shared": lambda world: {"from": world["shared"].pk},
    "from private": lambda world: {"from": world["private"].pk},
    "order": lambda world: {
        "prompt": "A kite",
        "nonce": "6f9b1c7e-0000-4000-8000-000000000001",
        "another": "on",
    },
    "whose": lambda world: {"whose": "team"},
    "clip shared": lambda world: LIVE | {"page": "clip", "clip": world["shared"].pk},
    "clip private": lambda world: LIVE | {"page": "clip", "clip": world["private"].pk},
    ("live", "create"): lambda world: LIVE | {"page": "create"},
    ("live", "team"): lambda world: LIVE | {"page": "team"},
    ("theme", ""): lambda world: {"theme": "dark"},
    ("team-choose", "ours"): lambda world: {"team": world["ours"].pk},
    ("team-choose", "theirs"): lambda world: {"team": world["theirs"].pk},
    ("team-choose", "none"): lambda world: {"team": NO_ID},
    "team-settings": lambda world: {"name": "Renamed", "monthly_limit": "5", "daily_limit": ""},
    "team-pause": lambda world: {"why": "wait"},
    "team-leave": lambda world: {"heir": world["heir"].pk},
    "team-member": lambda world: {"role": "lead", "monthly_limit": "1000"},
    "team-member-remove": lambda world: {"heir": world["heir"].pk},
    "team-invite": lambda world: {"email": "somebody@example.com", "role": "member"},
}
"""What is sent, by address and object, by object, or by address; nothing for the object "empty"."""
LIVE = {"since": "0", "load": "9-9", "day": "2026-01-01"}


@pytest.fixture
def world(settings, tmp_path):
    """Two teams with their people, clips in the states that matter, an invitation to each team."""
    Heartbeat.beat("kling")
    settings.MEDIA_ROOT = tmp_path
    ours, theirs = first_team(), make_team("South")
    make_user("stranger", team=theirs, role=Role.LEAD)
    make_user("inactive", is_active=False)
    for name, role in (("viewer", Role.VIEWER), ("member", Role.MEMBER), ("lead", Role.LEAD)):
        make_user(name, role=role)
    owner, boss = make_user("owner"), make_admin("admin", role=None)
    colleague = membership_of(make_user("colleague"))
    heir = membership_of(make_user("second", role=Role.LEAD))
    used, _ = make_invitation("used@example.com", invited_by=boss)
    Invitation.objects.filter(pk=used.pk).update(accepted_at="2026-01-01T00:00Z", accepted_by=owner)
    invitation, token = make_invitation(invited_by=boss)
    return {
        "ours": ours,
        "theirs": theirs,
        "shared": make_generation(owner, State.READY, files=True),
        "private": make_generation(owner, State.READY, files=True, is_private=True, prompt=SECRET),
        "queued": make_generation(owner),
        "queued private": make_generation(owner, is_private=True, prompt=SECRET),
        "failed": make_generation(owner, State.FAILED),
        "cancelled": make_generation(owner, State.CANCELLED),
        "heir": heir,
        "people": {"ours": colleague, "theirs": membership_of(User.objects.get(username="stranger"))},
        "invitations": {
            "ours": invitation,
            "theirs": make_invitation(invited_by=boss, team=theirs)[0],
            "accepted": used,
        },
        "token": token,
    }


def place(world, name, kind):
    """The arguments of an address for an object."""
    if name.startswith("clip") or name == "spend-decide":
        return {"pk": world[kind].pk if kind != "none" else "6f9b1c7e-0000-4000-8000-000000000000"}
    if name in ("team", "team-choose"):
        return {}
    if name.startswith("team"):
        return place_in_team(world, name, kind)
    others = {
        "password_reset_confirm": {"uidb64": "MQ", "token": "x-y"},
        "invitation": {"token": world["token"] if kind != "none" else "never-issued"},
        "magnific-callback": {"token": "unknown"},
    }
    return others.get(name, {})


def place_in_team(world, name, kind):
    """`theirs in ours` is the address of our team with the id of somebody, or something, of the other."""
    what, _, where = kind.partition(" in ")
    what = {"empty": "ours"}.get(what, what)
    team = {"none": NO_ID, "theirs": world["theirs"].pk}.get(where or what, world["ours"].pk)
    if name.startswith("team-member"):
        return {"pk": team, "member": world["people"][what].pk}
    if name.startswith("team-invitation"):
        return {"pk": team, "invitation": world["invitations"][what].pk}
    return {"pk": team}


def data_for(world, name, kind):
    if kind == "empty":
        return {}
    found = next((DATA[key] for key in ((name, kind), kind, name) if key in DATA), lambda world: {})
    return found(world)


def rows():
    """All that a refused request must leave as it was."""
    models = (Generation, Order, Submission, Membership, Invitation, Team, TeamEvent)
    people = list(User.objects.order_by("pk").values_list("pk", "password", "is_active", "email"))
    return [people, *(list(model.objects.order_by("pk").values()) for model in models)]


def send(world, method, name, kind, person):
    """Send one request, look at what it changed and showed, and undo it; return its status and address."""
    with transaction.atomic():
        client = Client()
        if person != "anonymous":
            client.force_login(User.objects.get(username=person))
        before, data = rows(), data_for(world, name, kind)
        address = reverse(name, kwargs=place(world, name, kind))
        if method in ("GET", "HEAD", "POST"):
            answer = getattr(client, method.lower())(address, data)
        else:
            answer = client.generic(method, address)
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if person not in SEES:
            assert SECRET.encode() not in said, (method, name, kind, person)
        to_sign_in = answer.get("Location", "").startswith("/accounts/login/?next=/")
        if answer.status_code >= 400 or to_sign_in or method not in ("POST",):
            assert rows() == before, (method, name, kind, person)
        transaction.set_rollback(True)
    if person in ("anonymous", "inactive") and name not in OPEN_TO_ALL:
        assert to_sign_in, (method, name, kind, person)
    return answer.status_code


def test_every_address_has_a_row():
    assert {pattern.name for pattern in urls.urlpatterns} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_status(world, name):
    wanted = {case: row for case, row in TABLE.items() if case[1] == name}
    assert {case: tuple(send(world, *case, person) for person in PEOPLE) for case in wanted} == wanted


@pytest.mark.parametrize("name", NAMES)
def test_a_method_without_a_row_is_refused(world, name):
    """HEAD may also be what GET is; anonymous visitors are asked to sign in first."""
    kind = next(kind for _, found, kind in TABLE if found == name)
    known = {method for method, found, _ in TABLE if found == name}
    answers = defaultdict(set)
    for method in OTHER_METHODS:
        if method not in known:
            for person in PEOPLE[2:]:
                answers[method].add(send(world, method, name, kind, person))
    as_get = {send(world, "GET", name, kind, person) for person in PEOPLE[2:]}
    assert answers.pop("HEAD", set()) in ({405}, as_get, set())
    if name not in DJANGO_S_OWN:
        assert all(found <= {403, 405} for found in answers.values()), answers


ADMIN_PAGES = (
    "admin:index",
    "admin:generations_submission_unclear",
    "admin:generations_generation_charges",
    "admin:generations_ledgerentry_add",
    *(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model in sorted(admin.site._registry, key=lambda model: model._meta.label)
    ),
)


def test_the_admin_is_for_admins(world):
    pages = [reverse(name) for name in ADMIN_PAGES]
    pages += ["/admin/generations/team/add/", "/admin/generations/membership/add/"]
    pages.append(reverse("admin:generations_user_deactivate", args=[world["shared"].owner_id]))
    for person in PEOPLE:
        client = Client()
        if person != "anonymous":
            client.force_login(User.objects.get(username=person))
        for page in pages:
            answer = client.get(page)
            if person == "admin":
                assert answer.status_code == 200, page
            else:
                assert answer["Location"].startswith("/admin/login/"), page


def test_a_member_at_the_admin_is_told_why(client):
    client.force_login(make_user())
    page = client.get("/admin/", follow=True).content.decode()
    assert "You are authenticated as mia, but are not authorized to access this page." in page


def test_an_admin_signs_in_at_the_admin(client):
    make_admin()
    response = client.post("/admin/login/?next=/admin/", {"username": "ada", "password": PASSWORD})
    assert response["Location"] == "/admin/"


def test_nothing_is_served_from_the_media_folder(client, world):
    client.force_login(make_admin())
    video, poster = world["shared"].video_name, world["shared"].poster_name
    for path in (f"/media/{video}", f"/media/{poster}", f"/{video}", f"/static/{video}"):
        assert client.get(path).status_code == 404
