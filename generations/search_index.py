"""The full text index over the prompts, in each database's own way; see `models/prompt_index.py`."""

from typing import Any, Final

from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

PREFIXES: Final = " ".join(str(length) for length in range(1, 17))
"""Beginnings of words that are indexed like words. Of a longer one SQLite first collects all that begin so, which
takes its time where a word is in every prompt, as "photorealistic" may be; words beyond these are rare."""
SQLITE: Final = f"""
CREATE VIRTUAL TABLE generations_promptindex USING fts5(
    search_text, content='generations_generation', content_rowid='number', tokenize='ascii', prefix='{PREFIXES}',
    columnsize=0, detail=none
)
"""
SQLITE_TRIGGERS: Final = {
    "generations_promptindex_insert": """
    CREATE TRIGGER generations_promptindex_insert AFTER INSERT ON generations_generation BEGIN
    INSERT INTO generations_promptindex (rowid, search_text) VALUES (NEW.number, NEW.search_text); END
    """,
    "generations_promptindex_update": """
    CREATE TRIGGER generations_promptindex_update AFTER UPDATE OF number, search_text
    ON generations_generation BEGIN
    INSERT INTO generations_promptindex (generations_promptindex, rowid, search_text)
    VALUES ('delete', OLD.number, OLD.search_text);
    INSERT INTO generations_promptindex (rowid, search_text) VALUES (NEW.number, NEW.search_text); END
    """,
    "generations_promptindex_delete": """
    CREATE TRIGGER generations_promptindex_delete AFTER DELETE ON generations_generation BEGIN
    INSERT INTO generations_promptindex (generations_promptindex, rowid, search_text)
    VALUES ('delete', OLD.number, OLD.search_text); END
    """,
}
SQLITE_REBUILD: Final = "INSERT INTO generations_promptindex (generations_promptindex) VALUES ('rebuild')"
POSTGRES: Final = (
    """
    ALTER TABLE generations_generation ADD COLUMN IF NOT EXISTS search_vector tsvector
    GENERATED ALWAYS AS (array_to_tsvector(string_to_array(search_text, ' '))) STORED
    """,
    "CREATE INDEX IF NOT EXISTS generation_search ON generations_generation USING gin (search_vector)",
    # Ten thousand words are counted, not a thousand: of a beginning that is in none of these PostgreSQL believes
    # that every two-hundredth prompt has it, and goes through all clips for the first page of a dozen.
    "ALTER TABLE generations_generation ALTER COLUMN search_vector SET STATISTICS 1000",
)


def keep_index(using: str = DEFAULT_DB_ALIAS, apps: Apps | None = None, **options: Any) -> None:
    """Have the database index the prompts; what is indexed already stays so.

    Runs after each `migrate`, since SQLite loses a table's triggers whenever Django makes the table anew: then
    the index is made anew as well.
    """
    if apps and not _has_words(apps):
        return  # Migrated back to an older version.
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "sqlite":
            _keep_sqlite(cursor)
        else:
            for statement in POSTGRES:
                cursor.execute(statement)


def _has_words(apps: Apps) -> bool:
    """Whether clips have a column for the words of their prompts, in the state that a migration leads to."""
    fields = apps.get_model("generations", "Generation")._meta.get_fields()
    return any(field.name == "search_text" for field in fields)


def _keep_sqlite(cursor: CursorWrapper) -> None:
    is_new = _keep_table(cursor)
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'generations_generation'"
    )
    there = {name for (name,) in cursor.fetchall()}
    missing = SQLITE_TRIGGERS.keys() - there
    for name in sorted(missing):
        cursor.execute(SQLITE_TRIGGERS[name])
    if missing or is_new:
        cursor.execute(SQLITE_REBUILD)


def _keep_table(cursor: CursorWrapper) -> bool:
    """Make the index, or make it anew if an earlier release has made another one. True if it is empty now."""
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'generations_promptindex'")
    row = cursor.fetchone()
    if row and f"prefix='{PREFIXES}'" in row[0]:
        return False
    cursor.execute("DROP TABLE IF EXISTS generations_promptindex")
    cursor.execute(SQLITE)
    return True
