"""Comments over HTTP: with scripts and without, on the clip page and in the admin's review."""

import pytest
from django.contrib.auth.models import Group

from generations.lifecycle import comments, review, share, trash
from generations.models import Comment, Notice, NoticeKind, Role, State
from generations.moment import read_moment
from tests.factories import make_generation, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIVE = {"load": "0-0", "day": "2026-01-01", "page": "clip", "player": "yes"}


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


def make_reviewer():
    user = make_user("rita", is_staff=True, role=None)
    user.groups.add(Group.objects.get(name="Reviewers"))
    return user


def page_of(client, clip):
    return client.get(clip.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0:03.12", 3120),
        ("3.125", 3125),
        ("3", 3000),
        ("1:02,5", 62500),
        (" 0:00.042 ", 42),
        ("12:00", 720000),
    ],
)
def test_a_moment_is_read_as_people_write_it(text, ms):
    assert read_moment(text) == ms


@pytest.mark.parametrize("text", ["", "soon", "-1", "1:2:3", "0:03.1234", "٣", "1e3", "0x3"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match="no moment"):
        read_moment(text)


def test_a_comment_without_scripts_leads_to_itself(client, clip):
    answer = client.post(f"/gallery/{clip.pk}/comments", {"text": " A jump ", "moment": "0:03.12"})
    written = Comment.objects.get()
    assert answer["Location"] == f"/gallery/{clip.pk}/#comment-{written.pk}"
    assert (written.text, written.moment_ms) == ("A jump", 3120)
    page = page_of(client, clip)
    assert f'id="comment-{written.pk}"' in page
    assert 'data-ms="3120"' in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": "  "}, "Write what you want to say."),
        ({"text": "😀" * 2001}, "A comment has 2,000 characters at most; this has 1 more."),
        ({"text": "A jump", "moment": "soon"}, "Write a time such as 0:03.12"),
        ({"text": "A jump", "moment": "0:05.01"}, "This clip is 5.00 s long."),
        ({"text": "A\x00jump"}, "contains a NUL character"),
    ],
)
def test_what_cannot_be_written_is_said_at_its_field_and_kept(client, clip, data, said):
    plain = client.post(f"/gallery/{clip.pk}/comments", data)
    assert plain.status_code == 422
    assert said in plain.content.decode()
    assert data["text"].strip().replace("\x00", "") in plain.content.decode().replace("\x00", "")
    fragment = client.post(f"/gallery/{clip.pk}/comments", data, headers=HTMX)
    assert (fragment.status_code, fragment["HX-Reswap"]) == (422, "none")
    assert said in fragment.content.decode()
    assert not Comment.objects.exists()


def test_two_thousand_code_points_fit(client, clip):
    client.post(f"/gallery/{clip.pk}/comments", {"text": "😀" * 1998 + "\r\n😀"})
    assert len(Comment.objects.get().text) == 2000


def test_text_is_text(client, clip, bo):
    comments.comment(clip, "<script>alert(1)</script>\n@bo & co", actor=bo)
    page = page_of(client, clip)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n" in page
    assert '<b class="mention" dir="ltr">@bo</b> &amp; co' in page


def test_threads_stand_in_the_order_of_the_clip_and_settled_ones_apart(client, clip, mia, bo):
    late = comments.comment(clip, "Late", actor=bo, moment_ms=4000)
    early = comments.comment(clip, "Early", actor=bo, moment_ms=1000)
    whole = comments.comment(clip, "All of it", actor=bo)
    done = comments.comment(clip, "Done", actor=bo, moment_ms=500)
    comments.resolve(done, actor=mia)
    gone = comments.comment(clip, "Gone", actor=bo, moment_ms=600)
    comments.take_back(gone, actor=bo)
    page = page_of(client, clip)
    places = [page.index(f'id="{one.place}"') for one in (whole, early, late, done, gone)]
    assert places == sorted(places)
    assert places[2] < page.index("2 settled") < places[3]
    assert "Resolved by mia" in page
    assert "Taken back by bo" in page
    assert "Gone" not in page


def test_a_fragment_is_answered_with_all_threads(client, clip, mia, bo):
    thread = comments.comment(clip, "A jump", actor=bo)
    url = f"/gallery/{clip.pk}/comments"
    said = client.post(url, {"text": "I see it", "thread": thread.pk}, headers=HTMX).content.decode()
    assert said.index("A jump") < said.index("I see it")
    resolved = client.post(f"{url}/{thread.pk}/resolve", {"resolved": "yes"}, headers=HTMX)
    assert "Resolved by mia" in resolved.content.decode()
    own = Comment.objects.get(by=mia)
    taken = client.post(f"{url}/{own.pk}/take-back", headers=HTMX).content.decode()
    assert "I see it" not in taken
    assert "Taken back by mia" in taken


