"""Review in the admin: who gets in, the queue as plain forms, claims, the list and its verdicts on several."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.lifecycle import comments, review, review_queue
from generations.models import Generation, Role, State, Verdict
from tests.factories import first_team, make_admin, make_generation, make_order, make_team, make_user
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db

LIST = "/admin/generations/clipinreview/"
QUEUE = f"{LIST}queue/"


def make_reviewer(username="rae", **fields):
    """Somebody of no team who may judge clips and nothing else."""
    fields.setdefault("role", None)
    user = make_user(username, is_staff=True, **fields)
    user.groups.add(Group.objects.get(name="Reviewers"))
    return user


@pytest.fixture
def rae(client):
    user = make_reviewer()
    client.force_login(user)
    return user


@pytest.fixture
def mia():
    return make_user()


def handed_in(mia, count=1, **fields):
    clips = [make_generation(mia, State.READY, prompt=f"A boat {n}", **fields) for n in range(count)]
    review.hand_in(mia, clips)
    for clip in clips:
        clip.refresh_from_db()
    return clips


def on_page(response):
    """The clip that a page, or a fragment, shows; None where nothing waits."""
    found = elements(response, "article")
    return found[0]["data-clip"] if found else None


def judge(client, clip, verdict, note="", **data):
    data = {"verdict": verdict, "note": note, "seen": clip.review_id, "queue": "yes"} | data
    return client.post(f"{LIST}{clip.pk}/change/", data)


def test_the_group_has_exactly_what_the_work_needs():
    (group,) = Group.objects.filter(name="Reviewers")
    codes = sorted(group.permissions.values_list("codename", flat=True))
    assert codes == ["judge_clipinreview", "view_clipinreview"]


def test_clips_are_judged_as_plain_forms_oldest_first(client, rae, mia):
    clips = handed_in(mia, 3)
    page = client.get(QUEUE)
    assert on_page(page) == str(clips[0].pk)
    assert "mia · Studio · 16:9 · 5 s" in text_of(page)
    page = client.get(judge(client, clips[0], "approved")["Location"])
    assert "Approved A boat 0 ." in text_of(page)
    assert on_page(page) == str(clips[1].pk)
    wrong = judge(client, clips[1], "returned", "  ")
    assert wrong.status_code == 422
    assert "Say what should be better" in text_of(wrong)
    assert on_page(client.get(judge(client, clips[1], "returned", "Too dark")["Location"])) == str(
        clips[2].pk
    )
    page = client.get(judge(client, clips[2], "skip")["Location"])
    assert on_page(page) is None
    assert "Look again, with the 1 that you skipped" in text_of(page)
    assert on_page(client.post(QUEUE, follow=True)) == str(clips[2].pk)
    verdicts = Generation.objects.order_by("number").values_list("verdict", flat=True)
    assert list(verdicts) == ["approved", "returned", "waiting"]


def test_two_reviewers_never_have_the_same_clip(client, rae, mia):
    first, second = handed_in(mia, 2)
    other = Client()
    other.force_login(make_reviewer("ben"))
    assert on_page(client.get(QUEUE)) == str(first.pk)
    assert on_page(other.get(QUEUE)) == str(second.pk)
    assert on_page(client.get(QUEUE)) == str(first.pk)
    assert client.post(f"{QUEUE}next", {"clip": first.pk}).status_code == 204
    Generation.objects.filter(pk=second.pk).update(review_claimed_until=timezone.now() - timedelta(seconds=1))
    assert on_page(client.post(f"{QUEUE}next", {"clip": first.pk})) == str(second.pk)


def test_a_claim_far_ahead_is_of_a_clock_set_back(rae, mia):
    (clip,) = handed_in(mia)
    ben = make_reviewer("ben")
    Generation.objects.update(review_claimed_by=ben, review_claimed_until=timezone.now() + timedelta(days=1))
    assert review_queue.claim(rae, clip.pk)
    assert not review_queue.claim(ben, clip.pk)


def test_holding_renews_ones_own_claims_alone(client, rae, mia):
    mine, theirs = handed_in(mia, 2)
    ben = make_reviewer("ben")
    review_queue.claim(rae, mine.pk)
    review_queue.claim(ben, theirs.pk)
    soon = timezone.now() + timedelta(seconds=5)
    Generation.objects.update(review_claimed_until=soon)
    assert client.post(f"{QUEUE}hold", {"clip": [mine.pk, theirs.pk]}).status_code == 204
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.review_claimed_until > soon
    assert (theirs.review_claimed_until, theirs.review_claimed_by) == (soon, ben)
    assert client.post(f"{QUEUE}hold", {"clip": "x"}).status_code == 404


def test_who_comes_too_late_is_told_what_happened(client, rae, mia):
    (clip,) = handed_in(mia)
    review.judge(make_admin(), clip, Verdict.RETURNED, "Too dark", clip.review_id)
    page = judge(client, clip, "approved")
    assert "Meanwhile ada returned this clip: “Too dark”. Nothing was changed" in text_of(page)
    quiet = judge(client, clip, "approved", quiet="yes")
    assert quiet.status_code == 409
    assert "A boat 0 : Meanwhile ada returned this clip" in text_of(quiet)


def test_a_reviewer_watches_what_is_in_review_and_opens_nothing_else(client, rae, mia, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (clip,) = handed_in(mia, files=True)
    other = make_generation(mia, State.READY, files=True)
    for name in ("video.mp4", "poster.webp", "preview.mp4", "strip.webp", "proxy.mp4"):
        assert client.get(f"/gallery/{clip.pk}/{name}").status_code == 200, name
        assert client.get(f"/gallery/{other.pk}/{name}").status_code == 404, name
    assert client.get(f"/gallery/{clip.pk}/").status_code == 404
    assert client.get(f"/gallery/{clip.pk}/download").status_code == 404
    Generation.objects.filter(pk=clip.pk).update(is_private=True)
    assert client.get(f"/gallery/{clip.pk}/video.mp4").status_code == 404
    assert client.get(f"{LIST}{clip.pk}/change/").status_code == 404


def test_a_team_may_keep_to_its_own_reviewers(client, rae, mia):
    handed_in(mia)
    (theirs,) = handed_in(make_user("noor", team=make_team("North")))
    team = first_team()
    team.reviewed_inside = True
    team.save()
    assert on_page(client.get(QUEUE)) == str(theirs.pk)
    assert len(elements(client.get(LIST), "input", name="_selected_action")) == 1
    inside = make_reviewer("ines", role=Role.VIEWER)
    client.force_login(inside)
    assert len(elements(client.get(LIST), "input", name="_selected_action")) == 2


def test_the_list_costs_the_same_however_many_clips(client, rae, mia):
    counts = []
    for _ in range(2):
        handed_in(mia, 4)
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


def test_a_clip_costs_the_same_however_long_its_story(client, rae, mia):
    (clip,) = handed_in(mia)
    counts = []
    for _ in range(2):
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as captured:
            assert on_page(client.get(QUEUE)) == str(clip.pk)
        counts.append(len(captured))
        clip.refresh_from_db()
        review.judge(rae, clip, Verdict.RETURNED, "Too dark", clip.review_id)
        review.hand_in(mia, [clip], "It is night")
    assert counts[0] == counts[1] <= 20


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("verdict__exact=waiting", 2),
        ("verdict__exact=approved", 1),
        ("age=day", 3),
        ("age=week", 3),
        ("age=older", 0),
        ("price=low", 0),
        ("price=middle", 3),
        ("price=high", 0),
        ("q=boat+1", 1),
        ("q=mia", 3),
    ],
)
def test_the_list_is_filtered_and_searched(client, rae, mia, query, count):
    clips = handed_in(mia, 3)
    review.judge(rae, clips[0], Verdict.APPROVED, "", clips[0].review_id)
    page = client.get(f"{LIST}?{query}")
    assert len(elements(page, "input", name="_selected_action")) == count


def test_an_open_page_asks_for_what_others_say_of_its_clip_alone(client, rae, mia, django_assert_num_queries):
    clip, other = handed_in(mia, 2)
    url = elements(client.get(QUEUE), "div", id="live")[0]["hx-get"]
    assert url.startswith(f"{LIST}{clip.pk}/news?since=")
    with django_assert_num_queries(3):  # The session, the person, the revision.
        assert client.get(url).status_code == 204
    comments.comment(other, "Nice", actor=mia)
    assert client.get(url).status_code == 204
    comments.comment(clip, "A jump", actor=mia, moment_ms=40)
    page = client.get(url)
    assert "A jump" in text_of(page)
    (threads,) = elements(page, "div", id=f"threads-{clip.pk}")
    assert threads["hx-swap-oob"] == "true"
    assert elements(page, "input", name="next")[0]["value"] == QUEUE
    assert client.get(elements(page, "div", id="live")[0]["hx-get"]).status_code == 204
    assert client.get(f"{LIST}{clip.pk}/news?since=x").status_code == 400


def test_what_is_said_is_for_reviewers_of_the_clip_alone(client, rae, mia):
    (clip,) = handed_in(mia)
    url = f"{LIST}{clip.pk}/news?since=0"
    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 405
    Generation.objects.update(is_private=True)
    assert client.get(url).status_code == 404
    Generation.objects.update(is_private=False)
    client.force_login(make_user("sam", is_staff=True))
    assert client.get(url).status_code == 403
    client.force_login(mia)
    assert client.get(url)["Location"].startswith("/admin/login/")


def test_several_are_judged_at_once_but_not_what_has_changed(client, rae, mia):
    clips = handed_in(mia, 3)
    seen = {f"seen-{clip.pk}": clip.review_id for clip in clips}
    review.judge(make_admin(), clips[0], Verdict.RETURNED, "Too dark", clips[0].review_id)
    data = {"_selected_action": [clip.pk for clip in clips], **seen}
    page = text_of(client.post(LIST, data | {"action": "return_selected"}, follow=True))
    assert "3 left as they are: Say what should be better" in page
    page = text_of(client.post(LIST, data | {"action": "approve_selected"}, follow=True))
    assert "2 clips approved." in page
    assert "1 left as it is: Meanwhile ada returned this clip: “Too dark”" in page


def test_who_may_look_but_not_judge_gets_nothing(client, mia):
    (clip,) = handed_in(mia)
    client.force_login(make_user("sam", is_staff=True))
    for address in (QUEUE, LIST):
        assert client.get(address).status_code == 403
    assert client.post(f"{QUEUE}next").status_code == 403
    assert client.get(f"{LIST}{clip.pk}/change/").status_code == 404
    assert judge(client, clip, "approved").status_code == 404


def takes_of_one_order(mia, *states):
    """An order's takes in these states; those that are ready are handed in."""
    order = make_order(mia)
    takes = [make_generation(state=state, order=order, take=n) for n, state in enumerate(states, start=1)]
    review.hand_in(mia, takes)
    for take in takes:
        take.refresh_from_db()
    return takes


