"""A forger of signed QR codes: what they have to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import cbor2

from tests.unit.kiosk.code_mint import OURS, Issuer, Parts


@dataclass(frozen=True, slots=True)
class Good:
    """A code that holds, and how it came about."""

    text: str
    parts: Parts
    issuer: Issuer
    claims: Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class Spoiler:
    """What a forger has: good codes, keys of their own, and time. ``ended`` and ``early`` are
    listed keys whose time is over or has not begun.
    """

    rng: Random
    goods: tuple[Good, ...]
    stranger: Issuer
    ended: Issuer
    early: Issuer

    def other(self, good: Good) -> Good:
        return self.rng.choice([each for each in self.goods if each is not good])

    def changed(self, good: Good) -> bytes:
        """Claims that say something else: what a forger wants."""
        said = {**good.claims[OURS], self.rng.choice(("no", "hn", "loc", "area")): self.word()}
        return cbor2.dumps({**good.claims, OURS: said})

    def word(self) -> str:
        return "".join(self.rng.choices("冒名顶替0123456789", k=self.rng.randint(3, 12)))

    def noise(self, most: int, fewest: int = 1) -> bytes:
        return self.rng.randbytes(self.rng.randint(fewest, most))
