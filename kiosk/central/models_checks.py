"""The check of a certificate, as the centre answers it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kiosk.central.models import Line, Localised, Strict

MaskedName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class CertificateCheck(Strict):
    """A verdict, and of which certificate. ``no_match`` tells nothing else."""

    verdict: Literal["current", "cancelled", "replaced", "no_match"]
    kind: Localised | None = None
    number: Line | None = None
    holder_masked: MaskedName | None = Field(default=None, repr=False)
    title: Line | None = Field(default=None, repr=False)
    as_of: AwareDatetime | None = None
    changed_on: date | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        told = (self.kind, self.number, self.holder_masked, self.title)
        if self.verdict == "no_match":
            if any(each is not None for each in (*told, self.changed_on)):
                raise ValueError("no match, and yet something is told")
        elif None in told or self.as_of is None:
            raise ValueError("a verdict about nothing")
        elif self.verdict == "current" and self.changed_on is not None:
            raise ValueError("current, and yet changed")
        return self
