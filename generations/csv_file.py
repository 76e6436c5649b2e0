"""Tables as CSV files that are safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
"""By this Excel knows that a CSV file is UTF-8."""
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell (OWASP, CSV Injection)."""


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file's lines, every cell quoted; the first one begins with the byte order mark.

    What people wrote must have passed `harmless`.
    """
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK + writer.writerow(columns)
    for row in rows:
        yield writer.writerow(row)


def harmless(text: str) -> str:
    """Return a person's text so that no spreadsheet takes it for a formula; our own numbers may be negative.

    What looks as if this had been done to it gets another quote, so that `as_written` finds every text again.
    """
    return f"'{text}" if _is_risky(text) else text


def as_written(cell: str) -> str:
    """Return the text that `harmless` made this cell of."""
    return cell[1:] if cell.startswith("'") and _is_risky(cell[1:]) else cell


def _is_risky(text: str) -> bool:
    return text.lstrip(" '").startswith(FORMULA_STARTS)
