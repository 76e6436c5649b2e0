"""Improve on the pages: pressing it, looking after it, taking the text over, with and without scripts."""

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from generations.lifecycle import improve
from generations.models import Account, Improvement, Role, Stage
from generations.views.rewriting import Rewriting
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TEXT = "A small {{ animal }} crosses\nthe <b>bay</b>"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


def press(client, text=TEXT, headers=HTMX, **fields):
    return client.post(reverse("improve"), {"prompt": text, "improve": "prompt", **fields}, headers=headers)


def make(user, stage=Stage.DONE, **fields):
    given = {"text": TEXT, "account": Account.objects.current(), "tries": 1, **fields}
    return Improvement.objects.create(user=user, stage=stage, **given)


def look(client, improvement, seen="", headers=HTMX):
    address = reverse("improvement", args=[improvement.pk])
    return client.get(address, {"seen": seen} if seen else {}, headers=headers)


def test_a_press_leaves_the_wish_wakes_the_dispatcher_and_shows_a_line_that_asks(client, mia):
    answer = press(client, "A boat\r\nat dusk")
    [left] = Improvement.objects.all()
    assert (left.user, left.text, left.stage) == (mia, "A boat\nat dusk", Stage.WAITING)
    assert left.account == Account.objects.current()
    assert [item.func() for item in OrmQ.objects.all()] == ["generations.tasks.dispatch"]
    page = answer.content.decode()
    assert "Asking Magnific …" in page
    assert f"/prompts/improve/{left.pk}/?seen=waiting" in page
    assert 'hx-trigger="every 1s"' in page


def test_the_field_is_the_one_that_the_button_names(client, mia):
    client.post(reverse("improve"), {"text": "A kite", "improve": "text", "prompt": "not me"}, headers=HTMX)
    assert Improvement.objects.get().text == "A kite"


def test_what_is_too_long_or_broken_is_refused_in_a_sentence(client, mia):
    for text, said in (("x" * 2501, "1 more than the 2500"), ("a\0b", "NUL")):
        answer = press(client, text)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Improvement.objects.exists()


def test_a_second_press_shows_the_first(client, mia):
    press(client, "One")
    assert "One at a time" in press(client, "Two").content.decode()
    assert "One at a time" not in press(client, "One").content.decode()
    assert Improvement.objects.count() == 1


def test_a_paused_account_and_a_day_that_is_used_up_say_so(client, mia, settings):
    settings.IMPROVEMENTS_PER_DAY = 1
    make(mia)
    assert "limit of 1 improved texts" in press(client).content.decode()
    Account.objects.current().pause("no_credit", "out of credit")
    answer = press(client)
    assert (answer.status_code, improve.PAUSED in answer.content.decode()) == (422, True)


def test_a_page_that_shows_it_already_gets_nothing_new(client, mia):
    left = make(mia, Stage.ASKED, task_id="t1")
    assert look(client, left, "asked").status_code == 204
    assert "Magnific is writing …" in look(client, left, "waiting").content.decode()


def test_after_a_while_it_says_that_it_still_waits(client, mia, settings):
    left = make(mia, Stage.ASKED, task_id="t1")
    settings.IMPROVEMENT_SLOW_SECONDS = 0.0
    page = look(client, left, "asked").content.decode()
    assert "Still waiting for Magnific." in page
    assert 'hx-trigger="every 4s"' in page
    assert look(client, left, "slow").status_code == 204


def test_the_answer_is_compared_word_by_word_and_escaped(client, mia):
    done = make(mia, answer="A tiny {{ animal }} crosses\nthe <b>bay</b>")
    page = look(client, done, "asked").content.decode()
    assert "A <del>small</del> <ins>tiny</ins> {{ animal }} crosses" in page
    assert "&lt;b&gt;bay&lt;/b&gt;" in page
    assert "<b>bay" not in page
    assert "It lost" not in page
    assert "hx-trigger" not in page


