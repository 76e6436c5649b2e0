"""The page "Set-up": it shows no secret, and every test says in words what it found; workers do the asking."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from generations import tasks
from generations.lifecycle import sweeping, trials, trying
from generations.models import Account, Delivery, Heartbeat, Lease, Trial, Tried
from tests.deliveries import SECRET
from tests.factories import make_admin
from tests.lifecycle.doubts import run_until
from tests.magnific.scripted import ScriptedServer, respond
from tests.views.pages import elements, text_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/set-up/"
SECRETS = ("a-key-93517", SECRET, "a-mail-password")


@pytest.fixture
def ada(client):
    ada = make_admin()
    client.force_login(ada)
    return ada


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAGNIFIC_WEBHOOK_SECRETS = [SECRET, "another"]
    settings.PUBLIC_URL = "http://127.0.0.1:1"


@pytest.fixture
def magnific(settings):
    """A server that answers list requests as it is told, with a key of ours set."""
    servers = []

    def answers(*behaviours):
        server = ScriptedServer(*behaviours).__enter__()
        servers.append(server)
        settings.MAGNIFIC_API_KEY, settings.REHEARSAL = "a-key-93517", False
        settings.MAGNIFIC_BASE_URL = server.url
        return server

    yield answers
    for server in servers:
        server.__exit__(None, None, None)


def press(client, part):
    return client.post(PAGE, {"part": part})


def answered(what):
    """Let the worker that was rung for answer; return what it found."""
    tasks.answer_trial(Trial.objects.get(what=what, answered_at=None).pk, "saving")
    return Trial.objects.filter(what=what).first()


def test_it_says_what_is_set_and_shows_no_secret(client, ada, settings, magnific):
    magnific(respond(200, {"data": []}))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER = "mail.example.com", 25, "studio"
    settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS = SECRETS[2], True
    response = client.get(PAGE)
    page = text_of(response)
    assert "MAGNIFIC_API_KEY set Address" in page
    assert "2 secrets set, any of which may sign" in page
    assert "set: mail.example.com:25, STARTTLS, with a user name and a password" in page
    for secret in SECRETS:
        assert secret not in response.content.decode()


def test_pressing_twice_asks_once_and_the_page_waits_with_and_without_scripts(client, ada):
    for _ in range(2):
        assert press(client, "clusters")["Location"] == f"{PAGE}#clusters"
    assert sorted(Trial.objects.values_list("what", flat=True)) == ["kling", "saving"]
    assert OrmQ.objects.count() == 2
    response = client.get(PAGE)
    assert "Cluster kling: asked, waiting … Look again" in text_of(response)
    assert [one["hx-get"] for one in elements(response, "div") if "hx-get" in one] == [PAGE]
    assert answered("kling").found.startswith("Answered after ")
    assert answered("saving").is_good
    response = client.get(PAGE)
    assert "Cluster saving works. Answered after " in text_of(response)
    assert [one for one in elements(response, "div") if "hx-get" in one] == []
    assert Heartbeat.objects.filter(cluster="saving").exists()


def test_what_nobody_answers_is_said_and_asked_anew(client, ada):
    press(client, "storage")
    Trial.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    assert "Nobody answered within a minute: the cluster saving does not run" in text_of(client.get(PAGE))
    press(client, "storage")
    closed, asked = Trial.objects.order_by("pk")
    assert "Nobody answered" in closed.found
    assert asked.is_open
    tasks.answer_trial(closed.pk, "saving")
    closed.refresh_from_db()
    assert not closed.is_good


def test_an_unknown_test_does_nothing(client, ada):
    assert "There is no such test." in text_of(client.post(PAGE, {"part": "moon"}, follow=True))
    assert not Trial.objects.exists()


@pytest.mark.parametrize(
    ("behaviour", "is_good", "words"),
    [
        (respond(200, {"data": []}), True, "Magnific accepts the key (no task in its list: 200, or the 404"),
        (respond(401, {"message": "no"}), False, "(401)"),
        (respond(429, {}, {"Retry-After": "2"}), True, "asks us to be slower (429)"),
        (respond(500, {}), False, "(500)"),
        (None, False, "could not be reached"),
    ],
    ids=["200", "401", "429", "500", "nobody"],
)
def test_the_dispatcher_asks_magnific_and_says_what_it_found(
    client, ada, settings, magnific, behaviour, is_good, words
):
    if behaviour:
        magnific(behaviour)
    else:
        magnific(respond(200))
        settings.MAGNIFIC_BASE_URL = "http://127.0.0.1:1"
    press(client, "key")
    assert OrmQ.objects.count() == 1
    account = Account.objects.current()
    run_until(lambda: not Trial.objects.get().is_open, account, settings)
    found = Trial.objects.get()
    assert (found.is_good, words in found.found) == (is_good, True), found.found
    assert not Account.objects.current().is_paused


def test_the_web_process_never_asks_magnific_and_the_sweep_rings_again(client, ada, magnific):
    server = magnific(respond(200, {"data": []}))
    press(client, "key")
    client.get(PAGE)
    assert server.connections == 0
    OrmQ.objects.all().delete()
    Lease.objects.update(expires_at=None)
    sweeping._ring_for_dispatcher()
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_callback_to_ourselves_arrives_and_is_for_nobody(live_server, settings):
    settings.PUBLIC_URL = live_server.url
    trials.ask([Tried.CALLBACK], actor=make_admin())
    found = answered("callback")
    assert found.is_good, found.found
    delivery = Delivery.objects.get()
    assert (delivery.submission, delivery.webhook_id) == (None, f"set-up-{found.pk}")


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (respond(204), "PUBLIC_URL leads to another installation"),
        (respond(401), "another secret"),
        (respond(404), "answers 404"),
        (respond(301, headers={"Location": "/"}), "sends us elsewhere (301)"),
        (respond(502), "answers 502, where 204 is due"),
        (None, "could not be reached from here (ConnectionRefusedError)"),
    ],
)
def test_a_callback_that_goes_wrong_is_said(ada, settings, behaviour, words):
    with ScriptedServer(behaviour or respond(204)) as server:
        settings.PUBLIC_URL = server.url if behaviour else "http://127.0.0.1:1"
        trials.ask([Tried.CALLBACK], actor=ada)
        found = answered("callback")
    assert not found.is_good
    assert words in found.found


def test_without_an_address_or_a_secret_callbacks_are_off(ada, settings):
    settings.MAGNIFIC_WEBHOOK_SECRETS = []
    trials.ask([Tried.CALLBACK], actor=ada)
    assert answered("callback").found == trying.NO_CALLBACKS


def smtp(*, refuses=False):
    """A mail server for one connection: as much of RFC 5321 as a mail takes."""

    def behaviour(connection, received):
        with connection.makefile("rwb") as file:

            def say(words):
                file.write(f"{words}\r\n".encode())
                file.flush()

            say("220 ready")
            while line := file.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "DATA":
                    say("354 go on")
                    while (text := file.readline()) != b".\r\n":
                        received.append(text.decode())
                    say("250 kept")
                elif verb == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("550 no such mailbox here" if refuses and verb == "RCPT" else "250 ok")

    return behaviour


@pytest.mark.parametrize("refuses", [False, True])
def test_a_mail_goes_to_who_pressed_and_the_servers_word_is_told(ada, settings, refuses):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with ScriptedServer(smtp(refuses=refuses)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(server.url.rpartition(":")[2])
        trials.ask([Tried.MAIL], actor=ada)
        found = answered("mail")
    assert found.is_good is not refuses
    if refuses:
        assert found.found == "The mail server refuses: 550 no such mailbox here"
    else:
        assert "To: ada@example.com\r\n" in server.received
        assert "took a mail to ada@example.com" in found.found


def test_a_mail_server_that_is_away_and_none_at_all_are_said(ada, settings):
    trials.ask([Tried.MAIL], actor=ada)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert answered("mail").found == trying.NO_MAIL
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    trials.ask([Tried.MAIL], actor=ada)
    assert answered("mail").found == "The mail server at 127.0.0.1:1 cannot be reached: Connection refused."


def test_storage_is_written_read_and_left_clean(ada, settings):
    trials.ask([Tried.STORAGE], actor=ada)
    found = answered("storage")
    assert found.is_good, found.found
    assert "Written, synced, read back and removed" in found.found
    assert list((settings.MEDIA_ROOT / "parts").iterdir()) == []


def test_storage_that_takes_no_files_is_said(ada, settings):
    settings.MEDIA_ROOT.write_text("a file where a folder should be")
    trials.ask([Tried.STORAGE], actor=ada)
    assert "does not take files: Not a directory." in answered("storage").found


def test_a_test_that_breaks_is_said_and_logged(ada, monkeypatch, caplog):
    monkeypatch.setitem(trials.TESTS, Tried.STORAGE, lambda trial: 1 / 0)
    trials.ask([Tried.STORAGE], actor=ada)
    assert "The test itself broke." in answered("storage").found
    assert "ZeroDivisionError" in caplog.text


def test_the_page_costs_the_same_with_many_tests(client, ada):
    counts = []
    Account.objects.current()
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
        now = timezone.now()
        Trial.objects.bulk_create(
            Trial(what=what, asked_by=ada, answered_at=now, found="Fine.") for what in list(Tried) * 5
        )
    assert counts[0] == counts[1]
