"""Who may import whom, as pyproject.toml says; and that the linter would notice."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import cast

ROOT = Path(__file__).parents[2]
PACKAGES = ("kiosk", "devices", "screens", "offline_cache", "sandbox")
LINTER = Path(sys.executable).parent / "lint-imports"


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter there, without its cache: it must see what is on the disk now."""
    command = [str(LINTER), "--no-cache"]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_every_contract_is_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert ", 0 broken" in done.stdout


def test_a_journey_that_does_io_is_noticed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for module in (*PACKAGES, *_named_in_contracts()):
        folder = tmp_path
        for part in module.split("."):
            folder /= part
            folder.mkdir(exist_ok=True)
            (folder / "__init__.py").touch()
    before = lint(tmp_path)
    assert before.returncode == 0, before.stdout + before.stderr
    (tmp_path / "kiosk" / "journey" / "planted.py").write_text("import requests\n")
    done = lint(tmp_path)
    assert done.returncode != 0
    assert "the journey does no I/O BROKEN" in done.stdout


def _named_in_contracts() -> list[str]:
    """Our own modules that the contracts name: they must exist for the linter to run at all."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = cast("list[dict[str, object]]", settings["tool"]["importlinter"]["contracts"])
    lists = [value for contract in contracts for value in contract.values()]
    names = {
        str(name)
        for value in lists
        if isinstance(value, list)
        for name in cast("list[object]", value)
    }
    return sorted(name for name in names if name.partition(".")[0] in PACKAGES and "." in name)
