"""Rows written by values alone, in SQL put together without the ORM, which takes ten times as long to do so.

Only for what every clip takes on its way; all else goes through the ORM. Values are prepared by the fields, so both
databases get what they would get from the ORM.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from django.db import connection, models


class Condition(NamedTuple):
    """What else must hold of a row: SQL about its table, and the values that it has places for."""

    sql: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", (*self.values, *other.values))


def update(
    model: type[models.Model], changes: Mapping[str, Any], only_if: Condition | None = None, **where: Any
) -> int:
    """Write `changes` into the rows that have the values of `where`; return how many they were."""
    names, values = _prepared(model, changes)
    columns = ", ".join(f"{_quote(name)} = %s" for name in names)
    sql, condition = _where(model, where)
    if only_if:
        sql, condition = f"{sql} AND {only_if.sql}", [*condition, *only_if.values]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {_table(model)} SET {columns} WHERE {sql}", [*values, *condition])  # noqa: S608
        return cursor.rowcount


def insert(*instances: models.Model) -> None:
    """Write new rows of one model whose keys count up; they learn them."""
    fields = [field for field in instances[0]._meta.local_concrete_fields if field.column != "id"]
    columns = ", ".join(_quote(field.column) for field in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(instances))
    values = [
        field.get_db_prep_save(field.pre_save(instance, add=True), connection)
        for instance in instances
        for field in fields
    ]
    sql = f"INSERT INTO {_table(type(instances[0]))} ({columns}) VALUES {places} RETURNING id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        keys = cursor.fetchall()
    for instance, (key,) in zip(instances, keys, strict=True):
        instance.pk, instance._state.adding, instance._state.db = key, False, connection.alias


def exists(model: type[models.Model], **where: Any) -> bool:
    """Whether some row has these values."""
    sql, values = _where(model, where)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {_table(model)} WHERE {sql} LIMIT 1", values)  # noqa: S608
        return cursor.fetchone() is not None


def delete(model: type[models.Model], **where: Any) -> None:
    """Remove the rows that have these values. Nothing may hang on them."""
    sql, values = _where(model, where)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_table(model)} WHERE {sql}", values)  # noqa: S608


def _where(model: type[models.Model], where: Mapping[str, Any]) -> tuple[str, list[Any]]:
    names, values = _prepared(model, where)
    return " AND ".join(f"{_table(model)}.{_quote(name)} = %s" for name in names), values


def _prepared(model: type[models.Model], given: Mapping[str, Any]) -> tuple[list[str | None], list[Any]]:
    """Return the columns, and their values as the database takes them."""
    fields = [_field(model, name) for name in given]
    values = [getattr(value, "pk", value) for value in given.values()]
    return [field.column for field in fields], [
        field.get_db_prep_save(value, connection) for field, value in zip(fields, values, strict=True)
    ]


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    found = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return cast("models.Field[Any, Any]", found)


def _table(model: type[models.Model]) -> str:
    return _quote(model._meta.db_table)


def _quote(name: str | None) -> str:
    return f'"{name}"'
