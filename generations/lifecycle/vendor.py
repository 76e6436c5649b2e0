"""The client for the account that the environment names."""

from django.conf import settings

from generations.magnific.client import Client

REHEARSAL_KEY = "rehearsal"
"""What the sandbox is given; it takes any key."""


def make_client() -> Client:
    """Return a client with this installation's address, key and deadlines.

    Raises ValueError if they cannot be used for any request.
    """
    return Client(
        base_url=settings.MAGNIFIC_BASE_URL,
        api_key=settings.MAGNIFIC_API_KEY or REHEARSAL_KEY,
        api_header=settings.MAGNIFIC_API_HEADER,
        connect_timeout=settings.POST_CONNECT_SECONDS,
        post_deadline=settings.POST_DEADLINE_SECONDS,
    )
