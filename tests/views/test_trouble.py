"""What people read when something is in doubt, slow, damaged or stopped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from generations.lifecycle import alarm
from generations.magnific.errors import BlockKind
from generations.models import Account, Charged, Failure, Generation, State
from generations.templatetags.trouble import TROUBLES, UNKNOWN_KIND, trouble
from generations.views.words import words
from tests.factories import make_admin, make_generation, make_live_account, make_user

pytestmark = pytest.mark.django_db

KINDS = [*BlockKind.__args__, "strangers"]
NOTHING_LOST = "What is ordered waits in line: nothing is lost, and nothing is spent until it is sent."


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def live(settings):
    """A key is set."""
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    settings.MAGNIFIC_BASE_URL = "https://api.magnific.com"
    return make_live_account()


def said_of(generation):
    return words(generation, Account.objects.current(), place=1, usual=None)


# The banner


def test_every_kind_of_pause_has_words_of_its_own():
    assert set(TROUBLES) == set(KINDS)
    assert len({one.happened for one in TROUBLES.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "yet-unheard-of"])
def test_a_pause_is_told_to_everybody_in_plain_words(client, mia, kind):
    account = Account.objects.current()
    account.pause(kind, "HTTP 499 gibberish")
    expected = TROUBLES.get(kind, UNKNOWN_KIND)
    for url in ("/", "/gallery/"):
        page = client.get(url).content.decode()
        for sentence in ("Sending is paused.", expected.happened, NOTHING_LOST, expected.ends):
            assert sentence in page
        assert "gibberish" not in page
        assert "/admin/" not in page
    client.force_login(make_admin())
    assert f"/admin/generations/account/{account.pk}/change/" in client.get("/").content.decode()


def test_who_sends_has_no_banner(client, mia):
    assert trouble(Account.objects.current()) is None
    assert "Sending is paused" not in client.get("/").content.decode()


# The mails


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", KINDS)
def test_a_pause_is_mailed_with_what_to_do(mailoutbox, settings, kind):
    settings.PUBLIC_URL = "https://studio.example.com"
    make_admin()
    account = Account.objects.current()
    alarm.pause(account, kind, "Magnific's <words>.")
    (mail,) = mailoutbox
    assert mail.subject == "Kling 4K Studio: sending is paused"
    for fact in (TROUBLES[kind].happened, TROUBLES[kind].advice, "Magnific's <words>.", "nothing is lost"):
        assert fact in mail.body
    assert f"https://studio.example.com/admin/generations/account/{account.pk}/change/" in mail.body


@pytest.mark.django_db(transaction=True)
def test_without_an_address_the_mail_names_the_page(mailoutbox):
    make_admin()
    alarm.pause(Account.objects.current(), "no_credit", "No credit.")
    assert "in the admin, under Accounts" in mailoutbox[0].body


@pytest.mark.django_db(transaction=True)
def test_damaged_files_are_mailed_with_their_names(mailoutbox, settings):
    settings.PUBLIC_URL = "https://studio.example.com"
    make_admin()
    clip = make_generation(state=State.READY, file_damage="missing")
    alarm.tell_admins("files_damaged", {"generations": Generation.objects.all(), "count": 1})
    (mail,) = mailoutbox
    assert mail.subject == "Kling 4K Studio: 1 saved clip damaged"
    assert f"missing: {clip.video_name}" in mail.body
    assert f"https://studio.example.com/gallery/{clip.pk}/" in mail.body
    assert clip.prompt not in mail.body


# Slow, provisional, extra, unknown charge


def rendering(**ago):
    return make_generation(state=State.RENDERING, accepted_at=timezone.now() - timedelta(**ago))


def make_finished(minutes):
    done = timezone.now()
    for _ in range(3):
        began = done - timedelta(minutes=minutes)
        make_generation(state=State.READY, accepted_at=began, completed_at=done)


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        ({"minutes": 9}, "usually 7 min"),
        ({"minutes": 12}, "Slow: 12 min, usually 7 min. Still being asked for."),
        ({"hours": 3, "minutes": 20}, "Slow: 3 h 20 min, usually 7 min. Still being asked for."),
    ],
)
def test_slow_is_said_beside_what_is_usual(client, mia, ago, told):
    make_finished(minutes=7)
    clip = rendering(**ago)
    page = client.get(f"/gallery/{clip.pk}/").content.decode()
    assert told in page
    assert ("Slow" in page) == ("Slow" in told)


def test_slow_is_said_without_figures_too(settings):
    settings.SLOW_AFTER_SECONDS = 30
    assert said_of(rendering(seconds=45)).detail == "Slow: 45 s. Still being asked for."


def test_a_guess_and_a_second_clip_say_so_quietly():
    first = make_generation(state=State.READY)
    extra = make_generation(state=State.RENDERING, extra_of=first, is_provisional=True)
    detail = said_of(extra).detail
    assert detail.endswith("A second clip of the same order.")
    assert "Found in Magnific’s list after a lost answer" in detail
    assert "second clip" not in said_of(first).detail


def test_a_second_clip_links_the_first(client, mia):
    first = make_generation(mia, State.READY)
    extra = make_generation(mia, State.READY, extra_of=first)
    page = client.get(f"/gallery/{extra.pk}/").content.decode()
    assert "Second clip of" in page
    assert f'href="/gallery/{first.pk}/"' in page


@pytest.mark.parametrize("failure", [Failure.GAVE_UP, Failure.FAILED_THERE, Failure.NO_RESULT])
def test_an_unknown_charge_is_never_called_free(failure):
    clip = make_generation(
        state=State.FAILED, failure=failure, charged=Charged.UNKNOWN, account=make_live_account()
    )
    detail = said_of(clip).detail
    assert "We do not know whether it was charged." in detail
    assert "Nothing was charged" not in detail


# Damaged files


@pytest.mark.parametrize(
    ("damage", "title", "plays"),
    [
        ("missing", "File missing", False),
        ("changed", "File damaged", True),
        ("unreadable: Input/output error", "File unreadable", False),
        ("", "Ready", True),
    ],
)
def test_a_damaged_file_is_said_on_its_tile_and_its_page(client, mia, damage, title, plays):
    clip = make_generation(mia, State.READY, file_damage=damage)
    page = client.get(f"/gallery/{clip.pk}/").content.decode()
    assert title in page
    assert ("<video" in page) == plays
    assert (f"/gallery/{clip.pk}/download" in page) == plays
    gallery = client.get("/gallery/").content.decode()
    assert ('class="tile-note"' in gallery) == bool(damage)
    assert not damage or title in gallery
    assert 'data-state="ready"' in gallery


# Made in rehearsal


def test_a_rehearsed_clip_waits_and_is_ordered_for_real_at_its_price(client, mia, live):
    rehearsal = Account.objects.create(name="Rehearsal", is_rehearsal=True)
    clip = make_generation(mia, account=rehearsal)
    url = f"/gallery/{clip.pk}/order-for-real"
    page = client.get(f"/gallery/{clip.pk}/").content.decode()
    assert "made in rehearsal · not sent yet, nothing spent" in page
    assert f'action="{url}"' in page
    assert "Order for €5.60" in page
    followed = client.post(url, follow=True)
    real = Generation.objects.get(account=live)
    assert followed.redirect_chain == [(f"/gallery/{real.pk}/", 302)]
    assert "Ordered for real, as a new clip." in followed.content.decode()
    client.post(url)
    assert Generation.objects.filter(account=live).count() == 1
    clip.refresh_from_db()
    assert clip.state == State.CANCELLED


def test_from_a_tile_it_answers_with_the_message_and_looks_for_news(client, mia, live):
    clip = make_generation(mia, account=Account.objects.create(name="Rehearsal", is_rehearsal=True))
    answer = client.post(f"/gallery/{clip.pk}/order-for-real", headers={"HX-Request": "true"})
    assert "live" in answer["HX-Trigger"]
    assert "Ordered for real" in answer.content.decode()


def test_in_rehearsal_nothing_is_ordered_for_real(client, mia):
    clip = make_generation(mia)
    assert "order-for-real" not in client.get("/gallery/").content.decode()
    said = client.post(f"/gallery/{clip.pk}/order-for-real", follow=True).content.decode()
    assert "Only with a key can a rehearsed clip be ordered for real." in said
    assert Generation.objects.get().state == State.QUEUED
