"""What is looked at before anything starts, beyond what the settings check themselves."""

from typing import Any

from django.core.checks import CheckMessage, Error

from generations.lifecycle.vendor import make_client


def check_magnific(**options: Any) -> list[CheckMessage]:
    """Whether requests can be made at all with the address, the header and the key that are set."""
    try:
        make_client()
    except ValueError as error:
        return [Error(str(error), hint="See MAGNIFIC_* in .env.example.", id="generations.E001")]
    return []
