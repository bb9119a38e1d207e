"""Catalogue, device and line state -> which services can be offered now, and why the others can't.

Pure bookkeeping; used from the core's loop only. What was never seen counts as not ready.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping

from devices.api import Fault, Link, Status, Supply
from kiosk.central.models import Catalogue, Configuration, DeviceReport, Service
from kiosk.journey import catalogue, framing
from kiosk.journey.session import Offer
from screens.models.words import Text, Words

log = logging.getLogger(__name__)

DEVICES = (
    "id_card",
    "social_card",
    "camera",
    "face",
    "receipt_printer",
    "certificate_printer",
    "payment_pad",
)
_PAPER = {
    Fault.PAPER_OUT: "paper_out",
    Fault.PAPER_JAM: "paper_jam",
    Fault.COVER_OPEN: "cover_open",
}


class Supervisor:
    """Knows the last status of each fitted device and whether the centre answers."""

    def __init__(self, fitted: Collection[str]) -> None:
        self._fitted = frozenset(fitted)
        self._statuses: dict[str, Status] = {}
        self._line_up: bool | None = None

    def saw(self, status: Status) -> bool:
        """Take in a status; True when it is news."""
        news = self._statuses.get(status.device_id) != status
        self._statuses[status.device_id] = status
        return news

    def statuses(self) -> tuple[Status, ...]:
        """The last of each device that was seen."""
        return tuple(self._statuses.values())

    def line(self, *, up: bool) -> bool:
        """Take in whether the centre answered; True when that is news."""
        news = self._line_up is not up
        self._line_up = up
        return news

    @property
    def line_up(self) -> bool:
        """Whether the centre answered when last asked. Unknown is not up."""
        return self._line_up is True

    def offer(self) -> Offer:
        """What a visit can use now."""
        ready = frozenset(name for name, status in self._statuses.items() if status.ready)
        return Offer(ready=ready, line_up=self.line_up)

    def why_not(self, service: Service) -> Words | None:
        """Why this service can't be started now, for its tile; None when it can."""
        if not service.available:
            reason = service.unavailable_reason
            return framing.localised(reason) if reason else framing.text("home.not_here")
        if service.requires_link and not self.line_up:
            key = "home.line_unknown" if self._line_up is None else "home.line_down"
            return framing.text(key)
        for device in service.requires_devices:
            if (why := self._why_not_device(device)) is not None:
                return why
        return None

    def states(self) -> tuple[Words, ...]:
        """What the top strip says: the line first, then devices that can't be used."""
        said: list[Words] = []
        if self._line_up is False:
            said.append(framing.text("state.line_down"))
        said += [
            framing.text(f"state.{name}")
            for name in DEVICES
            if (status := self._statuses.get(name)) is not None
            and not status.ready
            and not _starting(status)
        ]
        return tuple(said)

    def reports(self) -> tuple[DeviceReport, ...]:
        """All axes for the heartbeat; a fitted device not seen yet is unknown on each."""
        unseen = (Status(name, Link.UNKNOWN) for name in sorted(self._fitted - set(self._statuses)))
        return tuple(_reports([*self._statuses.values(), *unseen]))

    def _why_not_device(self, device: str) -> Text | None:
        status = self._statuses.get(device)
        if device not in self._fitted:
            return framing.text("home.not_fitted")
        if status is None or _starting(status):
            return framing.text("home.starting")
        if status.ready:
            return None
        paper = _PAPER.get(status.fault) if status.fault is not None else None
        if paper is None and status.supply is Supply.OUT:
            paper = "paper_out"
        if device not in DEVICES:
            return framing.text("home.not_fitted")
        return framing.text(f"home.{paper}" if paper else f"home.down.{device}")


def hidden_services(
    read: Catalogue | None, kinds: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Code of each service that this version can't carry out -> why, for staff.

    One whose steps can't even be judged is a bug of ours, and no reason to lose the others.
    """
    hidden: dict[str, tuple[str, ...]] = {}
    for service in read.services if read else ():
        try:
            found = catalogue.defects(service, kinds)
        except Exception:
            log.exception("service %s could not be judged", service.code)
            found = ("cannot be judged",)
        if found:
            hidden[service.code] = found
    for name in read.unreadable if read else ():
        hidden[name] = ("cannot be read",)
    return hidden


def _starting(status: Status) -> bool:
    """Not heard of yet. One that has fallen silent has a fault, and is not about to start."""
    return status.link is Link.UNKNOWN and status.fault is None


def elsewhere(configuration: Configuration | None) -> Words | None:
    """The nearest working outlet, where the centre named one."""
    if configuration is None or not configuration.nearest_outlets:
        return None
    outlet = configuration.nearest_outlets[0]
    return framing.text(
        "home.elsewhere",
        name=framing.localised(outlet.name),
        address=framing.localised(outlet.address),
    )


def _reports(statuses: Iterable[Status]) -> Iterable[DeviceReport]:
    for status in statuses:
        yield DeviceReport(
            device_id=status.device_id,
            link=status.link.value,
            media=status.media.value,
            supply=status.supply.value,
            fault=status.fault.code if status.fault else None,
        )
