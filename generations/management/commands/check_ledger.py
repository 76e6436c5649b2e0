"""`manage.py check_ledger`: compares the ledger with the clips, and the sums by day with the ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.lifecycle import audit
from generations.models import AuditEntry, AuditKind


class Command(BaseCommand):
    """Print each difference in a sentence; ends with status 1 if one is left. Safe while everything runs."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --mend."""
        parser.add_argument(
            "--mend",
            action="store_true",
            help="book what is missing, as rows of their own, and add wrong sums up anew",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look, mend if told so, and say what is left. Raises CommandError if something is."""
        count = self._print_all()
        if count and options["mend"]:
            mended = audit.mend()
            what = f"mended {mended} differences of the ledger"
            AuditEntry.objects.note(what, AuditKind.LEDGER, agent="check_ledger")
            self.stdout.write(f"Mended {mended}. Looking again:")
            count = self._print_all()
        if count:
            raise CommandError(f"{count} difference{'s' if count > 1 else ''}.", returncode=1)
        self.stdout.write("The ledger holds what is due, and the sums are those of the ledger.")

    def _print_all(self) -> int:
        count = 0
        for found in audit.differences():
            self.stdout.write(str(found))
            count += 1
        return count
