"""The shape of the database, as named steps that are each applied once, whole or not at all.

A released step is never edited: a change is a new step at the end. Steps only add, so that the
release before still runs on a database that the next one has already touched (a release that is
rolled back meets names it does not know, and leaves them alone).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_cache.store import Store


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: a name that never changes, and its statements in order."""

    name: str
    statements: tuple[str, ...]


_RECOVERIES = """
CREATE TABLE recoveries (
    seq INTEGER PRIMARY KEY,
    recovery TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0
) STRICT
"""

# body: NULL once the centre has it. holds: 1 while later records of the case wait for this one.
_OUTBOX = """
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body BLOB,
    digest BLOB NOT NULL,
    kept_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL,
    not_before REAL NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL DEFAULT 'pending',
    holds INTEGER NOT NULL DEFAULT 1,
    code TEXT NOT NULL DEFAULT '',
    settled_at REAL
) STRICT
"""

_OUTBOX_HEADS = """
CREATE VIEW outbox_heads AS
SELECT * FROM outbox AS head
WHERE verdict = 'pending' AND NOT EXISTS (
    SELECT 1 FROM outbox AS earlier
    WHERE earlier.case_id = head.case_id AND earlier.holds = 1 AND earlier.seq < head.seq
)
"""

_OUTBOX_LINE = """
CREATE TABLE outbox_line (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    failures INTEGER NOT NULL,
    due REAL NOT NULL,
    not_before REAL NOT NULL
) STRICT
"""

_INTENTS = """
CREATE TABLE intents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    begun_at REAL NOT NULL,
    outcome TEXT,
    evidence TEXT,
    settled_at REAL,
    finding TEXT,
    reviewer TEXT,
    reviewed_at REAL
) STRICT
"""

_INTENTS_UNKNOWN = """
CREATE INDEX intents_unknown ON intents(seq) WHERE outcome = 'unknown' AND finding IS NULL
"""

_SNAPSHOTS = """
CREATE TABLE snapshots (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    etag TEXT NOT NULL,
    signature BLOB NOT NULL,
    body BLOB NOT NULL,
    kept_at REAL NOT NULL
) STRICT
"""

# bars: 1 until the attempt was first known to have taken no money, or to have given it back;
# ``state`` may say later that money came after all. charged, voiding: the pad may have been told.
_PAYMENTS = """
CREATE TABLE payments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt TEXT NOT NULL UNIQUE,
    order_id TEXT NOT NULL,
    case_no TEXT NOT NULL,
    region TEXT NOT NULL,
    amount_fen INTEGER NOT NULL CHECK (amount_fen > 0),
    means TEXT NOT NULL,
    state TEXT NOT NULL,
    bars INTEGER NOT NULL DEFAULT 1,
    reason TEXT NOT NULL DEFAULT '',
    charged INTEGER NOT NULL DEFAULT 0,
    voiding INTEGER NOT NULL DEFAULT 0,
    paid_fen INTEGER NOT NULL DEFAULT 0,
    channel TEXT NOT NULL DEFAULT '',
    channel_ref TEXT NOT NULL DEFAULT '',
    trans_no TEXT NOT NULL DEFAULT '',
    begun_at REAL NOT NULL,
    changed_at REAL NOT NULL
) STRICT
"""

_PAYMENT_LOG = """
CREATE TABLE payment_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    attempt TEXT NOT NULL,
    at REAL NOT NULL,
    event TEXT NOT NULL,
    was TEXT NOT NULL,
    state TEXT NOT NULL,
    evidence TEXT NOT NULL
) STRICT
"""

_PAYMENT_LOG_APPENDS = """
CREATE TRIGGER payment_log_appends BEFORE UPDATE ON payment_log
BEGIN SELECT RAISE(ABORT, 'append only'); END
"""

_PAYMENT_LOG_GOES = """
CREATE TRIGGER payment_log_goes AFTER DELETE ON payments
BEGIN DELETE FROM payment_log WHERE attempt = OLD.attempt; END
"""

_PAYMENTS_BARRING = """
CREATE VIEW payments_barring AS
SELECT * FROM payments WHERE state NOT IN ('not_paid', 'refunded')
"""

_PAYMENTS_UNSETTLED = """
CREATE VIEW payments_unsettled AS
SELECT * FROM payments WHERE state NOT IN ('paid', 'not_paid', 'refunded')
"""

_PAYMENTS_SETTLED_ORDERS = """
CREATE VIEW payments_settled_orders AS
SELECT order_id, max(changed_at) AS changed_at FROM payments
GROUP BY order_id HAVING sum(state NOT IN ('paid', 'not_paid', 'refunded')) = 0
"""

MIGRATIONS: tuple[Migration, ...] = (
    Migration("0000_recoveries", (_RECOVERIES,)),
    Migration(
        "0001_outbox",
        (
            _OUTBOX,
            "CREATE INDEX outbox_pending ON outbox(seq) WHERE verdict = 'pending'",
            "CREATE INDEX outbox_refused ON outbox(seq) WHERE verdict = 'refused'",
            "CREATE INDEX outbox_holds ON outbox(case_id, seq) WHERE holds = 1",
            _OUTBOX_HEADS,
            _OUTBOX_LINE,
            "INSERT INTO outbox_line(id, failures, due, not_before) VALUES (1, 0, 0, 0)",
        ),
    ),
    Migration(
        "0002_intents",
        (
            _INTENTS,
            "CREATE INDEX intents_open ON intents(seq) WHERE outcome IS NULL",
            _INTENTS_UNKNOWN,
        ),
    ),
    Migration("0003_snapshots", (_SNAPSHOTS,)),
    Migration(
        "0004_payments",
        (
            _PAYMENTS,
            # The last line of defence against a second charge, whatever the code above it does.
            "CREATE UNIQUE INDEX payments_one_at_a_time ON payments(order_id) WHERE bars = 1",
            "CREATE INDEX payments_of_order ON payments(order_id, seq)",
            _PAYMENTS_BARRING,
            _PAYMENTS_UNSETTLED,
            _PAYMENTS_SETTLED_ORDERS,
            _PAYMENT_LOG,
            _PAYMENT_LOG_APPENDS,
            _PAYMENT_LOG_GOES,
            "CREATE INDEX payment_log_of_attempt ON payment_log(attempt, seq)",
        ),
    ),
)


def migrate(store: Store, migrations: Sequence[Migration] = MIGRATIONS) -> tuple[str, ...]:
    """Apply what is missing, each step with its record in one transaction; return their names."""
    store.change("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY) STRICT")
    known = {str(name) for (name,) in store.rows("SELECT name FROM migrations")}
    missing = [migration for migration in migrations if migration.name not in known]
    for migration in missing:
        with store.transaction():
            for statement in migration.statements:
                store.change(statement)
            store.change("INSERT INTO migrations(name) VALUES (?)", migration.name)
    return tuple(migration.name for migration in missing)
