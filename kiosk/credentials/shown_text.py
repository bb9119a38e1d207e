"""Whether a text of unknown origin can be shown as it stands. Pure."""

from __future__ import annotations

import unicodedata

_HIDING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of what hides or turns round other text: control and format characters (the
bidirectional overrides among them), line and paragraph separators. Characters that this Unicode
table does not know yet stay: rare names are written with the newest ones."""


def is_showable(text: str) -> bool:
    """Whether no character in it can make the rest look like something else."""
    return not any(unicodedata.category(character) in _HIDING for character in text)
