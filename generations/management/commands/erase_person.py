"""`manage.py erase_person mia`: erases what is known of a person; money and history stay, without the name."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.lifecycle.erasing import ErasureRefusal, erase
from generations.lifecycle.team import TeamRefusal
from generations.models import User
from generations.models.user import FORMER

ASK = (
    "This closes the account of {0} for good, hands their clips to somebody who stays in each team, and removes "
    "name, address, drafts, history and saved searches. It cannot be undone. Type the name {0} to go on: "
)


class Command(BaseCommand):
    """Asks first, unless told --yes. What people typed themselves, prompts, notes and reasons, stays as it is."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a user name, an heir, and --yes."""
        parser.add_argument("username")
        parser.add_argument("--heir", help="who takes over the clips, in the teams where they can order")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase. Raises CommandError where that is refused; then nothing was changed."""
        person, heir = self._person(options["username"]), options["heir"] and self._person(options["heir"])
        if person.is_erased:
            self.stdout.write(f"{person} was erased before. Nothing was changed.")
            return
        if not options["yes"] and input(ASK.format(person)) != person.username:
            raise CommandError("That is not the name. Nothing was changed.")
        try:
            erase(person, heir)
        except (ErasureRefusal, TeamRefusal) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Erased. In ledger and history they are called “{FORMER.format(person.pk)}”.")

    def _person(self, username: str) -> User:
        found = User.objects.filter(username=username).first()
        if found is None:
            raise CommandError(f"Nobody is called {username}.")
        return found