def test_a_variable_that_was_lost_or_invented_is_named(client, mia):
    done = make(mia, text="{{a}} {{ b | x }} {{ b | x }}", answer="{{ a }} {{ b }} now")
    assert (Rewriting(done).lost, Rewriting(done).invented) == (["{{ b | x }}"], ["{{ b }}"])
    page = look(client, done).content.decode()
    assert "It lost <code>{{ b | x }}</code>" in page
    assert "It added <code>{{ b }}</code>" in page


def test_too_long_a_text_is_shown_with_its_length(client, mia):
    page = look(client, make(mia, answer="x" * 2612)).content.decode()
    assert "2,612 characters" in page
    assert "112 characters too long" in page


def test_the_same_text_is_nothing_to_use(client, mia):
    page = look(client, make(mia, answer=TEXT)).content.decode()
    assert "would leave it as it is" in page
    assert "Use this" not in page


def test_a_failure_is_its_sentence(client, mia):
    page = look(client, make(mia, Stage.FAILED, failure="Magnific refused this text.")).content.decode()
    assert "Magnific refused this text." in page


def test_a_stop_ends_it(client, mia):
    left = make(mia, Stage.WAITING)
    answer = client.post(reverse("improvement", args=[left.pk]), headers=HTMX)
    assert (answer.status_code, answer.content) == (200, b"")
    left.refresh_from_db()
    assert (left.stage, left.failure) == (Stage.FAILED, improve.STOPPED)


def test_without_scripts_it_is_a_page_of_its_own_and_the_form_is_kept(client, mia):
    form = {"nonce": "x", "duration": "9", "takes": "2", "negative_prompt": "fog", "aspect_ratio": "1:1"}
    answer = press(client, headers={}, back="/", **form)
    [left] = Improvement.objects.all()
    assert answer["Location"] == f"/prompts/improve/{left.pk}/?back=%2F"
    page = client.get(answer["Location"]).content.decode()
    assert "Look again" in page
    assert "Stop waiting" in page
    Improvement.objects.update(stage=Stage.DONE, answer="A tiny fox")
    page = client.get(answer["Location"]).content.decode()
    assert f'href="/?improved={left.pk}"' in page
    assert "Look again" not in page
    created = client.get("/", {"improved": left.pk}).content.decode()
    assert "\nA tiny fox</textarea>" in created
    assert 'name="duration" min="3" max="15" step="1" value="9"' in created
    assert "\nfog</textarea>" in created
    assert TEXT.replace("<", "&lt;").replace(">", "&gt;") in client.get("/").content.decode()


def test_without_scripts_a_refusal_is_a_page_too(client, mia):
    answer = press(client, "x" * 2501, headers={}, nonce="x", back="/")
    assert answer.status_code == 422
    assert "Back to my text" in answer.content.decode()
    assert "x" * 2501 in client.get("/").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "x"])
def test_the_way_back_is_ours(client, mia, back):
    done = make(mia, answer="A tiny fox")
    page = client.get(reverse("improvement", args=[done.pk]), {"back": back}).content.decode()
    assert f'href="/?improved={done.pk}"' in page
    assert page.count(f'href="{back}') == 0


def test_the_way_back_may_be_a_prompt(client, mia):
    done = make(mia, answer="A tiny fox")
    page = client.get(reverse("improvement", args=[done.pk]), {"back": "/prompts/"}).content.decode()
    assert f'href="/prompts/?improved={done.pk}"' in page


def test_who_only_watches_has_no_button(client):
    client.force_login(make_user("vera", role=Role.VIEWER))
    assert "data-improve" not in client.get("/").content.decode()
    assert press(client).status_code == 403


def test_nonsense_instead_of_a_text_is_not_found(client, mia):
    assert client.get("/", {"improved": "nonsense"}).status_code == 404


def test_looking_costs_few_queries(client, mia, django_assert_max_num_queries):
    left = make(mia, Stage.ASKED, task_id="t1")
    look(client, left)
    with django_assert_max_num_queries(3):
        look(client, left, "asked")
