"""Review as a fact about clips: handed in, approved, returned, and handed in again, all of it kept."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.access import own_generations, team_generations
from generations.access.review import reviewable_generations
from generations.lifecycle import review, review_queue
from generations.lifecycle.finding import ClipFilter
from generations.lifecycle.team import change_review
from generations.models import Generation, Review, Revision, State, Team, TeamEvent, Verdict
from tests.factories import first_team, make_admin, make_generation, make_user, membership_of

pytestmark = pytest.mark.django_db

APPROVED, RETURNED, WAITING = Verdict.APPROVED, Verdict.RETURNED, Verdict.WAITING


@pytest.fixture
def mia():
    return make_user()


@pytest.fixture
def ada():
    return make_admin()


@pytest.fixture
def clip(mia):
    clip = make_generation(mia, State.READY)
    review.hand_in(mia, [clip])
    clip.refresh_from_db()
    return clip


def said(clip):
    return list(clip.reviews.order_by("pk").values_list("verdict", "by__username", "note"))


def test_a_clip_goes_back_and_forth_and_all_of_it_is_kept(mia, ada, clip):
    review.judge(ada, clip, RETURNED, " The boat leaves the frame ", clip.review_id)
    clip.refresh_from_db()
    assert (clip.verdict, clip.review.note) == (RETURNED, "The boat leaves the frame")
    assert review.hand_in(mia, [clip], " On purpose ") == [clip]
    clip.refresh_from_db()
    newest = review.judge(ada, clip, APPROVED, "", clip.review_id)
    clip.refresh_from_db()
    assert (clip.review, clip.verdict) == (newest, APPROVED)
    assert said(clip) == [
        (WAITING, "mia", ""),
        (RETURNED, "ada", "The boat leaves the frame"),
        (WAITING, "mia", "On purpose"),
        (APPROVED, "ada", ""),
    ]
    assert [event.why for event in clip.events.order_by("pk")][-4:] == [
        "handed in for review",
        "returned: The boat leaves the frame",
        "handed in for review: On purpose",
        "approved",
    ]


def test_open_pages_hear_of_each_act(ada, clip):
    before = Revision.current()
    assert clip.revision == before
    review.judge(ada, clip, APPROVED, "", clip.review_id)
    clip.refresh_from_db()
    assert clip.revision == Revision.current() > before


def test_a_verdict_is_no_state_and_can_be_changed(ada, clip):
    first = review.judge(ada, clip, APPROVED, "", clip.review_id)
    review.judge(ada, clip, RETURNED, "Seen on the large screen: it flickers", first.pk)
    clip.refresh_from_db()
    assert (clip.state, clip.verdict) == (State.READY, RETURNED)


def test_who_returns_says_why(ada, clip):
    with pytest.raises(review.NoteMissing, match="Say what should be better"):
        review.judge(ada, clip, RETURNED, "  ", clip.review_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(generation=clip, verdict=RETURNED, by=ada)


def test_a_verdict_on_what_has_changed_is_refused_and_says_what_happened(mia, ada, clip):
    seen, bo = clip.review_id, make_user("bo")
    review.judge(bo, clip, RETURNED, "Too dark", seen)
    with pytest.raises(review.JudgedMeanwhile, match="Meanwhile bo returned this clip: “Too dark”"):
        review.judge(ada, clip, APPROVED, "", seen)
    review.hand_in(mia, [clip])
    with pytest.raises(review.JudgedMeanwhile, match="Meanwhile mia handed in this clip"):
        review.judge(ada, clip, APPROVED, "", seen)
    assert len(said(clip)) == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trashed_at": timezone.now()}, "moved to the trash"),
        ({"is_private": True}, "keeps this clip private"),
    ],
)
def test_what_left_the_reviewers_sight_is_not_judged(ada, clip, changes, words):
    Generation.objects.filter(pk=clip.pk).update(**changes)
    with pytest.raises(review.NotInReview, match=words):
        review.judge(ada, clip, APPROVED, "", clip.review_id)


def test_what_was_never_handed_in_is_not_judged(mia, ada):
    clip = make_generation(mia, State.READY)
    with pytest.raises(review.NotInReview, match="Nobody has handed this clip in"):
        review.judge(ada, clip, APPROVED, "", None)


def test_only_ready_shared_clips_are_handed_in_and_once(mia, ada, clip):
    approved = make_generation(mia, State.READY)
    review.hand_in(mia, [approved])
    approved.refresh_from_db()
    review.judge(ada, approved, APPROVED, "", approved.review_id)
    approved.refresh_from_db()
    left = {
        clip: "waiting for review already",
        approved: "approved already",
        make_generation(mia, State.RENDERING): "not ready",
        make_generation(mia, State.READY, trashed_at=timezone.now()): "in the trash",
        make_generation(mia, State.READY, is_private=True): "private: share with the team first",
    }
    fine = make_generation(mia, State.READY)
    assert review.hand_in(mia, [*left, fine]) == [fine]
    assert {one: review.why_not(one) for one in left} == left
    assert review.why_not(fine) == ""


def test_many_are_handed_in_with_as_many_queries_as_one(mia):
    counts = []
    for number in (1, 20):
        clips = [make_generation(mia, State.READY) for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert len(review.hand_in(mia, clips)) == number
        counts.append(len(captured))
    assert counts[0] == counts[1]


def plan_of(found):
    """How the database reads it; with few rows PostgreSQL would rather read them all, and sort them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("seqscan", "sort", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    return found.explain()


@pytest.mark.parametrize(
    ("whose", "index"),
    [
        (lambda member: ClipFilter(verdict="returned").find(own_generations(member), member.user), "mine"),
        (lambda member: ClipFilter(verdict="returned").find(team_generations(member), member.user), "team"),
    ],
    ids=["mine", "team"],
)
def test_the_gallery_finds_a_verdict_by_an_index_in_its_order(mia, clip, whose, index):
    plan = plan_of(whose(membership_of(mia))[:25])
    assert f"gallery_{index}_verdict" in plan
    assert "TEMP B-TREE" not in plan


def test_the_lists_of_one_person_walk_an_index_in_their_order(ada, mia, clip):
    reviews = plan_of(reviewable_generations(ada).filter(owner=mia).order_by("-review_id")[:50])
    assert "generation_owner_in_review" in reviews
    clips = plan_of(Generation.objects.filter(owner=mia).order_by("-created_at", "-number")[:50])
    assert "generation_owner_newest" in clips
    for plan in (reviews, clips):
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


def test_the_queue_and_the_list_of_reviews_walk_an_index(ada, clip):
    queue = plan_of(review_queue.waiting(reviewable_generations(ada))[:20])
    listed = plan_of(reviewable_generations(ada).order_by("-review_id")[:50])
    # While nearly all of them wait, PostgreSQL may as well walk the index of the list.
    assert "generation_review_queue" in queue or "generation_in_review" in queue
    assert "generation_in_review" in listed
    assert "TEMP B-TREE" not in queue + listed


def test_the_database_refuses_to_change_or_remove_a_review(clip):
    for change in (
        lambda: Review.objects.update(note="Never said"),
        lambda: Review.objects.filter(generation=clip)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="A review is never changed"), transaction.atomic():
            change()


def test_the_team_may_have_every_clip_handed_in(mia):
    assert change_review(first_team(), hands_in_all=True, reviewed_inside=False, actor=mia)
    assert not change_review(first_team(), hands_in_all=True, reviewed_inside=False, actor=mia)
    assert TeamEvent.objects.latest("pk").what == "let clips be handed in for review by themselves"
    shared, private = (
        make_generation(mia, State.READY, is_private=is_private) for is_private in (False, True)
    )
    for one in (shared, private):
        review.hand_in_saved(Generation.objects.to_book(one.pk))
    assert said(shared) == [(WAITING, None, "")]
    assert said(private) == []
    assert shared.reviews.get().who == "the team’s setting"


def test_a_fault_of_review_keeps_no_clip_from_being_ready(mia, monkeypatch, caplog):
    """Only a patch makes review fail just there."""

    def broken(*args):
        raise ValueError("out of order")

    Team.objects.update(hands_in_all=True)
    clip = make_generation(mia, State.SAVING)
    monkeypatch.setattr(review, "hand_in", broken)
    with transaction.atomic():
        review.hand_in_saved(Generation.objects.to_book(clip.pk))
        assert Generation.objects.filter(pk=clip.pk).exists()
    assert "could not be handed in for review" in caplog.text
