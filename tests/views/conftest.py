"""Pages of an installation with a key, where clips are paid for."""

import pytest

from generations.models import Account
from tests.factories import make_live_account


@pytest.fixture
def live(db, settings) -> Account:
    """A key is set: the account that is in use then."""
    settings.REHEARSAL, settings.MAGNIFIC_API_KEY = False, "a-key"
    settings.MAGNIFIC_BASE_URL = "https://api.magnific.com"
    return make_live_account()
