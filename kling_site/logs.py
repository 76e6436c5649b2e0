"""How log records are written: in one line, and without what would let a reader of the log in."""

import logging
import re
from typing import Final

TOKENS: Final = re.compile(r"((?:/accounts/invitations|/accounts/reset|/callbacks/magnific)/)[^\s\"'<>?#]+")
"""What follows in these addresses opens an account, sets a password or speaks for the vendor."""


class Formatter(logging.Formatter):
    """Cuts the tokens out of addresses, wherever in a record they stand: also in its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        return TOKENS.sub(r"\1…", super().format(record))


class WithoutTraceback(logging.Filter):
    """Leaves of a record its sentence: for errors that strangers can cause at will."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.exc_info = record.exc_text = None
        return True
