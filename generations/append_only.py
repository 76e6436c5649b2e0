"""Tables whose rows are never changed or deleted: the database itself refuses it, whoever asks."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

TABLES: Final = ("generations_ledgerentry",)
REFUSAL: Final = "The ledger is never changed: write a correction."

# SQLite's INSERT OR REPLACE takes a row away without asking the trigger for DELETE.
SQLITE: Final = {
    "update": "BEFORE UPDATE ON {table}",
    "delete": "BEFORE DELETE ON {table}",
    "replace": "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",
}
SQLITE_TRIGGER: Final = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
POSTGRES: Final = {
    "update": "BEFORE UPDATE ON {table}",
    "delete": "BEFORE DELETE ON {table}",
    "truncate": "BEFORE TRUNCATE ON {table}",
}
POSTGRES_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION generations_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRES_TRIGGER: Final = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} {when} FOR EACH STATEMENT EXECUTE FUNCTION generations_refuse()
"""


def protect(using: str = DEFAULT_DB_ALIAS, **options: Any) -> None:
    """Have the database refuse to change or delete rows; what is protected already stays so.

    Runs after each `migrate`, since SQLite loses a table's triggers whenever Django makes the table anew.
    """
    connection = connections[using]
    is_sqlite = connection.vendor == "sqlite"
    present = [table for table in TABLES if table in connection.introspection.table_names()]
    with connection.cursor() as cursor:
        if not is_sqlite:
            cursor.execute(POSTGRES_FUNCTION.format(refusal=REFUSAL))
        for table in present:
            for trigger in _triggers(table, is_sqlite=is_sqlite):
                cursor.execute(trigger)


def _triggers(table: str, *, is_sqlite: bool) -> Iterator[str]:
    template = SQLITE_TRIGGER if is_sqlite else POSTGRES_TRIGGER
    for verb, when in (SQLITE if is_sqlite else POSTGRES).items():
        yield template.format(table=table, verb=verb, when=when.format(table=table), refusal=REFUSAL)
