"""Byte ranges of HTTP (RFC 9110, section 14)."""

import re
from typing import Final

RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class NotSatisfiable(Exception):
    """The range lies outside the file: 416."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the (first, last) byte asked for of `size` bytes, or None where the whole file is right.

    That is for no range, several ranges and nonsense (14.2). Raises NotSatisfiable.
    """
    match = RANGE.fullmatch(header)
    if not match or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return _suffix(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotSatisfiable
    return int(first), min(int(last or size), size - 1)


def _suffix(length: int, size: int) -> tuple[int, int]:
    """Return the last `length` bytes. Raises NotSatisfiable for none."""
    if not length:
        raise NotSatisfiable
    return max(0, size - length), size - 1
