"""What the programs are told in rehearsal."""

import stat
from pathlib import Path
from typing import Any

import pytest

from kling_site.supervisor import rehearsal

HERE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _plain(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    settings.PUBLIC_URL, settings.MAGNIFIC_WEBHOOK_SECRETS = "", []
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]


def test_callbacks_are_always_on() -> None:
    told = rehearsal.environment(8001, HERE)
    assert told["MAGNIFIC_BASE_URL"] == "http://127.0.0.1:8001"
    assert told["PUBLIC_URL"] == HERE
    assert told["MAGNIFIC_WEBHOOK_SECRETS"] == told["SANDBOX_WEBHOOK_SECRET"]
    assert len(told["SANDBOX_WEBHOOK_SECRET"]) == 64


def test_the_secret_is_kept_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = rehearsal.webhook_secret(tmp_path / "webhook_secret")
    assert rehearsal.webhook_secret(tmp_path / "webhook_secret") == first
    assert rehearsal.webhook_secret(tmp_path / "other") != first
    assert stat.S_IMODE((tmp_path / "webhook_secret").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("here", "name"), [("http://192.0.2.5:8000", "192.0.2.5"), ("http://[::1]:8000", "[::1]")]
)
def test_the_site_answers_to_the_address_that_the_sandbox_calls(settings: Any, here: str, name: str) -> None:
    settings.ALLOWED_HOSTS = ["studio.example.com"]
    told = rehearsal.environment(8001, here)
    assert told["PUBLIC_URL"] == here
    assert told["ALLOWED_HOSTS"] == f"studio.example.com,{name}"


def test_what_the_operator_has_set_stays(settings: Any, tmp_path: Path) -> None:
    settings.PUBLIC_URL, settings.MAGNIFIC_WEBHOOK_SECRETS = "https://studio.example.com", ["one", "two"]
    told = rehearsal.environment(8001, HERE)
    assert told["PUBLIC_URL"] == "https://studio.example.com"
    assert told["MAGNIFIC_WEBHOOK_SECRETS"] == "one,two"
    assert told["SANDBOX_WEBHOOK_SECRET"] == "one"
    assert not (tmp_path / "webhook_secret").exists()
