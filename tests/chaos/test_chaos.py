"""The promises under kills: a real application, a sandbox that misbehaves, and no mercy for the workers."""

from pathlib import Path

import pytest

from bench.member import Member
from tests.chaos.ordeal import COMPRESSED, Ordeal, count, wait_until_settled
from tests.chaos.promises import broken_promises
from tests.studio import running_studio

GENERATIONS = 30
BLOWS_SECONDS = 60
SETTLE_SECONDS = 240


@pytest.mark.timeout(400)
def test_nothing_is_paid_twice_or_lost_while_workers_die(tmp_path: Path) -> None:
    with running_studio(tmp_path, **COMPRESSED) as studio:
        member = Member(studio)
        with Ordeal(studio, seed=7) as ordeal:
            for number in range(GENERATIONS // 3):
                member.order(f"Dunes at dawn, number {number}", takes="3")
            wait_until_settled(studio, BLOWS_SECONDS)
        wait_until_settled(studio, SETTLE_SECONDS)
        counted = count(studio, ordeal.blows)
        assert sum(counted.blows.values()) >= 5, counted.blows
        assert len(counted.generations) >= GENERATIONS
        problems = broken_promises(counted, studio.var_dir / "media")
        assert not problems, (problems, counted.blows, studio.tails())
