"""`manage.py export_person mia --to mia.json`: writes all that is kept about a person."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from generations.lifecycle import exporting
from generations.models import AuditEntry, AuditKind, User


class Command(BaseCommand):
    """One JSON object: of each table the rows that name the person, without secrets and the files of clips."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a user name and a file."""
        parser.add_argument("username")
        parser.add_argument(
            "--to", required=True, type=Path, metavar="FILE", help="a file that is not there yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, readable by its owner alone, and say what is in it. Raises CommandError."""
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"Nobody is called {options['username']}.")
        try:
            number = os.open(options["to"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{options['to']} cannot be written: {error.strerror}.") from error
        with os.fdopen(number, "w", encoding="utf-8") as file:
            whose = {"agent": "export_person", "about": person}
            AuditEntry.objects.note("exported a person’s data", AuditKind.PERSON, person, **whose)
            counts = self._write(file, person)
        for name, count in counts.items():
            self.stdout.write(f"{count:>8,} {name}")
        self.stdout.write(f"Written to {options['to']}. The files of clips are not in it: their names are.")

    def _write(self, file: Any, person: User) -> dict[str, int]:
        """Write row by row: somebody may have made ten thousand clips."""
        counts: dict[str, int] = {}
        for name, rows in exporting.tables(person):
            file.write(f"{',' if counts else '{'}\n{json.dumps(name)}: [")
            counts[name] = 0
            for row in rows:
                text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
                file.write(f"{',' if counts[name] else ''}\n{text}")
                counts[name] += 1
            file.write("]")
        file.write("}\n")
        return counts
