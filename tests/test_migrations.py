"""What becomes of an installation from before teams and the ledger, with people, clips and prices in it."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from generations.lifecycle import audit
from generations.lifecycle.prompt_history import key_of
from generations.lifecycle.wish import Wish
from generations.models import (
    Charged,
    Generation,
    Invitation,
    LedgerEntry,
    Membership,
    OrderedPrompt,
    Price,
    State,
)
from generations.models.booking import due_of
from tests import tables

pytestmark = pytest.mark.django_db(transaction=True)
TEAMS = "0003_teams_and_ledger"

Model = Callable[[str], Any]
FILE = {"video_name": "a.mp4", "video_bytes": 1, "video_sha256": "0"}
LIVES = [(state, Charged.NO) for state in State] + [
    (State.FAILED, Charged.YES),
    (State.FAILED, Charged.UNKNOWN),
]


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Model]:
    """An installation of then, with tables of its own: those of this process are of today, and stay so."""
    with tables.none_yet(tmp_path):
        old = migrate_to("0002_first_rows")
        yield lambda name: old.get_model("generations", name)


def migrate_to(name: str) -> Any:
    """Bring the tables to a migration; return the models of then."""
    executor, wanted = MigrationExecutor(connection), ("generations", name)
    executor.migrate([wanted])
    return executor.loader.project_state(wanted).apps


def make_account(model: Model, *, is_rehearsal: bool) -> Any:
    return model("Account").objects.create(
        name="Then", base_url="http://127.0.0.1:1", key_fingerprint=uuid4().hex[:8], is_rehearsal=is_rehearsal
    )


def make_clip(model: Model, owner: Any, account: Any, state: State, charged: Charged = Charged.NO) -> None:
    order = model("Order").objects.create(owner=owner, account=account, nonce=uuid4())
    model("Generation").objects.create(
        order=order,
        owner=owner,
        account=account,
        prompt="A boat",
        negative_prompt="blur",
        cfg_scale=0.5,
        aspect_ratio="16:9",
        duration=5,
        price=Decimal("1.10"),
        currency="EUR",
        state=state,
        charged=charged,
        failure="gave_up" if state == State.FAILED else "",
        task_id=None if state == State.QUEUED else uuid4().hex,
        **(FILE if state == State.READY else {}),
    )


def test_clips_get_a_team_a_wish_and_their_place_in_ledger_and_history(before):
    ada = before("User").objects.create(username="ada", email="ada@example.com", is_superuser=True)
    mia = before("User").objects.create(username="mia", email="mia@example.com")
    before("Invitation").objects.create(
        email="bo@example.com", invited_by=ada, expires_at=timezone.now(), token_hash="0" * 64
    )
    for is_rehearsal in (False, True):
        account = make_account(before, is_rehearsal=is_rehearsal)
        for state, charged in LIVES:
            make_clip(before, mia, account, state, charged)
    call_command("migrate", verbosity=0)
    assert list(Membership.objects.values_list("team__name", "user__username", "role")) == [
        ("Studio", "ada", "lead"),
        ("Studio", "mia", "member"),
    ]
    assert Invitation.objects.get().role == "member"
    assert list(audit.differences()) == []
    assert LedgerEntry.objects.count() == len(LIVES) - 2, (
        "of one cancelled and one not charged there is nothing"
    )
    for clip in Generation.objects.select_related("account"):
        assert clip.wish_key == Wish.of(clip).key
        assert LedgerEntry.objects.booked(clip.pk).money == due_of(clip)
    row, newest = OrderedPrompt.objects.get(), Generation.objects.latest("number")
    assert (row.text, row.search_text, row.clip, row.number) == ("A boat", "a boat", newest, newest.number)
    assert (row.user_id, row.team, row.key) == (mia.pk, newest.team, key_of("A boat"))


def test_only_an_empty_installation_may_have_any_currency(before, settings):
    """The price of one with clips is not taken for ours."""
    settings.CURRENCY = "CHF"
    migrate_to(TEAMS)
    assert Price.objects.in_force().currency == "CHF"
    migrate_to("0002_first_rows")
    settings.CURRENCY = "EUR"
    account = make_account(before, is_rehearsal=False)
    make_clip(before, before("User").objects.create(username="mia"), account, State.READY)
    before("Price").objects.create(rate_per_second="1.4", currency="USD", valid_from=timezone.now())
    with pytest.raises(CommandError, match="Set CURRENCY=USD"):
        call_command("migrate", verbosity=0)
    settings.CURRENCY = "USD"
    migrate_to(TEAMS)
    assert str(Price.objects.in_force()) == "1.4000 USD/s"


def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