def as_shown(*takes):
    return [f"{one.pk}:{'queued' if one.state == State.QUEUED else one.review_id}" for one in takes]


def test_one_take_is_chosen_and_the_others_go_as_was_said(client, rae, mia):
    first, second, third, fourth = takes_of_one_order(mia, *[State.READY] * 3, State.QUEUED)
    said = text_of(client.get(judge(client, second, "approved")["Location"]))
    assert "Approved take 2 of A paper boat" in said
    assert "3 other takes of it wait: say what becomes of them" in said
    url = f"{LIST}{first.pk}/takes/"
    assert judge(client, second, "approved", takes="yes")["Location"] == f"{LIST}{second.pk}/takes/"
    page = client.get(url)
    assert [one["data-clip"] for one in elements(page, "figure")] == [
        str(one.pk) for one in (first, second, third)
    ]
    assert [one["value"] for one in elements(page, "input", name="other")] == as_shown(first, third, fourth)
    assert elements(page, "input", id="note")[0]["value"] == "Another take was chosen"
    assert not elements(page, "button", value="trash")
    review.judge(make_admin(), third, Verdict.RETURNED, "Too dark", third.review_id)
    others = as_shown(first, third, fourth)
    assert client.post(url, {"way": "trash", "other": others}).status_code == 403
    assert "Say what should be better" in text_of(
        client.post(url, {"way": "return", "note": " ", "other": others})
    )
    assert client.post(url, {"way": "return", "note": "x", "other": "nonsense"}).status_code == 404
    page = client.post(
        url, {"way": "return", "note": "Another take was chosen", "other": others}, follow=True
    )
    assert "Take 1 returned with your note; Take 4 cancelled before it was sent." in text_of(page)
    assert "Take 3 was left as it is: Meanwhile ada returned this clip: “Too dark”" in text_of(page)
    assert not elements(page, "input", name="other")
    takes = Generation.objects.order_by("take").values_list("state", "verdict")
    ready = [("ready", verdict) for verdict in ("returned", "approved", "returned")]
    assert list(takes) == [*ready, ("cancelled", "")]
    assert first.reviews.latest("pk").note == "Another take was chosen"
    assert fourth.events.latest("pk").actor == rae


