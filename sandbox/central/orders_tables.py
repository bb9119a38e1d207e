"""Tables of money: orders, the attempts to pay them, fiscal receipts, and what went wrong.

Imports nothing, so that the ledger may import it.
"""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, case_id TEXT NOT NULL, case_no TEXT NOT NULL, region TEXT NOT NULL,
    terminal_id TEXT NOT NULL, lines TEXT NOT NULL, total_fen INTEGER NOT NULL,
    state TEXT NOT NULL, paid_attempt TEXT, opened_at TEXT NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_of_a_case ON orders (case_id);
CREATE TABLE IF NOT EXISTS attempts (
    attempt TEXT PRIMARY KEY, order_id TEXT NOT NULL, means TEXT NOT NULL,
    amount_fen INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    paid_fen INTEGER NOT NULL DEFAULT 0, channel TEXT NOT NULL DEFAULT '',
    channel_ref TEXT NOT NULL DEFAULT '', opened_at TEXT NOT NULL, expires_at TEXT,
    at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_of_an_order ON attempts (order_id);
CREATE TABLE IF NOT EXISTS fiscal_receipts (
    receipt_id TEXT PRIMARY KEY, order_id TEXT UNIQUE NOT NULL, code TEXT NOT NULL,
    number TEXT NOT NULL, check_code TEXT NOT NULL, payer TEXT NOT NULL,
    total_fen INTEGER NOT NULL, issued_at TEXT NOT NULL, reversed_at TEXT,
    pages INTEGER, document BLOB, sealed BLOB, UNIQUE (code, number));
CREATE TABLE IF NOT EXISTS pad_results (
    receipt TEXT PRIMARY KEY, key TEXT NOT NULL, terminal_id TEXT NOT NULL,
    order_id TEXT NOT NULL, attempt TEXT NOT NULL, outcome TEXT NOT NULL, trans_no TEXT NOT NULL,
    channel_ref TEXT NOT NULL, method TEXT NOT NULL, paid_fen INTEGER NOT NULL, at TEXT NOT NULL,
    UNIQUE (terminal_id, key));
CREATE TABLE IF NOT EXISTS incidents (
    receipt TEXT PRIMARY KEY, key TEXT NOT NULL, terminal_id TEXT NOT NULL, code TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL, at TEXT NOT NULL,
    UNIQUE (terminal_id, key));
CREATE TABLE IF NOT EXISTS revocation_lists (version INTEGER PRIMARY KEY, as_of TEXT NOT NULL);
"""
