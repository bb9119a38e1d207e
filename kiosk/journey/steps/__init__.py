"""One file per kind of step; ``ALL`` is what the catalogue may name."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.journey.step import Step
from kiosk.journey.steps.application_form import ApplicationFormStep
from kiosk.journey.steps.case_list import CaseListStep
from kiosk.journey.steps.case_result import CaseResultStep
from kiosk.journey.steps.case_stages import CaseStagesStep
from kiosk.journey.steps.certificate_check import CertificateCheckStep
from kiosk.journey.steps.certificate_list import CertificateListStep
from kiosk.journey.steps.consent import ConsentStep
from kiosk.journey.steps.document import DocumentStep
from kiosk.journey.steps.farewell import FarewellStep
from kiosk.journey.steps.fiscal_receipt import FiscalReceiptStep
from kiosk.journey.steps.guide import GuideStep
from kiosk.journey.steps.housing_enquiry import HousingEnquiryStep
from kiosk.journey.steps.housing_result import HousingResultStep
from kiosk.journey.steps.identify import IdentifyStep
from kiosk.journey.steps.payment import PaymentStep
from kiosk.journey.steps.person_check import PersonCheckStep
from kiosk.journey.steps.preparation import PreparationStep
from kiosk.journey.steps.print_document import PrintDocumentStep
from kiosk.journey.steps.questioning import QuestioningStep
from kiosk.journey.steps.rating import RatingStep
from kiosk.journey.steps.review import ReviewStep
from kiosk.journey.steps.signature import SignatureStep
from kiosk.journey.steps.slip import SlipStep
from kiosk.journey.steps.submit import SubmitStep
from kiosk.journey.steps.turn import TurnStep

_STEPS: tuple[Step, ...] = (
    GuideStep(),
    IdentifyStep(),
    ConsentStep(),
    PersonCheckStep(),
    HousingEnquiryStep(),
    HousingResultStep(),
    PreparationStep(),
    ApplicationFormStep(),
    TurnStep(),
    QuestioningStep(),
    ReviewStep(),
    SignatureStep(),
    SubmitStep(),
    CaseResultStep(),
    PaymentStep(),
    FiscalReceiptStep(),
    CaseListStep(),
    CaseStagesStep(),
    CertificateListStep(),
    CertificateCheckStep(),
    DocumentStep(),
    PrintDocumentStep(),
    SlipStep(),
    RatingStep(),
    FarewellStep(),
)
ALL: Mapping[str, Step] = {step.kind: step for step in _STEPS}
