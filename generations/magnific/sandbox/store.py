"""Tasks, callbacks due, mishaps, counters and the link secret: one SQLite file, safe against `kill -9`."""

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from generations.magnific.sandbox.timeline import Outcome, Rewriting, Status, Task

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS task (
    number INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL UNIQUE, key_sha256 TEXT NOT NULL,
    created_at REAL NOT NULL, seconds REAL NOT NULL, outcome TEXT NOT NULL, take INTEGER NOT NULL,
    prompt_sha256 TEXT NOT NULL, request TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rewriting (
    number INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL UNIQUE, key_sha256 TEXT NOT NULL,
    created_at REAL NOT NULL, seconds REAL NOT NULL, outcome TEXT NOT NULL, take INTEGER NOT NULL,
    request TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS task_by_key ON task (key_sha256, number);
CREATE INDEX IF NOT EXISTS task_by_prompt ON task (prompt_sha256);
CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL REFERENCES task (task_id),
    status TEXT NOT NULL, webhook_id TEXT NOT NULL UNIQUE, due_at REAL,
    attempts INTEGER NOT NULL DEFAULT 0, delivered_at REAL);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_at);
CREATE TABLE IF NOT EXISTS mishap (
    number INTEGER PRIMARY KEY AUTOINCREMENT, fault TEXT NOT NULL, subject TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS mishap_by_subject ON mishap (subject, fault);
CREATE TABLE IF NOT EXISTS rate (
    key_sha256 TEXT NOT NULL, window INTEGER NOT NULL, requests INTEGER NOT NULL,
    PRIMARY KEY (key_sha256, window));
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Delivery:
    """One callback that is due: this status of this task; `attempts` counts the present one.

    `was_taken` tells that the receiver has taken it before.
    """

    number: int
    task_id: str
    status: Status
    webhook_id: str
    attempts: int
    was_taken: bool


class Store:
    """The sandbox's memory. Every method is one transaction and may be called from any thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        # A commit is in the WAL file before the answer goes out: it survives the death of the process.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def add(self, task: Task, callbacks: Sequence[tuple[float, Status]]) -> None:
        """Keep a new task together with the callbacks it will owe: (unix time, status)."""
        row = (task.task_id, task.key_sha256, task.created_at, task.seconds, task.outcome, task.take)
        with self._lock, self._db:
            self._db.execute(
                "INSERT INTO task (task_id, key_sha256, created_at, seconds, outcome, take, prompt_sha256,"
                " request) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, digest(task.request["prompt"]), json.dumps(task.request)),
            )
            self._owe(task, callbacks)

    def add_rewriting(self, task: Rewriting, callbacks: Sequence[tuple[float, Status]]) -> None:
        """Keep a new text's task, like `add`."""
        row = (task.task_id, task.key_sha256, task.created_at, task.seconds, task.outcome, task.take)
        with self._lock, self._db:
            self._db.execute(
                "INSERT INTO rewriting (task_id, key_sha256, created_at, seconds, outcome, take, request)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*row, json.dumps(task.request)),
            )
            self._owe(task, callbacks)

    def _owe(self, task: Task, callbacks: Sequence[tuple[float, Status]]) -> None:
        for due_at, status in callbacks:
            self._db.execute(
                "INSERT INTO delivery (task_id, status, webhook_id, due_at) VALUES (?, ?, ?, ?)",
                (task.task_id, status, f"msg_{secrets.token_hex(12)}", due_at),
            )

    def find_rewriting(self, task_id: str) -> Rewriting | None:
        """Return a text's task, whoever made it."""
        row = self._row("SELECT * FROM rewriting WHERE task_id = ?", task_id)
        return _rewriting(row) if row else None

    def rewritings(self) -> list[Rewriting]:
        """Return all tasks of texts, oldest first."""
        return [_rewriting(row) for row in self._rows("SELECT * FROM rewriting ORDER BY number")]

    def rewritings_since(self, key_sha256: str, since: float) -> int:
        """Return how many texts a key has given since a unix time."""
        query = "SELECT count(*) FROM rewriting WHERE key_sha256 = ? AND created_at > ?"
        return int(self._row(query, key_sha256, since)[0])

    def takes_of(self, prompt_sha256: str) -> int:
        """Return how many tasks have been created from this prompt."""
        return int(self._row("SELECT count(*) FROM task WHERE prompt_sha256 = ?", prompt_sha256)[0])

    def find(self, task_id: str) -> Task | None:
        """Return the task, whoever made it."""
        row = self._row("SELECT * FROM task WHERE task_id = ?", task_id)
        return _task(row) if row else None

    def newest(self, key_sha256: str, limit: int, until: float) -> list[Task]:
        """Return up to `limit` tasks of one key created until a unix time, newest first."""
        query = "SELECT * FROM task WHERE key_sha256 = ? AND created_at <= ? ORDER BY number DESC LIMIT ?"
        return [_task(row) for row in self._rows(query, key_sha256, until, limit)]

    def every(self) -> list[Task]:
        """Return all tasks, oldest first."""
        return [_task(row) for row in self._rows("SELECT * FROM task ORDER BY number")]

    def claim_delivery(self, now: float, retry_after: float, max_attempts: int) -> Delivery | None:
        """Take one callback that is due, and put its next attempt off first.

        The next attempt is stored before this one is sent, `retry_after` seconds on and doubling, so
        that a death in between sends again rather than never.
        """
        with self._lock, self._db:
            row = self._db.execute(
                "SELECT * FROM delivery WHERE due_at <= ? ORDER BY due_at, number LIMIT 1", (now,)
            ).fetchone()
            if row is None:
                return None
            attempts = row["attempts"] + 1
            next_due = now + retry_after * 2 ** (attempts - 1) if attempts < max_attempts else None
            change = "UPDATE delivery SET attempts = ?, due_at = ? WHERE number = ?"
            self._db.execute(change, (attempts, next_due, row["number"]))
        status, was_taken = Status(row["status"]), row["delivered_at"] is not None
        return Delivery(row["number"], row["task_id"], status, row["webhook_id"], attempts, was_taken)

    def delivered(self, number: int, now: float, again_at: float | None) -> None:
        """Note that the receiver took a callback: none follows, or one more at `again_at`. Unix times."""
        change = "UPDATE delivery SET delivered_at = coalesce(delivered_at, ?), due_at = ? WHERE number = ?"
        with self._lock, self._db:
            self._db.execute(change, (now, again_at, number))

    def deliveries(self) -> list[dict[str, Any]]:
        """Return all callbacks owed or sent, oldest first, as plain dicts."""
        query = "SELECT task_id, status, webhook_id, attempts, delivered_at FROM delivery ORDER BY number"
        return [dict(row) for row in self._rows(query)]

    def note_mishap(self, fault: str, subject: str) -> None:
        """Record that a fault struck: a task by its id, a prompt by its digest, or nothing nameable ("")."""
        with self._lock, self._db:
            self._db.execute("INSERT INTO mishap (fault, subject) VALUES (?, ?)", (fault, subject))

    def mishaps_of(self, fault: str, subject: str) -> int:
        """Return how often a fault struck a subject."""
        query = "SELECT count(*) FROM mishap WHERE subject = ? AND fault = ?"
        return int(self._row(query, subject, fault)[0])

    def mishaps(self) -> list[tuple[str, str]]:
        """Return the (fault, subject) of all mishaps, oldest first."""
        return [tuple(row) for row in self._rows("SELECT fault, subject FROM mishap ORDER BY number")]

    def count_request(self, key_sha256: str, window: int) -> int:
        """Count one request of a key in a numbered window; return the count so far."""
        with self._lock, self._db:
            self._db.execute("DELETE FROM rate WHERE window < ?", (window,))
            row = self._db.execute(
                "INSERT INTO rate VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET requests = requests + 1"
                " RETURNING requests",
                (key_sha256, window),
            ).fetchone()
        return int(row[0])

    def count(self, name: str) -> None:
        """Add one to a counter."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT INTO counter VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1", (name,)
            )

    def counters(self) -> dict[str, int]:
        """Return all counters by name."""
        return {row["name"]: row["value"] for row in self._rows("SELECT name, value FROM counter")}

    def link_secret(self) -> bytes:
        """Return the secret that signs links, made on first use."""
        with self._lock, self._db:
            self._db.execute("INSERT OR IGNORE INTO secret VALUES ('links', ?)", (secrets.token_bytes(32),))
            row = self._db.execute("SELECT value FROM secret WHERE name = 'links'").fetchone()
        return bytes(row[0])

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def _row(self, query: str, *values: object) -> Any:
        with self._lock:
            return self._db.execute(query, values).fetchone()


def digest(text: str) -> str:
    """Return the SHA-256 of a key or a prompt, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _task(row: sqlite3.Row) -> Task:
    return Task(**_columns(row))


def _rewriting(row: sqlite3.Row) -> Rewriting:
    return Rewriting(**_columns(row))


def _columns(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "task_id": row["task_id"],
        "key_sha256": row["key_sha256"],
        "created_at": row["created_at"],
        "seconds": row["seconds"],
        "outcome": Outcome(row["outcome"]),
        "take": row["take"],
        "request": json.loads(row["request"]),
    }
