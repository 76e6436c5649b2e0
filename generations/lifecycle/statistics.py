"""What the database knows of its own tables, by which it chooses an index."""

from django.db import connection


def refresh() -> None:
    """Have SQLite count anew, which it never does by itself; PostgreSQL's autovacuum does.

    Nobody writes meanwhile: a second or two with a hundred thousand clips. `PRAGMA analysis_limit` would be
    quicker, but takes all that is owned by few for a thousand rows.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
