"""`manage.py erase_person mia`: erases what is known of a person; money and history stay, without the name."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.lifecycle.erasing import ErasureRefusal, before_erasing, erase
from generations.lifecycle.team import TeamRefusal
from generations.models import User
from generations.models.user import FORMER

NO_CLIPS = "No clips are handed over."
ASK = (
    "This closes the account of {0} for good, and removes name, address, drafts, history and saved searches. "
    "It cannot be undone. Type the name {0} to go on: "
)


class Command(BaseCommand):
    """Says who gets the clips, and asks, unless told --yes. What people typed, prompts and notes, stays."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a user name, heirs, and --yes."""
        parser.add_argument("username")
        parser.add_argument(
            "--heir",
            action="append",
            default=[],
            help="who takes over the clips, in the teams where they can order; once more for other teams",
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase. Raises CommandError where that is refused; then nothing was changed."""
        person, named = self._person(options["username"]), [self._person(name) for name in options["heir"]]
        if person.is_erased:
            self.stdout.write(f"{person} was erased before. Nothing was changed.")
            return
        try:
            self._erase(person, named, is_agreed=options["yes"])
        except (ErasureRefusal, TeamRefusal) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Erased. In ledger and history they are called “{FORMER.format(person.pk)}”.")

    def _erase(self, person: User, named: list[User], *, is_agreed: bool) -> None:
        goes = before_erasing(person, named)
        self.stdout.write("\n".join(map(str, goes)) or NO_CLIPS)
        if not is_agreed and input(ASK.format(person)) != person.username:
            raise CommandError("That is not the name. Nothing was changed.")
        erase(person, goes, named)

    def _person(self, username: str) -> User:
        found = User.objects.filter(username=username).first()
        if found is None:
            raise CommandError(f"Nobody is called {username}.")
        return found
