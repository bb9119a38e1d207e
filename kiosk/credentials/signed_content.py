"""What a party's handwritten signature stands under: one digest of everything it says. Pure.

The digest is drawn when the party signs and again when the application is handed in; the centre
draws it a third time. Whatever changed in between, the signature no longer belongs to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def digest(
    service: str,
    item: str,
    form: Mapping[str, object],
    party: str,
    answers: Mapping[str, str],
) -> str:
    """SHA-256 in hex, over canonical JSON: sorted names, no blanks, UTF-8 as it is.

    ``form`` as it is handed in (booleans and integers as such), ``answers``: question -> value.
    """
    content = {
        "answers": dict(answers),
        "form": dict(form),
        "item": item,
        "party": party,
        "service": service,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
