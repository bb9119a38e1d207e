"""Driver of a contact reader for social-security cards, through the PC/SC service."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from devices.api import DeviceError, Fault, Job, Link, Media, Progress, Status
from devices.social_card.card import SocialCard
from devices.social_card.pcsc import CardReader, NotPowered, open_reader
from devices.social_card.reading import read_card

LOOK_S = 0.1
"""How long one look waits for a card; bounds how late a cancelled read stops."""
SETTLE_S = 1.5
"""So long a card may take no power: it still slides in, or was changed unseen (the service looks
at a reader without an interrupt line every 0.4 s)."""
MUTE = "card does not answer"


@dataclass(frozen=True, slots=True)
class SocialCardRead:
    """A card that was read. There is no photo on it, so it never goes to a face check."""

    card: SocialCard


class PcscReader:
    """The reader as a device. See docs/devices/social_card.md for settings and faults."""

    max_silence_s = 10.0
    """PC/SC has no time-out for a command. The longest a sound card takes for one is some three
    seconds; past this the card (or the reader) hangs and has to be pulled."""

    def __init__(
        self,
        device_id: str,
        reader_name: str = "",
        *,
        service_socket: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device_id = device_id
        self._reader_name = reader_name
        self._service_socket = service_socket
        self._monotonic = monotonic
        self._reader: CardReader | None = None

    @property
    def device_id(self) -> str:
        """The name this reader has in the configuration."""
        return self._device_id

    def open(self) -> None:
        """Join the service and find the reader. DISCONNECTED when either is not there."""
        self.close()
        self._reader = open_reader(self._reader_name, self._service_socket)

    def close(self) -> None:
        """Leave the service. Never raises; safe to call twice."""
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def poll(self) -> Status:
        """Look whether a card is in. DISCONNECTED when service or reader has gone.

        A card that does not answer (put in the wrong way round) is no fault of the reader.
        """
        seen = self._opened().look()
        media = Media.PRESENT if seen.present else Media.ABSENT
        return Status(self._device_id, Link.UP, media, detail=MUTE if seen.mute else "")

    def read(self, timeout_s: float | None = None) -> Job:
        """Wait for a card and read it; the job's value is a SocialCardRead.

        With ``timeout_s`` the value is None when no card came for so long. Yields
        Progress("waiting_for_card") and, before each command, Progress("reading_card").
        DeviceError says why a card that was there could not be read.
        """
        reader = self._opened()
        started = self._monotonic()
        powerless_since: float | None = None
        seen = reader.look()
        while True:
            if not seen.present:
                powerless_since = None
            else:
                try:
                    return SocialCardRead((yield from _read_present(reader)))
                except NotPowered as exc:
                    powerless_since = self._still_powerless(powerless_since, str(exc))
            if timeout_s is not None and self._monotonic() - started >= timeout_s:
                return None
            yield Progress("waiting_for_card")
            seen = reader.look(seen.state, LOOK_S)

    def _still_powerless(self, since: float | None, why: str) -> float:
        """Since when there is a card that takes no power; DeviceError when that is too long."""
        now = self._monotonic()
        if since is not None and now - since > SETTLE_S:
            raise DeviceError(Fault.CARD_UNREADABLE, why)
        return now if since is None else since

    def _opened(self) -> CardReader:
        if self._reader is None:
            raise DeviceError(Fault.DISCONNECTED, "not open")
        return self._reader


def _read_present(reader: CardReader) -> Generator[Progress, None, SocialCard]:
    with reader.connected() as line:
        return (yield from read_card(line.transmit))
