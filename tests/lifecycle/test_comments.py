"""Comments: what is written, who is told of it, and what stays of what was taken back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from generations.lifecycle import comments, notices, review, share, trash
from generations.lifecycle.comments import CommentRefusal, NoSuchMoment
from generations.lifecycle.mentions import called_otherwise
from generations.models import Comment, Membership, Notice, NoticeKind, Role, State, Told, Verdict
from tests.factories import make_admin, make_generation, make_stranger, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_user("mia")


@pytest.fixture
def bo():
    return make_user("bo")


@pytest.fixture
def clip(mia):
    return make_generation(mia, State.READY)


def told():
    """(who, of what) for all notices, oldest first."""
    return list(Notice.objects.order_by("pk").values_list("user__username", "kind"))


def make_reviewer(username="rita", **fields):
    user = make_user(username, is_staff=True, **{"role": None, **fields})
    user.groups.add(Group.objects.get(name="Reviewers"))
    return user


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("@bo, look. @Bo...", "@former 3, look. @former 3..."),
        ("@bo.ek is not @boris, nor is mail@bo", "@bo.ek is not @boris, nor is mail@bo"),
    ],
)
def test_only_who_is_meant_is_called_otherwise(text, after):
    assert called_otherwise(text, "bo", "former 3") == after


def why(clip):
    return list(clip.events.order_by("pk").values_list("why", "actor__username"))


def test_a_comment_moves_open_pages_and_stands_at_its_moment(clip, bo):
    before = clip.revision
    written = comments.comment(clip, "A jump", actor=bo, moment_ms=3125)
    clip.refresh_from_db()
    assert (written.moment, clip.revision > before) == ("0:03.13", True)
    assert comments.comment(clip, "All of it", actor=bo).moment == ""


def test_a_second_press_writes_nothing_twice(clip, bo):
    first = comments.comment(clip, "A jump", actor=bo, moment_ms=40)
    assert comments.comment(clip, "A jump", actor=bo, moment_ms=40) == first
    Comment.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert comments.comment(clip, "A jump", actor=bo, moment_ms=40) != first


def test_what_cannot_be_commented_says_why(clip, mia, bo):
    with pytest.raises(NoSuchMoment, match=r"5\.00 s long"):
        comments.comment(clip, "Late", actor=bo, moment_ms=5001)
    with pytest.raises(CommentRefusal, match="once the clip is here"):
        comments.comment(make_generation(mia), "Early", actor=bo)
    trash.trash([clip], actor=mia)
    with pytest.raises(CommentRefusal, match="in the trash"):
        comments.comment(clip, "Gone", actor=bo)
    assert not Comment.objects.exists()


def test_answers_are_one_level_deep_and_of_the_same_clip(clip, mia, bo):
    thread = comments.comment(clip, "A jump", actor=bo)
    answer = comments.comment(clip, "I see it", actor=mia, thread=thread)
    for other, where in ((answer, clip), (thread, make_generation(mia, State.READY))):
        with pytest.raises(CommentRefusal, match="no thread of this clip"):
            comments.comment(where, "And I", actor=bo, thread=other)


def test_a_thread_is_resolved_and_opened_by_somebody_at_some_time(clip, mia, bo):
    thread = comments.comment(clip, "A jump", actor=bo, moment_ms=1000)
    assert comments.resolve(thread, actor=mia)
    assert not comments.resolve(thread, actor=bo)
    thread.refresh_from_db()
    assert (thread.resolved_by, thread.resolved_at is None) == (mia, False)
    assert comments.reopen(thread, actor=bo)
    assert comments.resolve(thread, actor=bo)
    comments.comment(clip, "Still there", actor=mia, thread=thread)
    thread.refresh_from_db()
    assert (thread.resolved_by, thread.resolved_at) == (None, None)
    assert why(clip)[-3:] == [
        ("resolved a comment at 0:01.00", "mia"),
        ("opened a comment at 0:01.00 again", "bo"),
        ("resolved a comment at 0:01.00", "bo"),
    ]


def test_what_is_taken_back_loses_its_text_and_nothing_else(clip, bo):
    written = comments.comment(clip, "Not meant so", actor=bo)
    assert told() == [("mia", NoticeKind.COMMENT)]
    assert comments.take_back(written, actor=bo)
    assert not comments.take_back(written, actor=bo)
    written.refresh_from_db()
    assert (written.text, written.by, written.is_taken_back) == ("", bo, True)
    assert told() == []
    assert why(clip)[-1] == ("took back a comment", "bo")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@mia look", ["mia"]),
        ("Ask @Mia, or (@bo).", ["mia", "bo"]),
        ("@mia @mia @MIA", ["mia"]),
        ("mail me at bo@mia.example, @nobody", []),
        ("@miau", []),
        ("@d.arc. and @d.arc", ["d.arc"]),
    ],
)
def test_names_mean_people_who_see_the_clip(clip, mia, bo, text, names):
    make_user("d.arc")
    ada = make_admin()
    comments.comment(clip, text, actor=ada)
    called = Notice.objects.filter(kind=NoticeKind.MENTION).order_by("pk")
    assert sorted(called.values_list("user__username", flat=True)) == sorted(names)


def test_each_is_told_once_of_what_is_closest(clip, mia, bo):
    ada = make_admin()
    thread = comments.comment(clip, "@bo a jump", actor=ada)
    assert told() == [("bo", NoticeKind.MENTION), ("mia", NoticeKind.COMMENT)]
    Notice.objects.all().delete()
    comments.comment(clip, "@mia yes", actor=bo, thread=thread)
    assert told() == [("mia", NoticeKind.MENTION), ("ada", NoticeKind.REPLY)]
    Notice.objects.all().delete()
    notices.choose(mia, {NoticeKind.MENTION: Told.OFF})
    comments.comment(clip, "@mia and you?", actor=bo, thread=thread)
    assert told() == [("ada", NoticeKind.REPLY), ("mia", NoticeKind.COMMENT)]


def test_a_private_clip_is_told_of_to_who_sees_it(clip, mia, bo):
    rita, otto = make_reviewer(), make_stranger()
    review.hand_in(mia, [clip])
    Notice.objects.all().delete()
    comments.comment(clip, "@bo @rita @otto all of you", actor=mia)
    assert sorted(told()) == [("bo", NoticeKind.MENTION), ("rita", NoticeKind.MENTION)]
    assert notices.unseen(rita) == 1
    share.keep_private(clip, actor=mia)
    assert (notices.unseen(bo), notices.unseen(rita), notices.unseen(otto)) == (0, 0, 0)
    Notice.objects.all().delete()
    clip.refresh_from_db()
    comments.comment(clip, "@bo @rita once more", actor=mia)
    assert told() == []


def test_who_has_left_is_told_nothing(clip, mia, bo):
    comments.comment(clip, "A jump", actor=bo)
    assert notices.unseen(mia) == 1
    Membership.objects.filter(user=mia).delete()
    assert notices.unseen(mia) == 0
    Notice.objects.all().delete()
    comments.comment(clip, "@mia another", actor=bo)
    assert told() == []


def test_the_owner_learns_of_a_verdict_and_reviewers_of_what_waits(clip, mia):
    rita, ada = make_reviewer(), make_admin()
    lead = make_reviewer("lea", role=Role.LEAD)
    second = make_generation(mia, State.READY)
    review.hand_in(lead, [clip, second])
    waits = Notice.objects.filter(kind=NoticeKind.HANDED_IN)
    assert {notice.user: notice.count for notice in waits} == {rita: 2, ada: 2}
    review.hand_in(mia, [make_generation(mia, State.READY)])
    assert {notice.user: notice.count for notice in waits.all()} == {rita: 3, ada: 3, lead: 1}
    assert waits.get(user=rita).sentence == "3 clips were handed in for review"
    notices.see(waits.get(user=rita))
    review.hand_in(mia, [make_generation(mia, State.READY)])
    assert [notice.count for notice in waits.filter(user=rita, seen_at=None)] == [1]
    clip.refresh_from_db()
    review.judge(rita, clip, Verdict.RETURNED, "Too dark", clip.review_id)
    (notice,) = Notice.objects.filter(kind=NoticeKind.VERDICT)
    assert (notice.user, notice.sentence, notice.text) == (mia, "rita returned your clip", "Too dark")
    review.judge(lead, second, Verdict.APPROVED, "", review.earlier(second)[0].pk)
    assert Notice.objects.filter(kind=NoticeKind.VERDICT, user=mia).count() == 2


def test_nobody_is_told_of_their_own_verdict(mia):
    lead = make_reviewer("lea", role=Role.LEAD)
    own = make_generation(lead, State.READY)
    review.hand_in(lead, [own])
    review.judge(lead, own, Verdict.APPROVED, "", review.earlier(own)[0].pk)
    assert told() == []


def test_only_inside_reviewers_learn_of_a_team_that_keeps_to_them(clip, mia):
    make_reviewer()
    make_reviewer("lea", role=Role.LEAD)
    clip.team.reviewed_inside = True
    clip.team.save()
    review.hand_in(mia, [clip])
    assert told() == [("lea", NoticeKind.HANDED_IN)]


def test_seeing_all_leaves_what_came_after_the_page(clip, mia, bo):
    comments.comment(clip, "One", actor=bo)
    shown = Notice.objects.get()
    comments.comment(clip, "Two", actor=bo)
    assert notices.see_all(mia, shown) == 1
    assert notices.unseen(mia) == 1


def test_old_notices_go(clip, mia, bo):
    comments.comment(clip, "One", actor=bo)
    comments.comment(clip, "Two", actor=bo)
    old = Notice.objects.earliest("pk")
    Notice.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=91))
    notices.tidy()
    assert not Notice.objects.filter(pk=old.pk).exists()
    assert Notice.objects.count() == 1


def test_telling_costs_the_same_for_many_as_for_few(
    clip, bo, django_assert_max_num_queries, django_assert_num_queries
):
    people = [make_user(f"p{number}") for number in range(12)]
    with django_assert_max_num_queries(20) as few:
        comments.comment(clip, f"@{people[0]} here", actor=bo)
    with django_assert_num_queries(len(few)):
        comments.comment(clip, " ".join(f"@{one}" for one in people), actor=bo)
