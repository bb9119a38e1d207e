"""Turns what a model says into the sentence on the glass, in the chosen language."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from screens.models.words import Localised, Plain, Text, Words

Tables = dict[str, dict[str, str]]

_log = logging.getLogger(__name__)
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BUILTIN: Final = Path(__file__).parent / "assets" / "builtin.json"
_CHINESE: Final = "zh-CN"
_TABLES: Final[TypeAdapter[Tables]] = TypeAdapter(Tables)


def builtin_tables() -> Tables:
    """The screen's own words, by language: what it can say while the core is dead."""
    return _TABLES.validate_python(json.loads(_BUILTIN.read_text(encoding="utf-8")))


class Wording:
    """The string tables and the language chosen. A missing key is logged, never shown."""

    def __init__(self, builtin: Tables) -> None:
        self._builtin = builtin
        self._tables: Tables = {}
        self._missed: set[str] = set()
        self.language = _CHINESE

    def adopt(self, tables: Tables) -> None:
        """Take the core's tables; they win over the screen's own words."""
        self._tables = tables
        self._missed.clear()

    def say(self, words: Words | None) -> str:
        """The sentence; empty for None and for a key that no table has."""
        if words is None:
            return ""
        if isinstance(words, Plain):
            return words.value
        if isinstance(words, Localised):
            return words.in_language(self.language)
        return self._fill(words)

    def own(self, key: str, **values: str | int) -> str:
        """One of the screen's own sentences, ``screen.<key>``."""
        return self._fill(Text(key=f"screen.{key}", args=dict(values)))

    def _fill(self, text: Text) -> str:
        args = {
            name: value.in_language(self.language) if isinstance(value, Localised) else str(value)
            for name, value in text.args.items()
        }
        return _PLACEHOLDER.sub(lambda m: args.get(m[1], ""), self._template(text.key))

    def _template(self, key: str) -> str:
        for language in (self.language, _CHINESE):
            for tables in (self._tables, self._builtin):
                found = tables.get(language, {}).get(key)
                if found is not None:
                    return found
            self._miss(key, language)
        return ""

    def _miss(self, key: str, language: str) -> None:
        """Log a missing key once per table set; keys are ours and hold nothing personal."""
        if f"{language}/{key}" not in self._missed:
            self._missed.add(f"{language}/{key}")
            _log.error("no text for %s in %s", key, language)
