"""Django's SQLite backend, with a finer way of waiting for the lock."""
