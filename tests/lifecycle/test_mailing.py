"""Notices by mail, over real SMTP: one mail for many, none twice, and what happens when none can leave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.lifecycle import comments, mailing, notices, share, sweeping
from generations.models import Membership, Notice, NoticeKind, State, Told
from tests.factories import make_generation, make_user

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


def wait():
    """Let all waiting times be over."""
    Notice.objects.filter(mail_after__isnull=False).update(mail_after=timezone.now())


def test_one_mail_holds_all_that_came_within_some_minutes(mailbox, clip, mia, bo, settings):
    settings.PUBLIC_URL = "https://studio.example.com"
    comments.comment(clip, "A jump <here> & there", actor=bo, moment_ms=3125)
    assert not mailing.is_due()
    comments.comment(clip, "@mia look", actor=bo)
    first = Notice.objects.earliest("pk")
    assert first.mail_after - first.at == pytest.approx(
        timedelta(seconds=settings.NOTICE_MAIL_SECONDS), abs=timedelta(seconds=5)
    )
    Notice.objects.filter(pk=first.pk).update(mail_after=timezone.now())
    assert mailing.is_due()
    mailing.send_due()
    mailing.send_due()
    (mail,) = mailbox.mails
    text = mail.get_content()
    assert (mail["To"], mail["Subject"]) == ("mia@example.com", "Kling 4K Studio: 2 notices")
    assert "bo commented on your clip at 0:03.13: A paper boat" in text
    assert "A jump <here> & there" in text
    assert f"https://studio.example.com/notices/{first.pk}/" in text
    assert text.index("bo mentioned you") < text.index("bo commented on your clip")
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_what_is_seen_unwanted_or_out_of_sight_by_then_does_not_go(mailbox, mia, bo):
    clips = [make_generation(mia, State.READY) for _ in range(4)]
    for clip in clips:
        comments.comment(clip, f"About {clip.number}", actor=bo)
    notices.see(Notice.objects.get(generation=clips[0]))
    comments.take_back(clips[1].comments.get(), actor=bo)
    comments.comment(clips[2], "@bo yes", actor=mia)
    share.keep_private(clips[2], actor=mia)
    wait()
    mailing.send_due()
    (mail,) = mailbox.mails
    assert mail["To"] == "mia@example.com"
    found = {clip.number for clip in clips if f"About {clip.number}" in mail.get_content()}
    assert found == {clips[2].number, clips[3].number}
    assert not Notice.objects.exclude(user=mia).filter(mailed_at__isnull=False).exists()
    assert not mailing.is_due()


@pytest.mark.parametrize("told", [Told.PAGE, Told.OFF])
def test_who_chooses_otherwise_gets_none(mailbox, clip, mia, bo, told):
    comments.comment(clip, "Before", actor=bo)
    notices.choose(mia, {NoticeKind.COMMENT: told})
    comments.comment(clip, "After", actor=bo)
    wait()
    mailing.send_due()
    assert mailbox.mails == []
    assert Notice.objects.count() == (2 if told == Told.PAGE else 1)


def test_who_has_no_address_or_left_gets_none(mailbox, clip, mia, bo):
    mia.email = ""
    mia.save()
    comments.comment(clip, "@bo and mia", actor=make_user("cy"))
    Membership.objects.filter(user=bo).delete()
    wait()
    mailing.send_due()
    assert mailbox.mails == []
    assert Notice.objects.count() == 2


def test_without_a_mail_server_nothing_waits_for_one(clip, bo, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    comments.comment(clip, "A jump", actor=bo)
    assert Notice.objects.get().mail_after is None


def test_a_mail_that_is_refused_is_tried_again_and_sent_once(mailbox, clip, bo, caplog):
    comments.comment(clip, "A jump", actor=bo)
    wait()
    mailbox.answers = ["451 try later"]
    mailing.send_due()
    waiting = Notice.objects.get()
    assert (waiting.mailed_at, waiting.mail_after > timezone.now()) == (None, True)
    assert "did not leave" in caplog.text
    assert "A jump" not in caplog.text
    wait()
    mailing.send_due()
    mailing.send_due()
    assert len(mailbox.mails) == 1


def test_a_server_that_is_away_ends_the_round_and_all_wait(mailbox, clip, mia, bo, caplog):
    mailbox.stop()
    comments.comment(clip, "@bo a jump", actor=make_user("cy"))
    wait()
    mailing.send_due()
    assert [record.name for record in caplog.records].count("generations.lifecycle.mailing") == 1
    assert Notice.objects.filter(mail_after__isnull=False, mailed_at=None).count() == 2
    Notice.objects.update(at=timezone.now() - timedelta(days=3))
    for _ in range(2):
        wait()
        mailing.send_due()
    assert not Notice.objects.filter(mail_after__isnull=False).exists()


def test_a_mail_that_may_have_left_is_not_sent_again(mailbox, clip, bo, caplog):
    comments.comment(clip, "A jump", actor=bo)
    wait()
    mailbox.answers = [None]
    mailing.send_due()
    wait()
    mailing.send_due()
    assert "may not have left" in caplog.text
    assert mailbox.mails == []
    assert Notice.objects.get().mailed_at is not None


def test_a_mail_that_another_worker_has_claimed_is_left_to_it(mailbox, clip, mia, bo):
    comments.comment(clip, "A jump", actor=bo)
    wait()
    mine = mailing._claim(mia, timezone.now())
    mailing.send_due()
    assert (mine.count(), mailbox.mails) == (1, [])


def test_a_time_from_before_a_clock_was_set_back_holds_nothing_up(clip, bo):
    comments.comment(clip, "A jump", actor=bo)
    Notice.objects.update(mail_after=timezone.now() + timedelta(days=1))
    assert mailing.is_due()


def test_the_sweep_rings_for_what_is_due(clip, bo, monkeypatch):
    rung = []
    monkeypatch.setattr(sweeping.queue, "_ring", lambda task, *ids, cluster: rung.append((task, cluster)))
    comments.comment(clip, "A jump", actor=bo)
    sweeping._ring_for_mails()
    assert rung == []
    wait()
    sweeping._ring_for_mails()
    assert rung == [("mail_notices", "saving")]
