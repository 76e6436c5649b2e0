"""What Django admin lets whom do, and who may watch what in review."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import Http404
from django.test import Client
from django.urls import reverse

from generations.access.comments import people_who_see
from generations.access.review import watchable_generation
from generations.lifecycle import review
from generations.models import Generation, Membership, State, Team, Trial, User
from tests.access.table import FILES, PEOPLE
from tests.factories import PASSWORD, make_admin, make_generation, make_user

pytestmark = pytest.mark.django_db

REVIEWER_PAGES = (
    "admin:index",
    "admin:generations_clipinreview_changelist",
    "admin:generations_clipinreview_queue",
)
ADMIN_PAGES = (
    *REVIEWER_PAGES,
    "admin:index",
    "set-up",
    "admin:generations_submission_unclear",
    "admin:generations_generation_charges",
    "admin:generations_ledgerentry_add",
    *(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        for model in sorted(admin.site._registry, key=lambda model: model._meta.label)
    ),
)
PAGES_OF_A_USER = ("admin:generations_user_deactivate", "admin:generations_user_history")


def test_the_admin_is_for_admins(world):
    pages = [reverse(name) for name in ADMIN_PAGES]
    pages += ["/admin/generations/team/add/", "/admin/generations/membership/add/"]
    pages += [reverse(name, args=[world["shared"].owner_id]) for name in PAGES_OF_A_USER]
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


def test_the_admin_lets_a_reviewer_review_and_nothing_else(client, world):
    reviewer = make_user("reviewer", role=None, is_staff=True)
    reviewer.groups.add(Group.objects.get(name="Reviewers"))
    client.force_login(reviewer)
    pages = {reverse(name) for name in ADMIN_PAGES} | {"/admin/generations/team/add/", "/admin/auth/group/"}
    pages |= {reverse(name, args=[world["shared"].owner_id]) for name in PAGES_OF_A_USER}
    pages |= {reverse("admin:generations_generation_change", args=[world["shared"].pk])}
    open_pages = {page for page in pages if client.get(page).status_code == 200}
    assert open_pages == {reverse(name) for name in REVIEWER_PAGES}
    for name in ("clip", *FILES):
        for kind in ("shared", "private"):
            assert client.get(reverse(name, args=[world[kind].pk])).status_code == 404, (name, kind)


def test_who_is_told_of_a_clip_is_who_may_watch_it(world):
    """The same question asked from both ends: who sees this clip, and may this person watch it."""
    judge, inside = (make_user(name, role=None, is_staff=True) for name in ("judge", "inside"))
    for user in (judge, inside):
        user.groups.add(Group.objects.get(name="Reviewers"))
    make_user("leaver", role=None, is_staff=True)
    Membership.objects.create(user=inside, team=world["theirs"])
    owner, stranger = world["shared"].owner, User.objects.get(username="stranger")
    clips = [world[kind] for kind in ("shared", "private", "trashed", "queued private")]
    for inside_only in (False, True):
        Team.objects.update(reviewed_inside=inside_only)
        for by, team in ((owner, None), (stranger, world["theirs"])):
            clip = make_generation(by, State.READY, team=team)
            review.hand_in(by, [clip])
            clips.append(Generation.objects.select_related("team").get(pk=clip.pk))
        for clip in clips:
            clip.team.refresh_from_db()
            told = set(people_who_see(clip).values_list("username", flat=True))
            assert told == {user.username for user in User.objects.all() if may_watch(user, clip)}, told


def may_watch(user, clip):
    try:
        return watchable_generation(user, clip.pk) == clip
    except Http404:
        return False


def test_only_an_admin_tests_the_set_up(client, world):
    reviewer = make_user("reviewer", role=None, is_staff=True)
    reviewer.groups.add(Group.objects.get(name="Reviewers"))
    answers = {}
    for person in ("member", "reviewer", "admin"):
        client.force_login(User.objects.get(username=person))
        answers[person] = (
            client.post(reverse("set-up"), {"part": "storage"}).status_code,
            Trial.objects.count(),
        )
    assert answers == {"member": (302, 0), "reviewer": (403, 0), "admin": (302, 1)}


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
