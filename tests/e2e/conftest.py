"""One stage, city and kiosk for a module's tests; each begins at a home page that is ready."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.visit import Setting, setting
from sandbox.visits.visitor import Visitor


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where kiosk and city write their logs."""
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def standing(logs: Path) -> Iterator[Setting]:
    """Everything started. The place is short-named: sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="city-") as place, setting(Path(place), logs) as where:
        yield where


@pytest.fixture
def where(standing: Setting) -> Iterator[Setting]:
    """The same, with nothing left of the test before but what was registered and paid in it."""
    visitor = Visitor(standing.presser, standing.panel, standing.kiosk)
    visitor.tidies_up()
    visitor.goes_home()
    yield standing
    visitor.tidies_up()
