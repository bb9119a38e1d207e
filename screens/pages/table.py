"""Which widget draws which model: the one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from screens.base import PageBody
from screens.controls.context import Context
from screens.models.base import Page
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
from screens.pages.confirm import ConfirmBody
from screens.pages.device import DeviceBody
from screens.pages.face import FaceBody
from screens.pages.farewell import FarewellBody
from screens.pages.guide import GuideBody
from screens.pages.home import HomeBody
from screens.pages.outcome import OutcomeBody
from screens.pages.preview import PreviewBody
from screens.pages.rating import RatingBody
from screens.pages.result import ResultBody
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
}
