"""One world for all tests of access."""

import math

import pytest
from django.db import transaction
from django.test import override_settings

from tests.access.world import make_world


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """One for all tests here: each undoes what it changed. No cluster is late in it, however long they take."""
    lasting = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), STUCK_AFTER_SECONDS=math.inf)
    with django_db_blocker.unblock(), lasting, transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
