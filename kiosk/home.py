"""The home page and what surrounds every page: made from the catalogue and the supervisor. Pure."""

from __future__ import annotations

from collections.abc import Collection

from kiosk.central.models import Configuration, Service
from kiosk.central.watch import Documents
from kiosk.journey import framing
from kiosk.supervisor import Supervisor, elsewhere
from kiosk.text import LANGUAGES
from screens.models.base import Bar, Button, Chrome, Language, Notice
from screens.models.pages import HomePage, OutcomePage, Tile
from screens.models.words import Localised, Words

_NAMELESS = {"zh-CN": "不动产登记自助服务", "en": "Real-estate registration self-service"}


def chrome(
    configuration: Configuration | None, states: tuple[Words, ...], *, language: str, elder: bool
) -> Chrome:
    """The top strip."""
    organisation = dict(configuration.organisation) if configuration else _NAMELESS
    return Chrome(
        organisation=Localised(by_language=organisation),
        states=states,
        language=language,
        languages=tuple(Language(code=code, name=name) for code, name in LANGUAGES.items()),
        elder=elder,
        hotline=configuration.hotline if configuration else "12345",
    )


def home_page(
    around: Chrome,
    documents: Documents,
    supervisor: Supervisor,
    *,
    hidden: Collection[str],
    interrupted: bool,
) -> HomePage:
    """The menu: what works now, and why the rest does not."""
    services = documents.catalogue.services if documents.catalogue else ()
    where = elsewhere(documents.configuration)
    return HomePage(
        page_id="home",
        chrome=around,
        heading=framing.text("home.heading"),
        subheading=framing.text("home.subheading"),
        notice=_notice(documents, interrupted=interrupted),
        tiles=tuple(
            _tile(service, supervisor.why_not(service), where)
            for service in services
            if service.code not in hidden
        ),
    )


def help_page(around: Chrome) -> OutcomePage:
    """Who can be asked. Everything typed is still there when it is closed."""
    return OutcomePage(
        page_id="help",
        chrome=around,
        heading=framing.text("help.heading"),
        tone="wait",
        meaning=framing.text("help.meaning", hotline=around.hotline),
        todo=(framing.text("help.staff"), framing.text("help.stuck")),
        bar=Bar(back=framing.button("close_help", "button.back")),
    )


def _notice(documents: Documents, *, interrupted: bool) -> Notice | None:
    if interrupted:
        return Notice(tone="wait", text=framing.text("home.interrupted"))
    if documents.catalogue is None:
        return Notice(tone="wait", text=framing.text("home.no_catalogue"))
    return None


def _tile(service: Service, why: Words | None, where: Words | None) -> Tile:
    return Tile(
        button=Button(
            name=f"tile:{service.code}",
            text=framing.localised(service.names),
            enabled=why is None,
            why=why,
        ),
        icon=service.icon,
        summary=framing.localised(service.summary),
        elsewhere=where if why is not None and service.available else None,
    )
