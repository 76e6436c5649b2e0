"""Finding the one row that somebody asks for."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

RowT = TypeVar("RowT", bound=Model)


def one(found: QuerySet[RowT], otherwise: str, **key: Any) -> RowT:
    """Return the row of this key. Raises Http404 for a stranger's and for none at all alike."""
    row = found.filter(**key).first()
    if row is None:
        raise Http404(otherwise)
    return row
