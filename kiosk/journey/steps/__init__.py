"""One file per kind of step; ``ALL`` is what the catalogue may name."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.journey.step import Step
from kiosk.journey.steps.consent import ConsentStep
from kiosk.journey.steps.document import DocumentStep
from kiosk.journey.steps.farewell import FarewellStep
from kiosk.journey.steps.guide import GuideStep
from kiosk.journey.steps.housing_enquiry import HousingEnquiryStep
from kiosk.journey.steps.housing_result import HousingResultStep
from kiosk.journey.steps.identify import IdentifyStep
from kiosk.journey.steps.person_check import PersonCheckStep
from kiosk.journey.steps.print_document import PrintDocumentStep
from kiosk.journey.steps.rating import RatingStep
from kiosk.journey.steps.slip import SlipStep

_STEPS: tuple[Step, ...] = (
    GuideStep(),
    IdentifyStep(),
    ConsentStep(),
    PersonCheckStep(),
    HousingEnquiryStep(),
    HousingResultStep(),
    DocumentStep(),
    PrintDocumentStep(),
    SlipStep(),
    RatingStep(),
    FarewellStep(),
)
ALL: Mapping[str, Step] = {step.kind: step for step in _STEPS}
