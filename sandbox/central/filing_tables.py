"""The ledger's tables for preparations, cases and e-certificates; imports nothing."""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS preparations (
    preparation_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, resident TEXT NOT NULL,
    service TEXT NOT NULL, made_at TEXT NOT NULL, items TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cases (
    case_id TEXT PRIMARY KEY, case_no TEXT UNIQUE NOT NULL, terminal_id TEXT NOT NULL,
    key TEXT NOT NULL, application_sha256 TEXT UNIQUE NOT NULL, service TEXT NOT NULL,
    contract TEXT NOT NULL, region TEXT NOT NULL, unit_no TEXT NOT NULL, title TEXT NOT NULL,
    filed_at TEXT NOT NULL, decided_at TEXT NOT NULL, outcome TEXT NOT NULL,
    verification_code TEXT UNIQUE NOT NULL, application BLOB NOT NULL, form TEXT NOT NULL,
    missing TEXT NOT NULL, reasons TEXT NOT NULL,
    notice_number TEXT UNIQUE NOT NULL, notice_title TEXT NOT NULL, notice_pages INTEGER NOT NULL,
    notice BLOB NOT NULL, notice_sealed BLOB,
    order_id TEXT, paid_at TEXT, booked_at TEXT,
    withdrawn_at TEXT, answer TEXT NOT NULL,
    UNIQUE (terminal_id, key));
CREATE TABLE IF NOT EXISTS case_parties (
    case_id TEXT NOT NULL, resident TEXT NOT NULL, party TEXT NOT NULL,
    PRIMARY KEY (case_id, resident));
CREATE TABLE IF NOT EXISTS certificates (
    certificate_id TEXT PRIMARY KEY, cti TEXT UNIQUE NOT NULL, number TEXT UNIQUE NOT NULL,
    kind TEXT NOT NULL, holders TEXT NOT NULL, unit_no TEXT NOT NULL, region TEXT NOT NULL,
    title TEXT NOT NULL, area_m2 TEXT NOT NULL, use TEXT NOT NULL, obligor TEXT NOT NULL,
    shares TEXT NOT NULL, remarks TEXT NOT NULL, issued_on TEXT NOT NULL, state TEXT NOT NULL,
    changed_on TEXT, case_id TEXT, pages INTEGER NOT NULL, sealed BLOB);
CREATE TABLE IF NOT EXISTS restraints (unit_no TEXT PRIMARY KEY, seized INTEGER NOT NULL);
"""
"""``certificates.holders`` is a JSON list of residents' keys, ``cti`` 32 hex digits, ``title``
the location; ``restraints`` is what the panel's hand has put over the city's own state."""
