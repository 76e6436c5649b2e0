"""Fixtures for the tests of views."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_figures_of_another_test():
    """Each test has a database of its own; the cache would remember the one before."""
    cache.clear()
