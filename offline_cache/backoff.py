"""How long to wait before the next try: full jitter, capped, never against Retry-After. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

BASE_S = 2.0
IDLE_CAP_S = 900.0
"""While nobody stands at the machine."""
FOREGROUND_CAP_S = 60.0
"""While a visitor waits for the answer."""
RETRY_AFTER_MAX_S = 3600.0
"""A centre that says "in a year" by mistake must not silence a terminal."""
LONGEST_WAIT_S = RETRY_AFTER_MAX_S + IDLE_CAP_S
"""No record is ever due later than this; a later time means that the clock was set back."""

_MAX_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class Due:
    """Epoch seconds: when to try, and the earliest that the centre allowed (0: it did not say)."""

    at: float
    not_before: float


def next_try(
    now: float, failures: int, cap_s: float, retry_after_s: float | None, rng: random.Random
) -> Due:
    """When to try again after the ``failures``-th failure in a row (1 for the first).

    Full jitter: anywhere between nothing and the doubled pause, so that a thousand terminals cut
    off together do not come back together. Retry-After is the same for all, so it gets the jitter
    on top.
    """
    jitter = rng.uniform(0.0, min(cap_s, BASE_S * 2 ** min(failures, _MAX_DOUBLINGS)))
    if retry_after_s is None:
        return Due(now + jitter, 0.0)
    not_before = now + min(max(retry_after_s, 0.0), RETRY_AFTER_MAX_S)
    return Due(not_before + jitter, not_before)
