"""What centre, acquirers, printers and the kiosk's own disk say after a visit."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sandbox.visit import Setting, all_held, run_visit, table
from sandbox.visits.panel_client import Row
from sandbox.visits.scripts import VISITS
from sandbox.visits.visitor import Visitor


class Aftermath:
    """Makes the visit; then tells what has been written, printed and paid since it began."""

    def __init__(self, where: Setting, name: str) -> None:
        self.where = where
        self.visitor = Visitor(where.presser, where.panel, where.kiosk)
        self._moved = self._movements()
        visit = VISITS[name]()
        results = run_visit(visit, where)
        assert all_held(visit, results), "\n" + table(results)

    def rows(self, name: str) -> list[Row]:
        """New rows of one of the centre's tables."""
        return self.visitor.new_rows(name)

    def row(self, name: str) -> Row:
        """The one new row."""
        (row,) = self.rows(name)
        return row

    @property
    def papers(self) -> dict[str, int]:
        """New sheets' jobs and slips."""
        return self.visitor.new_papers()

    def slip(self) -> str:
        """The text of the newest slip."""
        return newest(self.where.city.slips, "slip-*.txt").read_text(encoding="utf-8")

    def ended(self) -> str:
        """How the one visit ended, by the statistics."""
        return str(self.row("statistics")["ended"])

    def money(self) -> list[tuple[str, str, int]]:
        """New movements in the acquirers' own books: whose, kind, fen. One is one payment."""
        return self._movements()[len(self._moved) :]

    def _movements(self) -> list[tuple[str, str, int]]:
        place = self.where.city.config.parent / "acquirers"
        found: list[tuple[str, str, str, int]] = []
        for name in ("wallet", "card"):
            with closing(sqlite3.connect(f"file:{place / name}.sqlite?mode=ro", uri=True)) as book:
                rows = book.execute("SELECT at, kind, amount_fen FROM movement").fetchall()
            found += [(at, name, kind, fen) for at, kind, fen in rows]
        return [(name, kind, fen) for _, name, kind, fen in sorted(found)]


def newest(directory: Path, pattern: str) -> Path:
    """The file that was written last."""
    return max(directory.glob(pattern), key=lambda path: path.stat().st_mtime_ns)