def test_a_viewer_comments_and_resolves_what_they_began(client, clip, bo):
    viewer = make_user("vera", role=Role.VIEWER)
    client.force_login(viewer)
    others = comments.comment(clip, "A jump", actor=bo)
    client.post(f"/gallery/{clip.pk}/comments", {"text": "Too dark"})
    own = Comment.objects.get(by=viewer)
    assert (
        client.post(f"/gallery/{clip.pk}/comments/{own.pk}/resolve", {"resolved": "yes"}).status_code == 302
    )
    assert (
        client.post(f"/gallery/{clip.pk}/comments/{others.pk}/resolve", {"resolved": "yes"}).status_code
        == 403
    )
    assert page_of(client, clip).count(">Resolve</button>") == 0


def test_an_open_page_gets_what_a_colleague_writes_with_its_next_question(client, clip, mia, bo):
    since = client.get(clip.get_absolute_url()).context["poll"].since
    asked = LIVE | {"since": since, "clip": str(clip.pk)}
    assert client.get("/live/", asked).status_code == 204
    comments.comment(clip, "@mia a jump", actor=bo)
    answer = client.get("/live/", asked).content.decode()
    assert f'id="threads-{clip.pk}"' in answer
    assert '<span class="bell-count" aria-hidden="true">1</span>' in answer
    assert f'id="comments-{clip.pk}"' not in answer


def test_what_is_in_the_trash_is_read_only(client, clip, mia, bo):
    comments.comment(clip, "A jump", actor=bo)
    trash.trash([clip], actor=mia)
    page = page_of(client, clip)
    assert "A jump" in page
    assert "data-comment-form" not in page


def test_a_reviewer_talks_in_the_admin_about_what_was_handed_in_and_of_nothing_else(client, clip, mia):
    rita = make_reviewer()
    review.hand_in(mia, [clip])
    comments.comment(clip, "Is the end too long? @rita", actor=mia, moment_ms=1000)
    client.force_login(rita)
    queue = "/admin/generations/clipinreview/queue/"
    page = client.get(queue).content.decode()
    assert "Is the end too long?" in page
    assert f'name="next" value="{queue}"' in page
    url = f"/gallery/{clip.pk}/comments"
    answer = client.post(url, {"text": "No. @mia", "thread": Comment.objects.get().pk, "next": queue})
    assert answer["Location"] == f"{queue}#comment-{Comment.objects.get(by=rita).pk}"
    assert [notice.kind for notice in Notice.objects.filter(user=mia)] == [NoticeKind.MENTION]
    found = client.get(f"/gallery/{clip.pk}/people", {"q": "m"}).content.decode()
    assert 'data-name="mia"' in found
    other = make_generation(mia, State.READY)
    assert client.post(f"/gallery/{other.pk}/comments", {"text": "Hm"}).status_code == 404
    notice = Notice.objects.get(user=rita, kind=NoticeKind.MENTION)
    place = f"/admin/generations/clipinreview/{clip.pk}/change/#comment-{notice.comment_id}"
    assert client.get(f"/notices/{notice.pk}/")["Location"] == place
    share.keep_private(clip, actor=mia)
    assert client.post(url, {"text": "Hm"}).status_code == 404
    assert client.get(f"/notices/{notice.pk}/").status_code == 404


def test_nobody_is_led_to_another_site(client, clip):
    data = {"text": "A jump", "next": "https://evil.example/"}
    assert client.post(f"/gallery/{clip.pk}/comments", data)["Location"].startswith(f"/gallery/{clip.pk}/#")


def test_a_page_costs_the_same_however_much_is_said(
    client, clip, mia, bo, django_assert_num_queries, django_assert_max_num_queries
):
    thread = comments.comment(clip, "@mia a jump", actor=bo)
    comments.comment(clip, "@bo yes", actor=mia, thread=thread)
    client.get(clip.get_absolute_url())
    with django_assert_max_num_queries(28) as asked:
        page_of(client, clip)
    few = len(asked)
    for number in range(20):
        one = comments.comment(clip, f"@mia {number}", actor=bo, moment_ms=number)
        comments.resolve(one, actor=mia)
        comments.comment(clip, f"@bo {number}", actor=mia, thread=thread)
    client.get(clip.get_absolute_url())  # What one is told of is seen by that.
    with django_assert_num_queries(few):
        page_of(client, clip)
