"""What pages say of money: the month in the header, the card of an order, and why it cannot be pressed."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from generations.lifecycle import brakes
from generations.models import Generation, Membership, Pause, Price, Role, State, Team
from tests.factories import make_generation, make_membership, make_team, make_user, membership_of
from tests.views.pages import elements, htmx, text_of
from tests.views.test_live import ask, question

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def ada():
    """The team's lead."""
    return make_user("ada", role=Role.LEAD)


def limit(user=None, **limits):
    """Set the limits of the team, or of a member."""
    rows = Membership.objects.filter(user=user) if user else Team.objects.all()
    rows.update(**limits)


def send(client, *, headers=None, **values):
    return client.post("/", {"prompt": "A boat", "nonce": str(uuid4()), **values}, headers=headers)


def reasons(response):
    """The numbered list beside the button."""
    return response.content.decode().split('id="order-errors"')[1].split("</ol>")[0]


def is_blocked(response):
    (button,) = elements(response, "button", id="generate")
    is_blocked = button.get("aria-disabled") == "true"
    assert button.get("aria-describedby") == ("order-errors" if is_blocked else None)
    return is_blocked


def test_the_header_has_the_teams_month_where_clips_are_paid(client, live, mia):
    limit(monthly_limit=600)
    make_generation(mia, State.READY, account=live)
    make_generation(make_user("bo"), State.RENDERING, account=live, is_private=True)
    for url in ("/", "/gallery/", "/team/"):
        page = client.get(url)
        for place in ("month", "month-menu"):
            (month,) = elements(page, "a", id=place)
            assert month["href"] == "/team/"
            assert "€5.60 spent, €5.60 reserved" in month["title"]
        assert f"{timezone.localtime():%B} €5.60 spent €5.60 reserved €588.80 free" in text_of(page)


def test_without_a_limit_nothing_is_said_to_be_free(client, live, mia):
    make_generation(mia, State.READY, account=live)
    page = client.get("/")
    assert "no limit" in elements(page, "a", id="month")[0]["title"]
    assert "€5.60 spent · €0.00 reserved · no limit" in text_of(page)
    assert not elements(page, "span", **{"class": "month-free"})


def test_a_rehearsal_has_no_month_and_no_budget(client, mia):
    limit(monthly_limit=1)
    make_generation(mia, State.READY)
    page = client.get("/")
    assert not elements(page, "a", id="month")
    assert not elements(page, "div", id="budget")
    assert not is_blocked(page)


@pytest.mark.parametrize(("spent", "is_warned"), [("79.99", False), ("80.00", True)])
def test_from_four_fifths_on_it_warns(client, live, mia, spent, is_warned):
    limit(monthly_limit=100)
    make_generation(mia, State.READY, account=live, price=spent)
    page = client.get("/")
    assert ("month--short" in elements(page, "a", id="month")[0]["class"]) == is_warned
    assert ("80 % or more of it is taken." in text_of(page)) == is_warned


def test_the_month_is_sent_again_when_it_changes_and_only_then(client, live, mia):
    clip = make_generation(mia, State.RENDERING, account=live)
    url = question(client.get("/gallery/"))
    clip.change(vendor_status="PROCESSING")
    still = ask(client, url)
    assert not elements(still, "a", id="month")
    make_generation(make_user("bo"), account=live, is_private=True)
    changed = ask(client, question(still))
    assert elements(changed, "a", id="month")[0]["hx-swap-oob"] == "true"
    assert "€11.20 reserved" in text_of(changed)
    assert ask(client, question(changed)).status_code == 204


@pytest.mark.parametrize(
    ("limits", "member", "name"),
    [
        ({"monthly_limit": 50, "daily_limit": 20}, 30, "The team’s day"),
        ({"monthly_limit": 15, "daily_limit": 20}, 30, "The team’s month"),
        ({"monthly_limit": 50, "daily_limit": 20}, 10, "Your month"),
    ],
)
def test_the_card_shows_the_budget_with_the_least_left(client, live, mia, limits, member, name):
    limit(**limits)
    limit(mia, monthly_limit=member)
    page = text_of(client.get("/"))
    least = min(*limits.values(), member)
    assert f"{name} €{least}.00 €0.00 spent · €0.00 reserved · €{least}.00 free" in page
    assert f"After this order €{least - Decimal('5.60')} free" in page
    assert not is_blocked(client.get("/"))


def test_what_cannot_be_paid_has_numbered_reasons_and_a_blocked_button(client, live, mia, ada):
    limit(daily_limit=5)
    limit(mia, monthly_limit=Decimal("4.00"))
    page = client.get("/")
    assert is_blocked(page)
    assert reasons(page).count("<li") == 2
    assert "Your month has €4.00 left of €4.00: this costs €1.60 more. ada can raise the limit" in reasons(
        page
    )
    assert "The team’s day has €5.00 left of €5.00: this costs €0.60 more. ada can raise" in reasons(page)


