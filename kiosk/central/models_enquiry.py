"""The answer to a housing enquiry, as the centre gives it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.central.models import Identifier, Line, Localised, Strict, VerificationCode, Word


class PropertyUnit(Strict):
    """One property of the person asked about; ``area_m2`` is a decimal as text."""

    unit_no: Annotated[str, StringConstraints(min_length=28, max_length=28)] = Field(repr=False)
    location: Line = Field(repr=False)
    use: Localised
    area_m2: Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{1,4})?$")]
    state: Localised


class HousingResult(Strict):
    """A housing enquiry's answer; ``number`` stands on the paper, ``enquiry_id`` fetches it."""

    enquiry_id: Identifier
    number: Identifier
    scope: Word
    scope_names: Localised
    purpose: Word
    count: Annotated[int, Field(ge=0, le=10_000)]
    properties: Annotated[tuple[PropertyUnit, ...], Field(max_length=500)] = Field(repr=False)
    data_from: date
    as_of: AwareDatetime
    verification_code: VerificationCode
    verification_url: Annotated[str, StringConstraints(pattern=r"^https?://\S{4,500}$")]
    document_pages: Annotated[int, Field(ge=1, le=20)]
