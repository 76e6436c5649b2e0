"""An address that was called in a way it does not know."""

import pytest

from tests.factories import make_generation, make_user
from tests.views.pages import elements, htmx, text_of

pytestmark = pytest.mark.django_db

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_person_gets_a_page_that_leads_on(client):
    mia = make_user()
    client.force_login(mia)
    page = client.get(f"/gallery/{make_generation(mia).pk}/cancel", headers=BROWSER)
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "Nothing was done" in text_of(page)
    assert elements(page, "a", href="/gallery/")
    assert "no-store" in page["Cache-Control"]
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_a_visitor_gets_one_too(client):
    page = client.get("/accounts/logout/", headers=BROWSER)
    assert "Nothing was done" in text_of(page)
    assert not elements(page, "summary")


@pytest.mark.parametrize("headers", [htmx() | BROWSER, {"accept": "application/json"}, {"accept": "*/*"}, {}])
def test_a_fragment_or_a_program_gets_no_page(client, headers):
    answer = client.get("/accounts/logout/", headers=headers)
    assert (answer.status_code, answer.content) == (405, b"")