@pytest.mark.parametrize("headers", [{}, htmx()])
def test_an_order_over_a_limit_is_refused_with_the_same_words_once(client, live, mia, ada, headers):
    limit(mia, monthly_limit=10)
    answer = send(client, headers=headers, takes="2")
    assert answer.status_code == 422
    assert reasons(answer).count("Your month has €10.00 left of €10.00: this costs €1.20 more.") == 1
    assert reasons(answer).count("<li") == 1
    assert "Nothing was ordered yet:" in text_of(answer)
    assert is_blocked(answer)
    assert not Generation.objects.exists()
    assert "A boat</textarea>" in answer.content.decode()


def test_the_browser_has_what_it_needs_to_judge_by_itself(client, live, mia, ada):
    limit(mia, monthly_limit=Decimal("12.34"))
    (budget,) = [span for span in elements(client.get("/"), "span") if "data-budget" in span]
    assert budget["data-free"] == "1234"
    assert budget["data-lacks"] == (
        "Your month has €12.34 left of €12.34: this costs {} more. ada can raise the limit on the team’s page."
    )


def test_a_raised_limit_reaches_an_open_page(client, live, mia):
    limit(mia, monthly_limit=5)
    make_generation(mia, account=live, price="1.00")
    url = question(client.get("/"))
    limit(mia, monthly_limit=50)
    make_generation(make_user("bo"))
    (budget,) = elements(ask(client, url), "div", id="budget")
    assert budget["hx-swap-oob"] == "true"


def test_a_viewer_is_told_who_can_help(client, ada):
    client.force_login(make_user("vi", role=Role.VIEWER))
    page = client.get("/")
    assert is_blocked(page)
    assert "You watch in Studio. ada can make you a member, who may order." in reasons(page)
    answer = send(client)
    assert answer.status_code == 422
    assert reasons(answer).count("<li") == 1
    assert not Generation.objects.exists()


def test_without_a_price_the_page_says_so_and_nothing_breaks(client, mia):
    clip = make_generation(mia, State.CANCELLED)
    Price.objects.update(valid_from=timezone.now() + timedelta(days=1))
    for url in ("/", "/gallery/", f"/gallery/{clip.pk}/", f"/gallery/{clip.pk}/retry"):
        assert client.get(url).status_code == 200
    page = client.get("/")
    assert is_blocked(page)
    assert "No price is in force, so nothing can be ordered. An admin can set one." in reasons(page)
    assert "€" not in text_of(page).split("This order")[-1].split("Just now")[0]
    assert send(client).status_code == 422
    said = client.post(f"/gallery/{clip.pk}/retry", {"confirmed": "yes"}, follow=True)
    assert "No price is in force" in text_of(said)
    assert Generation.objects.count() == 1


def test_a_paused_team_is_told_by_whom_why_and_who_can_help(client, mia, ada):
    brakes.pause(Team.objects.get(), actor=ada, why="the client thinks again")
    page = text_of(client.get("/"))
    assert "Sending is paused for Studio by ada: “the client thinks again”." in page
    assert "ada can let it go on." in page
    assert "Sending is paused for Studio. You can order; it waits in line" in page
    assert "Open the team’s page" not in page
    assert send(client).status_code == 302
    assert "sending is paused for the team · not sent yet, nothing spent" in text_of(client.get("/"))
    client.force_login(ada)
    assert elements(client.get("/gallery/"), "p", **{"class": "banner-links"})


def test_nothing_is_hurried_while_its_team_is_paused(client, mia, ada):
    clip = make_generation(mia, due_at=timezone.now() + timedelta(hours=3))
    url = f"/gallery/{clip.pk}/send-now"
    assert elements(client.get("/"), "form", action=url)
    brakes.pause(Team.objects.get(), actor=ada, why="lunch")
    assert not elements(client.get("/"), "form", action=url)


def test_a_team_that_stopped_by_itself_says_why(client, mia, ada):
    Team.objects.update(
        paused_at=timezone.now(), paused_kind=Pause.FAILURES, paused_reason="5 of the last 8 clips failed."
    )
    page = text_of(client.get("/gallery/"))
    assert "Sending has stopped for Studio by itself. 5 of the last 8 clips failed." in page


def test_a_pause_and_its_end_reach_open_pages(client, mia, ada):
    url = question(client.get("/gallery/"))
    team = Team.objects.get()
    brakes.pause(team, actor=ada, why="lunch")
    paused = ask(client, url)
    assert "Sending is paused for Studio by ada" in text_of(paused)
    brakes.resume(team, actor=ada)
    resumed = ask(client, question(paused))
    assert elements(resumed, "div", id="banners")[0]["hx-swap-oob"] == "true"
    assert "paused" not in text_of(resumed)


