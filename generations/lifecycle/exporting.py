"""All that is kept about a person, as rows of the tables that name them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Q

from generations.models import Generation, User

SECRET: Final = {"password", "token_hash", "result_url", "search_text"}
"""What lets somebody in or through, and what is only an index of the rest."""


def tables(person: User) -> Iterator[tuple[str, Iterator[Mapping[str, Any]]]]:
    """Yield each table's name with the rows that name `person`, the account itself first; others are left out.

    Whatever table is added later is in it: every column that points to a person is looked at.
    """
    yield "User", _rows(User, Q(pk=person.pk))
    models_here: list[type[models.Model]] = [*apps.get_app_config("generations").get_models(), LogEntry]
    for model in models_here:
        named = _naming(model, person)
        if named and not model._meta.proxy and model._default_manager.filter(named).exists():
            yield model._meta.object_name or "", _rows(model, named)


def _naming(model: type[models.Model], person: User) -> Q:
    """A condition on the rows of a table: one of their columns points to the person."""
    pointing = [field.name for field in model._meta.concrete_fields if field.related_model is User]
    found = Q(*((name, person) for name in pointing), _connector=Q.OR)
    return found | Q(order__owner=person) if model is Generation else found


def _rows(model: type[models.Model], named: Q) -> Iterator[Mapping[str, Any]]:
    fields = [
        field.attname
        for field in model._meta.concrete_fields
        if field.name not in SECRET and not isinstance(field, models.BinaryField)
    ]
    return model._default_manager.filter(named).order_by("pk").values(*fields).iterator(chunk_size=1000)
