"""What a file says about prompts, once it has been read and checked."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from generations.lifecycle.prompts import Draft
from generations.models import Version


@dataclass(frozen=True)
class Edition:
    """A version as a file has it; names are of whoever wrote and accepted it there, if the file says so."""

    draft: Draft
    note: str = ""
    author: str = ""
    accepted_by: str = ""
    written_at: datetime | None = None

    def written(self, **fields: object) -> Version:
        """Return it as a row of ours, unsaved; `fields` are what only we know."""
        at = {"created_at": self.written_at} if self.written_at else {}
        names = {"author_name": self.author, "accepted_name": self.accepted_by}
        return Version(**vars(self.draft), note=self.note, **names, **at, **fields)


@dataclass(frozen=True)
class Entry:
    """A prompt as a file has it.

    `place` says where: Line 3. `editions` are its versions, oldest first, one at least, and `live` is the place of
    one among them. `given` names what the file says: the rest stays as it is in a prompt that is here.
    """

    place: str
    title: str
    editions: tuple[Edition, ...]
    live: int
    given: frozenset[str]
    key: UUID | None = None
    notes: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    archived_at: datetime | None = None
    settled: frozenset[str] = field(default=frozenset(Draft.__dataclass_fields__))
    """Of the draft: what the file says. A table may have no column for the rest."""
