"""Makes the first two accounts and says how to sign in."""

import json
import os
import secrets
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.urls import reverse

from generations.models import Membership, Role, Team, User

EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No l, 1, i, o or 0: such a password can be read aloud. Four times four give 79 bits."""


class First(NamedTuple):
    """One of the accounts of an empty installation."""

    username: str
    is_admin: bool

    @property
    def chosen(self) -> str:
        """The password that the environment asks for, or nothing."""
        return os.environ.get(f"{self.username.upper()}_PASSWORD", "")


FIRST = (First("demo", is_admin=False), First("admin", is_admin=True))


class Command(BaseCommand):
    """`manage.py ensure_accounts`: safe to run at every start."""

    help = "On an empty database makes the accounts demo and admin; always prints how to sign in as them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, update and print."""
        if not User.objects.exists():
            create_first_accounts()
        generated = read_generated()
        for first in FIRST:
            user = User.objects.filter(username=first.username, is_active=True).first()
            if user:
                take_chosen_password(user, first.chosen)
                password = known_password(user, first.chosen or generated.get(first.username, ""))
                self.stdout.write(f"Sign in at {sign_in_url()} as {first.username}, {password}")


def create_first_accounts() -> None:
    """Make both accounts, with the passwords of the environment or generated ones.

    Generated ones are written down first: an account whose password nobody knows would be of no use.
    """
    generated = {first.username: readable_password() for first in FIRST if not first.chosen}
    write_generated(generated)
    with transaction.atomic():
        team = Team.objects.first() or Team.objects.create(name="Studio")
        for first in FIRST:
            user = User.objects.create_user(
                first.username,
                email=f"{first.username}@localhost",
                password=first.chosen or generated[first.username],
                is_staff=first.is_admin,
                is_superuser=first.is_admin,
            )
            Membership.objects.create(team=team, user=user, role=Role.LEAD)


def take_chosen_password(user: User, chosen: str) -> None:
    """Set the password of the environment, if there is one and it no longer fits."""
    if chosen and not user.check_password(chosen):
        user.set_password(chosen)
        user.save(update_fields=["password"])


def known_password(user: User, password: str) -> str:
    """Return `password <it>` if it is still true, else a hint."""
    if password and user.check_password(password):
        return f"password {password}"
    return "with the password you set"


def readable_password() -> str:
    """Return four groups of four easy letters."""
    return "-".join("".join(secrets.choice(EASY_LETTERS) for _ in range(4)) for _ in range(4))


def generated_path() -> Path:
    """Return the file with the generated passwords, which only its owner may read."""
    return settings.VAR_DIR / "accounts.json"


def read_generated() -> dict[str, str]:
    """Return the generated passwords by user name; none when every one was chosen."""
    path = generated_path()
    return json.loads(path.read_text()) if path.exists() else {}


def write_generated(passwords: dict[str, str]) -> None:
    """Write the generated passwords to a file of mode 600, in one piece."""
    path = generated_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(passwords))
    draft.replace(path)


def sign_in_url() -> str:
    """Return the sign-in page as this machine's browser reaches it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(settings.HOST, settings.HOST)  # noqa: S104
    site = settings.PUBLIC_URL or f"http://{host}:{settings.PORT}"
    return site + reverse("login")
