"""What reaches the log, and what must not."""

import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.test import Client

SECRET = "n0t-for-the-l0g"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What the log of a program holds, under the project's own configuration."""
    log = StringIO()
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", log)
        logging.config.dictConfig(settings.LOGGING)
    yield log
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/accounts/invitations/{}/", "/accounts/reset/MQ/{}/more/", "/callbacks/magnific/{}/x"]
)
def test_a_request_that_fails_leaves_no_token(written: StringIO, path: str) -> None:
    Client().get(path.format(SECRET))
    assert SECRET not in written.getvalue()
    if path.endswith(("more/", "x")):
        assert f"Not Found: {path.split('{')[0].removesuffix('MQ/')}…" in written.getvalue()


@pytest.mark.django_db
def test_a_forged_form_leaves_no_token(written: StringIO) -> None:
    Client(enforce_csrf_checks=True).post(f"/accounts/invitations/{SECRET}/")
    assert "Forbidden (CSRF cookie not set.): /accounts/invitations/…" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_a_traceback_leaves_no_token(written: StringIO) -> None:
    try:
        raise ValueError(f"https://studio.example.com/accounts/reset/MQ/{SECRET}/ is broken")
    except ValueError:
        logging.getLogger("generations").exception("It is broken")
    assert "ValueError: https://studio.example.com/accounts/reset/… is broken" in written.getvalue()
    assert SECRET not in written.getvalue()


@pytest.mark.django_db
def test_another_host_name_is_a_line_without_a_traceback(written: StringIO) -> None:
    assert Client().get("/accounts/login/", headers={"host": "evil.example"}).status_code == 400
    (line,) = written.getvalue().splitlines()
    assert "ERROR django.security.DisallowedHost Invalid HTTP_HOST header: 'evil.example'" in line
