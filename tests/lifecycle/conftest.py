"""A sandbox over real HTTP, short waits, and threads that clean up behind them."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from generations.lifecycle import lease, submit
from generations.lifecycle.lease import Holding
from generations.lifecycle.wish import Wish
from generations.magnific.sandbox.config import SandboxConfig
from generations.magnific.sandbox.server import Sandbox, running_sandbox
from generations.models import Account, Generation, Submission
from generations.models.submission import new_callback_token

WISH = Wish("A paper boat crosses a gutter at dusk", "blur", 0.5, "16:9", 3)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.RECEIPTS_DIR = tmp_path / "receipts"


@pytest.fixture
def point_at(settings: Any) -> Callable[[str], None]:
    """Make an address the account's."""

    def point(url: str) -> None:
        settings.MAGNIFIC_BASE_URL = url
        settings.MAGNIFIC_RESULT_HOSTS = [url]
        settings.LIST_INTERVAL_SECONDS = 0.1
        settings.SLICE_SECONDS = 20
        settings.MAGNIFIC_REQUESTS_PER_MINUTE = 6000

    return point


@pytest.fixture
def sandbox(tmp_path: Path, point_at: Callable[[str], None]) -> Iterator[Sandbox]:
    config = SandboxConfig(data_dir=tmp_path / "sandbox", port=0, seconds=0.5, megabytes=0.5)
    with running_sandbox(config) as running:
        point_at(running.base_url)
        yield running


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.current()


@pytest.fixture
def holding(account: Account) -> Holding:
    taken = lease.acquire(account)
    assert taken
    return taken


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each in a thread with its own connection; return what they gave."""
    results: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(number: int, call: Callable[[], Any]) -> None:
        gate.wait(30)
        try:
            results[number] = call()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def claim(generation: Generation, holding: Holding) -> Submission | None:
    """Claim as the dispatcher does, without sending."""
    return submit.claim(generation, holding, new_callback_token())