def test_a_form_of_another_team_orders_nothing_and_says_so(client, mia):
    studio = membership_of(mia).team
    north = make_membership(mia, make_team("North")).team
    answer = send(client, team=studio.pk)
    assert answer.status_code == 422
    assert "You work in North now" in text_of(answer)
    assert not Generation.objects.exists()
    (team,) = elements(answer, "input", name="team")
    assert team["value"] == str(north.pk)
    assert send(client, team=north.pk).status_code == 302


def test_tonight_is_said_kept_waiting_and_can_be_hurried(client, mia):
    answer = send(client, when="tonight", takes="2", headers=htmx())
    assert "Ordered: 2 clips will be sent t" in text_of(answer)
    assert elements(answer, "fieldset", id="when")[0]["hx-swap-oob"] == "true"
    assert ["checked" in radio for radio in elements(answer, "input", name="when")] == [True, False]
    first, second = Generation.objects.order_by("take")
    assert timezone.localtime(first.due_at).strftime("%H:%M") == "22:00"
    page = client.get("/")
    assert "at 22:00 · not sent yet, nothing spent" in text_of(page)
    said = client.post(f"/gallery/{second.pk}/send-now", follow=True)
    assert "It is in line now" in text_of(said)
    assert "to be sent at once by mia" in text_of(said)
    assert not elements(said, "form", action=f"/gallery/{second.pk}/send-now")
    second.refresh_from_db()
    assert second.due_at is None


def test_what_is_not_waiting_for_its_time_is_not_hurried(client, mia):
    clip = make_generation(mia, State.RENDERING, due_at=timezone.now())
    said = client.post(f"/gallery/{clip.pk}/send-now", follow=True)
    assert "It is in line now" not in text_of(said)
    assert not clip.events.filter(why__startswith="to be sent").exists()


def test_a_private_order_stays_private_and_the_next_one_too(client, mia):
    send(client, is_private="on")
    assert Generation.objects.get().is_private
    assert "checked" in elements(client.get("/"), "input", name="is_private")[0]


def make_earlier(owner, **fields):
    """What the plain form orders, made before."""
    fields = {"prompt": "A boat", "state": State.READY, **fields}
    return make_generation(owner, fields.pop("state"), **fields)


@pytest.mark.parametrize("headers", [{}, htmx()])
def test_what_was_made_before_is_shown_first_and_another_take_is_a_press_away(client, live, mia, headers):
    clip = make_earlier(make_user("bo"), account=live)
    Generation.objects.update(created_at=timezone.now() - timedelta(days=3))
    nonce = str(uuid4())
    answer = send(client, headers=headers, nonce=nonce)
    assert answer.status_code == 422
    (panel,) = elements(answer, "div", id="earlier")
    assert "autofocus" in panel
    day = timezone.localtime() - timedelta(days=3)
    assert f"Already made Made on {day:%A} by bo, €5.60. Nothing was ordered yet." in text_of(answer)
    assert elements(answer, "a", href=f"/gallery/{clip.pk}/")
    (another,) = elements(answer, "button", name="another")
    assert another["value"] == "yes"
    assert elements(answer, "input", name="nonce")[0]["value"] == nonce
    assert Generation.objects.count() == 1
    assert send(client, headers=headers, nonce=nonce, another="yes").status_code in (200, 302)
    assert Generation.objects.count() == 2


def test_one_on_its_way_says_since_when(client, live, mia):
    clip = make_earlier(mia, account=live, state=State.RENDERING)
    at = timezone.localtime(clip.created_at)
    assert f"Already on its way On its way since {at:%H:%M} by you, €5.60." in text_of(send(client))


def test_in_rehearsal_nothing_was_paid_for_it(client, mia):
    make_earlier(mia)
    assert "by you, in rehearsal, nothing paid." in text_of(send(client))


def test_a_colleagues_private_clip_is_not_told_of(client, mia):
    make_earlier(make_user("bo"), is_private=True)
    assert send(client).status_code == 302


@pytest.mark.parametrize(("url", "most"), [("/", 19), ("/gallery/", 15), ("/gallery/?whose=team", 15)])
def test_pages_with_money_cost_as_many_queries_whatever_was_spent(
    client, live, mia, ada, url, most, django_assert_num_queries, django_assert_max_num_queries
):
    limit(monthly_limit=600, daily_limit=500)
    make_generation(mia, State.READY, account=live)
    client.get(url)
    with django_assert_max_num_queries(most) as few:
        client.get(url)
    for number in range(20):
        make_generation(make_user(f"bo{number}"), State.READY, account=live)
    with django_assert_num_queries(len(few)):
        client.get(url)
