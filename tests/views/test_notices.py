"""What one is told: the bell on each page, the list, what opening a notice does, and how one wants to be told."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import comments, notices, review, share
from generations.models import Notice, NoticeChoice, NoticeKind, State, Told, Verdict
from tests.factories import make_admin, make_generation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user("mia")
    client.force_login(user)
    return user


@pytest.fixture
def bo():
    return make_user("bo")


@pytest.fixture
def clip(mia):
    return make_generation(mia, State.READY)


def told(client, path="/notices/"):
    return client.get(path).context["notices"]


def make_notices(clip, by, count):
    Notice.objects.bulk_create(
        Notice(user=clip.owner, kind=NoticeKind.COMMENT, generation=clip, by=by) for _ in range(count)
    )


def bell(client, path="/notices/"):
    page = client.get(path).content.decode()
    return page.partition('id="bell"')[2].partition("</a>")[0]


def test_the_bell_counts_to_nine(client, clip, bo):
    assert 'aria-label="Notices"' in bell(client)
    comments.comment(clip, "A jump", actor=bo)
    assert 'aria-label="Notices, 1 new"' in bell(client, "/keys")
    make_notices(clip, bo, 20)
    assert 'aria-label="Notices, 9+ new"' in bell(client, "/gallery/")


def test_a_notice_says_what_happened_and_leads_there(client, clip, bo):
    written = comments.comment(clip, "A <jump>", actor=bo, moment_ms=3125)
    page = client.get("/notices/").content.decode()
    assert "bo commented on your clip at 0:03.13" in page
    assert "A &lt;jump&gt;" in page
    notice = Notice.objects.get()
    answer = client.get(f"/notices/{notice.pk}/")
    assert answer["Location"] == f"/gallery/{clip.pk}/#comment-{written.pk}"
    assert notices.unseen(clip.owner) == 0


def test_what_was_handed_in_leads_to_the_queue_and_a_verdict_to_the_clip(client, clip, mia):
    ada = make_admin()
    review.hand_in(mia, [clip])
    review.judge(ada, clip, Verdict.RETURNED, "Too dark", review.earlier(clip)[0].pk)
    verdict, waits = Notice.objects.get(user=mia), Notice.objects.get(user=ada)
    assert client.get(f"/notices/{verdict.pk}/")["Location"] == f"/gallery/{clip.pk}/"
    client.force_login(ada)
    assert "1 clip was handed in for review" in client.get("/notices/").content.decode()
    assert client.get(f"/notices/{waits.pk}/")["Location"] == "/admin/generations/clipinreview/queue/"


def test_who_opens_a_clip_has_seen_what_they_were_told_of_it(client, clip, mia, bo):
    other = make_generation(mia, State.READY)
    for one in (clip, other):
        comments.comment(one, "A jump", actor=bo)
    client.head(clip.get_absolute_url())
    assert notices.unseen(mia) == 2
    assert 'aria-label="Notices, 1 new"' in bell(client, clip.get_absolute_url())
    assert Notice.objects.get(seen_at=None).generation == other
    share.keep_private(clip, actor=mia)
    make_notices(clip, bo, 1)
    Notice.objects.filter(seen_at=None).update(user=bo)
    client.force_login(bo)
    assert client.get(clip.get_absolute_url()).status_code == 404
    assert Notice.objects.filter(seen_at=None).count() == 2


def test_a_reviewer_who_opens_the_queue_or_a_clip_has_seen_what_was_told_of_it(client, clip, mia, bo):
    ada = make_admin()
    review.hand_in(mia, [clip])
    comments.comment(clip, "@ada look", actor=bo)
    client.force_login(ada)
    client.get(f"/admin/generations/clipinreview/{clip.pk}/change/")
    assert list(Notice.objects.filter(user=ada, seen_at=None)) == [
        Notice.objects.get(kind=NoticeKind.HANDED_IN)
    ]
    comments.comment(clip, "@ada again", actor=bo)
    assert "Notices</a>" in client.get("/admin/generations/clipinreview/queue/").content.decode()
    assert notices.unseen(ada) == 0


def test_what_is_unseen_further_down_can_be_marked_too(client, clip, bo):
    make_notices(clip, bo, 31)
    Notice.objects.exclude(pk=Notice.objects.earliest("at", "pk").pk).update(seen_at=timezone.now())
    assert "Mark all as seen" in client.get("/notices/").content.decode()


def test_all_that_the_page_has_shown_is_marked_as_seen(client, clip, mia, bo):
    make_notices(clip, bo, 3)
    newest = told(client)[0]
    make_notices(clip, bo, 1)
    client.post("/notices/seen", {"newest": newest.pk})
    assert notices.unseen(mia) == 1
    for wrong in ("", "x", "9" * 30, Notice.objects.latest("pk").pk + 1):
        client.post("/notices/seen", {"newest": wrong})
    assert notices.unseen(mia) == 1


def test_one_goes_on_where_the_page_ended(client, clip, bo):
    make_notices(clip, bo, 70)
    Notice.objects.update(at=timezone.now())
    seen, path = [], "/notices/"
    while path:
        answer = client.get(path)
        seen += [notice.pk for notice in answer.context["notices"]]
        older = answer.context["older"].replace("+", "%2B")
        path = f"/notices/?before={older}" if older else ""
    assert seen == sorted(Notice.objects.values_list("pk", flat=True), reverse=True)
    for wrong in ("x", "2026-01-01_1", f"2026-01-01T00:00+00:00_{10**30}", "_"):
        assert client.get("/notices/", {"before": wrong}).status_code == 404


def test_what_one_sees_no_more_is_not_told(client, mia, bo):
    theirs = make_generation(bo, State.READY)
    comments.comment(theirs, "@mia a secret", actor=bo)
    notice = Notice.objects.get(user=mia)
    assert told(client) == [notice]
    share.keep_private(theirs, actor=bo)
    assert told(client) == []
    assert 'aria-label="Notices"' in bell(client)
    assert client.get(f"/notices/{notice.pk}/").status_code == 404


def test_one_chooses_how_to_be_told(client, clip, mia, bo):
    page = client.get("/accounts/notices/").content.decode()
    assert "Clips are handed in" not in page
    chosen = dict.fromkeys(["mention", "reply", "verdict"], "mail") | {"comment": "off"}
    assert client.post("/accounts/notices/", chosen)["Location"] == "/notices/"
    assert client.post("/accounts/notices/", chosen | {"comment": "loudly"}).status_code == 422
    comments.comment(clip, "A jump", actor=bo)
    assert not Notice.objects.exists()
    assert NoticeChoice.objects.count() == 4
    assert notices.choices_of(mia)[NoticeKind.COMMENT] == Told.OFF


def test_a_reviewer_chooses_for_what_is_handed_in_too(client):
    rita = make_user("rita", is_staff=True, role=None)
    rita.groups.add(Group.objects.get(name="Reviewers"))
    client.force_login(rita)
    assert "Clips are handed in" in client.get("/accounts/notices/").content.decode()


def test_without_a_mail_server_the_page_says_so(client, mia, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "has no mail server" in client.get("/accounts/notices/").content.decode()


def test_the_list_costs_the_same_for_many(client, clip, bo, django_assert_num_queries):
    make_notices(clip, bo, 1)
    client.get("/notices/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/notices/")
    assert len(few) <= 8
    make_notices(clip, bo, 25)
    with django_assert_num_queries(len(few)):
        client.get("/notices/")
