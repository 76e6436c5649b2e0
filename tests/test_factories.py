"""The factories make rows that the tables' own constraints accept."""

import pytest

from generations.models import State
from tests.factories import make_generation, make_invitation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", State)
def test_a_generation_in_every_state_is_valid(state):
    generation = make_generation(state=state)
    generation.full_clean()
    assert generation.events.last().to_state == state


def test_an_invitation_is_open():
    invitation, token = make_invitation()
    assert invitation.is_open
    assert invitation.token_hash == invitation.hash_token(token)
