"""People."""

from typing import Final

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

FORMER: Final = "former member {}"
"""What somebody is called whose data was erased, by the number of their row."""


class User(AbstractUser):
    """Somebody who signs in with a user name; the e-mail address is unique whatever its case."""

    email = models.EmailField("e-mail address")

    REQUIRED_FIELDS = ["email"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique")]

    @property
    def is_erased(self) -> bool:
        """Whether their data was erased; nobody can choose a name with blanks, which forms refuse."""
        return self.username == FORMER.format(self.pk)

    @property
    def initials(self) -> str:
        """Two letters for the round badge: of the full name if there is one, else of the user name."""
        names = self.get_full_name().split()
        letters = names[0][0] + names[-1][0] if len(names) > 1 else (names or [self.username])[0][:2]
        return letters.upper()
