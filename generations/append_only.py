"""Tables whose rows are never changed or deleted: the database itself refuses it, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

TABLES: Final = {
    "generations_ledgerentry": "The ledger is never changed: write a correction.",
    "generations_auditentry": "The audit is never changed.",
    "generations_review": "A review is never changed: write another.",
}
"""Each with what the database says to who tries."""

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
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRES_TRIGGER: Final = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} {when} FOR EACH STATEMENT
EXECUTE FUNCTION generations_refuse('{refusal}')
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
            cursor.execute(POSTGRES_FUNCTION)
        for table in present:
            for trigger in _triggers(table, is_sqlite=is_sqlite):
                cursor.execute(trigger)


@contextmanager
def rewriting(table: str, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let this transaction, and nobody else, change rows of a protected table: for the erasure of a name alone.

    Raises RuntimeError outside of a transaction: what is raised within must put the protection back.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError("Protection is lifted within a transaction only.")
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {table}_no_update{'' if is_sqlite else f' ON {table}'}")
        yield
        for trigger in _triggers(table, is_sqlite=is_sqlite):
            cursor.execute(trigger)


def _triggers(table: str, *, is_sqlite: bool) -> Iterator[str]:
    template = SQLITE_TRIGGER if is_sqlite else POSTGRES_TRIGGER
    for verb, when in (SQLITE if is_sqlite else POSTGRES).items():
        yield template.format(table=table, verb=verb, when=when.format(table=table), refusal=TABLES[table])
