"""Tables whose rows are never changed or deleted: the database itself refuses it, whoever asks."""

from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections

TABLES: Final = ("generations_ledgerentry",)
REFUSAL: Final = "The ledger is never changed: write a correction."

SQLITE: Final = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
POSTGRES_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION generations_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRES: Final = """
CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION generations_refuse()
"""


def protect(using: str = DEFAULT_DB_ALIAS, **options: Any) -> None:
    """Have the database refuse to change or delete rows; what is protected already stays so.

    Runs after each `migrate`, since SQLite loses a table's triggers whenever Django makes the table anew.
    """
    connection = connections[using]
    missing = set(TABLES) - set(connection.introspection.table_names())
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if not is_sqlite:
            cursor.execute(POSTGRES_FUNCTION.format(refusal=REFUSAL))
        for table, verb in _refused(missing):
            cursor.execute(
                (SQLITE if is_sqlite else POSTGRES).format(table=table, verb=verb, refusal=REFUSAL)
            )


def _refused(missing: set[str]) -> list[tuple[str, str]]:
    return [(table, verb) for table in TABLES if table not in missing for verb in ("update", "delete")]
