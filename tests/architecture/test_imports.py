"""What a module drags in, seen in a fresh interpreter: import-linter is blind to third parties'
own imports and to what a package's ``__init__`` does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = [
    *("PySide6", "cv2", "requests", "urllib3", "apsw", "dlib", "smartcard", "serial", "escpos"),
    *("numpy", "PIL", "pyhanko", "pypdfium2", "cryptography"),
]


def loaded_by(statement: str) -> set[str]:
    """The top-level modules in sys.modules after ``statement``."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import kiosk.journey, kiosk.journey.engine, kiosk.journey.steps", HEAVY),
        ("import kiosk.central, kiosk.central.models", HEAVY),
        ("import screens.models.wire, screens.models.pixels", HEAVY),
        ("import kiosk.parent", HEAVY),
        ("import kiosk.config, kiosk.text, kiosk.supervisor", HEAVY),
        ("import devices.drivers", ["PySide6", "requests", "cv2", "dlib", "escpos"]),
        ("import kiosk.core", ["PySide6", "cv2", "dlib", "escpos", "pyhanko", "pypdfium2"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fresh_interpreter_stays_light(statement: str, absent: list[str]) -> None:
    assert loaded_by(statement) & set(absent) == set()


def test_the_probe_sees_what_is_loaded() -> None:
    assert {"requests", "cryptography"} <= loaded_by("import kiosk.central.client")
