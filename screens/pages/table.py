"""Which widget draws which model: the one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from screens.base import PageBody
from screens.controls.context import Context
from screens.models.base import Page
from screens.models.filing import (
    ComparePage,
    FormPage,
    ListPage,
    PayPage,
    QrPage,
    ReviewPage,
    ScanPage,
    SignaturePage,
    StagesPage,
    VerdictPage,
)
from screens.models.pages import (
    ChoicesPage,
    CodePage,
    ConfirmPage,
    DevicePage,
    FacePage,
    FarewellPage,
    GuidePage,
    HomePage,
    OutcomePage,
    PreviewPage,
    RatingPage,
    ResultPage,
    WaitPage,
    WaysPage,
)
from screens.pages.choices import ChoicesBody
from screens.pages.code import CodeBody
from screens.pages.compare import CompareBody
from screens.pages.confirm import ConfirmBody
from screens.pages.device import DeviceBody
from screens.pages.face import FaceBody
from screens.pages.farewell import FarewellBody
from screens.pages.form import FormBody
from screens.pages.guide import GuideBody
from screens.pages.home import HomeBody
from screens.pages.listing import ListBody
from screens.pages.outcome import OutcomeBody
from screens.pages.pay import PayBody
from screens.pages.preview import PreviewBody
from screens.pages.qr import QrBody
from screens.pages.rating import RatingBody
from screens.pages.result import ResultBody
from screens.pages.review import ReviewBody
from screens.pages.scan import ScanBody
from screens.pages.signature import SignatureBody
from screens.pages.stages import StagesBody
from screens.pages.verdict import VerdictBody
from screens.pages.wait import WaitBody
from screens.pages.ways import WaysBody

BODIES: Final[dict[type[Page], Callable[[Context], PageBody[Any]]]] = {
    HomePage: HomeBody,
    GuidePage: GuideBody,
    DevicePage: DeviceBody,
    ConfirmPage: ConfirmBody,
    WaysPage: WaysBody,
    FacePage: FaceBody,
    CodePage: CodeBody,
    ChoicesPage: ChoicesBody,
    WaitPage: WaitBody,
    ResultPage: ResultBody,
    PreviewPage: PreviewBody,
    OutcomePage: OutcomeBody,
    RatingPage: RatingBody,
    FarewellPage: FarewellBody,
    ComparePage: CompareBody,
    ListPage: ListBody,
    PayPage: PayBody,
    ReviewPage: ReviewBody,
    StagesPage: StagesBody,
    VerdictPage: VerdictBody,
    FormPage: FormBody,
    QrPage: QrBody,
    ScanPage: ScanBody,
    SignaturePage: SignatureBody,
}
