"""What is checked before anything starts, beyond what the settings check themselves."""

from argparse import ArgumentError, ArgumentParser
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from generations.lifecycle.vendor import make_client
from generations.magnific.sandbox.config import add_arguments, from_options


def check_magnific(**options: Any) -> list[CheckMessage]:
    """Whether requests can be made at all with the address, the header and the key that are set."""
    try:
        make_client()
    except ValueError as error:
        return [Error(f"MAGNIFIC_* cannot be used: {error}", id="generations.E001")]
    return []


def check_sandbox(**options: Any) -> list[CheckMessage]:
    """Whether a rehearsal's sandbox could start with the SANDBOX_* that are set."""
    parser = ArgumentParser(exit_on_error=False)
    add_arguments(parser)
    try:
        from_options(vars(parser.parse_args(["--data-dir", str(settings.VAR_DIR)])))
    except ArgumentError as error:
        return [Error(f"{_variable(error)} cannot be used: {error.message}.", id="generations.E002")]
    except ValueError as error:
        return [Error(f"SANDBOX_* cannot be used: {error}.", id="generations.E002")]
    return []


def _variable(error: ArgumentError) -> str:
    """Return the variable behind an option: `--list-delay` is SANDBOX_LIST_DELAY."""
    return f"SANDBOX_{str(error.argument_name).strip('-').replace('-', '_').upper()}"
