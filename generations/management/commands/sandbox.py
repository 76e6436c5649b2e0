"""`manage.py sandbox`: stand in for Magnific on this machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.magnific.sandbox.config import add_arguments, from_options
from generations.magnific.sandbox.server import serve


class Command(BaseCommand):
    """Serve Magnific's HTTP contract with real, playable 4K files until SIGTERM or Ctrl-C."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take every field of the sandbox's configuration."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve. Raises CommandError for a value or an address that cannot work."""
        try:
            serve(from_options(options))
        except (ValueError, OSError) as error:
            raise CommandError(f"The sandbox cannot start: {error}") from error
