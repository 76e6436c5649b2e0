"""Filters as queries of addresses, in the one way that they are written."""

from typing import Any

from django.http import QueryDict


def filled(**parts: Any) -> QueryDict:
    """Return what is asked for as a mutable query: a tuple as several values, what is empty not at all."""
    query = QueryDict(mutable=True)
    for name, value in parts.items():
        if value:
            query.setlist(name, [str(one) for one in (value if isinstance(value, tuple) else (value,))])
    return query
