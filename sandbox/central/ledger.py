"""What the centre remembers, on disk: one SQLite file, one connection, one lock.

The schema is made at the first start; a second start over the same file goes on where the first
ended (but for requests that were running: those never answered, so their keys are free again).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sandbox.central import filing_tables, orders_tables

Value = str | int | float | bytes | None
Row = dict[str, Value]

SCHEMA = """
CREATE TABLE IF NOT EXISTS enrolment_codes (code TEXT PRIMARY KEY, terminal_id TEXT);
CREATE TABLE IF NOT EXISTS terminals (
    terminal_id TEXT PRIMARY KEY, fingerprint TEXT UNIQUE NOT NULL,
    evidence_key_pem TEXT NOT NULL, enrolled_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS heartbeats (
    terminal_id TEXT PRIMARY KEY, at TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    terminal_id TEXT NOT NULL, key TEXT NOT NULL, request_sha256 TEXT NOT NULL,
    status INTEGER, content_type TEXT, body BLOB, at TEXT NOT NULL,
    PRIMARY KEY (terminal_id, key));
CREATE TABLE IF NOT EXISTS documents (
    name TEXT PRIMARY KEY, content_sha256 TEXT NOT NULL, version INTEGER NOT NULL,
    issued_on TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sms_challenges (
    challenge_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, resident TEXT NOT NULL,
    code TEXT NOT NULL, sent_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    attempts_left INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS phone_messages (
    id INTEGER PRIMARY KEY, resident TEXT NOT NULL, phone TEXT NOT NULL, text TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS nonces (
    terminal_id TEXT NOT NULL, nonce TEXT NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY (terminal_id, nonce));
CREATE TABLE IF NOT EXISTS sessions (
    session_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
    resident TEXT NOT NULL, check_kind TEXT NOT NULL, evidence_sha256 TEXT NOT NULL,
    opened_at TEXT NOT NULL, renew_until TEXT NOT NULL, closed_at TEXT);
CREATE TABLE IF NOT EXISTS tokens (
    token_sha256 TEXT PRIMARY KEY, session_id TEXT NOT NULL, expires_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS enquiries (
    enquiry_id TEXT PRIMARY KEY, number TEXT UNIQUE NOT NULL, session_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL, resident TEXT NOT NULL, scope TEXT NOT NULL, purpose TEXT NOT NULL,
    count INTEGER NOT NULL, verification_code TEXT UNIQUE NOT NULL, as_of TEXT NOT NULL,
    pages INTEGER NOT NULL, document BLOB NOT NULL, sealed BLOB);
CREATE TABLE IF NOT EXISTS evaluations (
    receipt TEXT PRIMARY KEY, key TEXT NOT NULL, terminal_id TEXT NOT NULL, visit TEXT NOT NULL,
    service TEXT NOT NULL, grade INTEGER NOT NULL, at TEXT NOT NULL,
    UNIQUE (terminal_id, key));
CREATE TABLE IF NOT EXISTS statistics (
    receipt TEXT PRIMARY KEY, key TEXT NOT NULL, terminal_id TEXT NOT NULL, visit TEXT NOT NULL,
    service TEXT NOT NULL, steps TEXT NOT NULL, ended TEXT NOT NULL, at TEXT NOT NULL,
    UNIQUE (terminal_id, key));
CREATE TABLE IF NOT EXISTS print_outcomes (
    receipt TEXT PRIMARY KEY, key TEXT NOT NULL, terminal_id TEXT NOT NULL, enquiry_id TEXT,
    number TEXT NOT NULL, job_name TEXT NOT NULL, outcome TEXT NOT NULL, sheets INTEGER,
    at TEXT NOT NULL,
    UNIQUE (terminal_id, key));
"""
SCHEMAS = (
    SCHEMA,
    filing_tables.SCHEMA,
    orders_tables.SCHEMA,
)
"""Each area's tables; a module of tables imports nothing, so that the ledger may import it."""


class Ledger:
    """The centre's database; every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        for schema in SCHEMAS:
            self._connection.executescript(schema)
        self._connection.execute("DELETE FROM answers WHERE status IS NULL")

    def close(self) -> None:
        """Close the file; the ledger is of no use afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All or nothing; other threads wait. Transactions don't nest."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def insert(self, table: str, row: Mapping[str, Value]) -> None:
        """Add one row; sqlite3.IntegrityError if its key is taken. Names come from our code."""
        columns, marks = ", ".join(row), ", ".join("?" for _ in row)
        self.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *row.values())  # noqa: S608 - our own names

    def execute(self, statement: str, *values: Value) -> int:
        """Run one statement; returns how many rows it changed."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    def one(self, query: str, *values: Value) -> Row | None:
        """The first row, or None."""
        rows = self.all(query, *values)
        return rows[0] if rows else None

    def all(self, query: str, *values: Value) -> list[Row]:
        """Every row as a dict."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(query, values).fetchall()]
