"""The string tables: kiosk/strings/<language>.toml, the one source for screens and slips."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

LANGUAGES = {"zh-CN": "中文", "en": "English"}
"""Language tag -> its own name for itself, in the order of the switch."""
_FOLDER = Path(__file__).parent / "strings"

Tables = Mapping[str, Mapping[str, str]]


@cache
def tables() -> Tables:
    """All tables by language: key -> sentence with ``{placeholders}``."""
    return {language: _read(_FOLDER / f"{language}.toml") for language in LANGUAGES}


def say(language: str, key: str, **args: str | int) -> str:
    """The sentence for ``key`` with its placeholders filled. KeyError on an unknown key."""
    return tables()[language][key].format(**args)


def _read(path: Path) -> dict[str, str]:
    flat: dict[str, str] = {}
    _flatten("", tomllib.loads(path.read_text(encoding="utf-8")), flat)
    return flat


def _flatten(prefix: str, table: Mapping[str, object], flat: dict[str, str]) -> None:
    """Nested tables become dotted keys; ``_`` inside a table is the table's own sentence."""
    for key, value in table.items():
        name = prefix if key == "_" else f"{prefix}.{key}" if prefix else key
        if isinstance(value, Mapping):
            _flatten(name, cast("Mapping[str, object]", value), flat)
        else:
            flat[name] = str(value)