def test_a_reviewer_who_leads_the_team_may_trash_what_has_not_changed(client, mia):
    lea = make_reviewer("lea", role=Role.LEAD)
    client.force_login(lea)
    first, second, third = takes_of_one_order(mia, State.READY, State.READY, State.QUEUED)
    judge(client, second, "approved")
    url, others = f"{LIST}{first.pk}/takes/", as_shown(first, third)
    assert elements(client.get(url), "button", value="trash")
    Generation.objects.filter(pk=third.pk).update(state=State.SUBMITTING)
    page = client.post(url, {"way": "trash", "other": others}, follow=True)
    assert "Take 1 moved to the trash." in text_of(page)
    assert "1 that you saw is not here any more." in text_of(page)
    assert Generation.objects.filter(trashed_by=lea).get() == first


def test_takes_cost_the_same_queries_however_many(client, rae, mia):
    counts = set()
    for number in (1, 4):
        (*_, last) = takes_of_one_order(mia, *[State.READY] * number)
        judge(client, last, "approved")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{LIST}{last.pk}/takes/")
        counts.add(len(queries))
    assert len(counts) == 1


def test_unsent_takes_of_a_closed_team_or_private_ones_are_not_a_reviewers(client, rae, mia):
    first, unsent = takes_of_one_order(mia, State.READY, State.QUEUED)
    Generation.objects.filter(pk=unsent.pk).update(is_private=True)
    judge(client, first, "approved")
    others = as_shown(unsent)
    client.post(f"{LIST}{first.pk}/takes/", {"way": "return", "other": others})
    Generation.objects.filter(pk=unsent.pk).update(is_private=False)
    first.team.reviewed_inside = True
    first.team.save()
    assert client.post(f"{LIST}{first.pk}/takes/", {"way": "return", "other": others}).status_code == 404
    assert Generation.objects.get(pk=unsent.pk).state == State.QUEUED
