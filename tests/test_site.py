"""Which address links for people begin with."""

import pytest

from generations.site import public_url


@pytest.mark.parametrize(
    "url", ["https://studio.example.com", "http://studio.lan:8000", "http://10.0.0.7:8000"]
)
def test_an_address_that_others_can_reach_is_public(settings, url):
    settings.PUBLIC_URL = url
    assert public_url() == url


@pytest.mark.parametrize(
    "url", ["", "http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000", "http://127.8.8.8"]
)
def test_an_address_of_this_machine_alone_is_not(settings, client, url):
    settings.PUBLIC_URL = url
    assert public_url() == ""
