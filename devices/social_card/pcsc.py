"""PC/SC as far as one reader needs it, typed; its return codes become DeviceErrors here.

pyscard's own monitors are not used: their threads die with the service and are not told of. Every
call below may be the one that finds the service dead.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.api import DeviceError, Fault

if TYPE_CHECKING:
    from smartcard.scard import Card, Context

SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
"""Read by the C library at its first call and never again: one service for a process."""
SERVICE_GONE, READER_GONE = "smart-card service", "no such reader"
"""The same detail whether it was not there at opening or went later: one outage, one change."""

LEFT_ALONE_S = 0.5
"""After a failure the card is not touched until the service has looked for itself (it does every
0.4 s). pcscd 1.9 that is told to reset or power down a card just pulled takes no notice of a card
that is back before that look, and goes on calling the reader empty."""

_TIMEOUT, _SHARING = 0x8010000A, 0x8010000B
_SERVICE_LOST = frozenset(
    {
        0x80100003,  # E_INVALID_HANDLE: the context is none of this service
        0x80100013,  # F_COMM_ERROR
        0x8010001D,  # E_NO_SERVICE
        0x8010001E,  # E_SERVICE_STOPPED
    }
)
_NO_READER = frozenset(
    {
        0x80100009,  # E_UNKNOWN_READER
        0x80100017,  # E_READER_UNAVAILABLE
        0x8010002E,  # E_NO_READERS_AVAILABLE
    }
)


class NotPowered(Exception):
    """The card takes no power: still sliding in, already out, the wrong way round, or broken."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the service knows of the reader. ``mute``: something is in it that does not answer."""

    present: bool
    mute: bool
    state: int
    """The whole word; given to the next ``look`` it waits until something differs."""


class CardReader:
    """One reader of the PC/SC service, between opening and losing it."""

    def __init__(self, context: Context, name: str) -> None:
        self._context = context
        self._name = name
        self._left_at: float | None = None

    def look(self, known: int = 0, wait_s: float = 0.0) -> Look:
        """Look now, or wait until the state differs from ``known``. DISCONNECTED when it is gone.

        The other threads of the program run on meanwhile.
        """
        from smartcard import scard  # noqa: PLC0415 - compiled code, not before a reader is opened

        asked = [(self._name, known)]
        code, states = scard.SCardGetStatusChange(self._context, int(wait_s * 1000), asked)
        if code not in (scard.SCARD_S_SUCCESS, _TIMEOUT):
            raise _known_fault(code) or DeviceError(Fault.DISCONNECTED, SERVICE_GONE)
        state = states[0][1]
        if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
            raise DeviceError(Fault.DISCONNECTED, READER_GONE)
        present = bool(state & scard.SCARD_STATE_PRESENT)
        mute = bool(state & scard.SCARD_STATE_MUTE)
        return Look(present, mute, state & ~scard.SCARD_STATE_CHANGED)

    @contextmanager
    def connected(self) -> Generator[CardLine]:
        """Power the card up for this program alone, and down again.

        NotPowered with the return code; DeviceError: PORT_IN_USE when another program holds it,
        DISCONNECTED when service or reader have gone.
        """
        from smartcard import scard  # noqa: PLC0415 - see look

        card, protocol = self._power_up()
        ending = scard.SCARD_LEAVE_CARD
        try:
            yield CardLine(self, card, protocol)
            ending = scard.SCARD_UNPOWER_CARD
        finally:
            scard.SCardDisconnect(card, ending)
            left = ending == scard.SCARD_LEAVE_CARD
            self._left_at = time.monotonic() if left else None

    def _power_up(self) -> tuple[Card, int]:
        from smartcard import scard  # noqa: PLC0415 - see look

        if self._left_at is not None and time.monotonic() - self._left_at < LEFT_ALONE_S:
            raise NotPowered("left alone after a failure")
        either = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, card, protocol = scard.SCardConnect(
            self._context, self._name, scard.SCARD_SHARE_EXCLUSIVE, either
        )
        if code == scard.SCARD_S_SUCCESS and self._left_at is not None:
            # if its contacts were lost for a moment, the service believes it still has power
            code, protocol = scard.SCardReconnect(
                card, scard.SCARD_SHARE_EXCLUSIVE, either, scard.SCARD_RESET_CARD
            )
            if code != scard.SCARD_S_SUCCESS:
                scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
        if code != scard.SCARD_S_SUCCESS:
            fault = self.fault(code)
            if fault.fault is Fault.CARD_UNREADABLE:
                raise NotPowered(fault.detail)
            raise fault
        return card, protocol

    def fault(self, code: int) -> DeviceError:
        """What a return code of a card's call means; one that tells nothing is looked into."""
        known = _known_fault(code)
        if known is not None:
            return known
        from smartcard import scard  # noqa: PLC0415 - see look

        # a call during which the service was killed may return anything
        alive = scard.SCardListReaders(self._context, [])[0]
        if alive != scard.SCARD_S_SUCCESS:
            return _known_fault(alive) or DeviceError(Fault.DISCONNECTED, SERVICE_GONE)
        return DeviceError(Fault.CARD_UNREADABLE, f"PC/SC {code & 0xFFFFFFFF:08X}")

    def close(self) -> None:
        """Leave the service, dead or alive."""
        from smartcard import scard  # noqa: PLC0415 - see look

        scard.SCardReleaseContext(self._context)


class CardLine:
    """A card that is powered up."""

    def __init__(self, reader: CardReader, card: Card, protocol: int) -> None:
        self._reader = reader
        self._card = card
        self._protocol = protocol

    def transmit(self, command: bytes) -> bytes:
        """One command, one answer. There is no time-out: a card that is mute blocks this thread.

        DeviceError: CARD_UNREADABLE when card or line broke, DISCONNECTED when the service did.
        """
        from smartcard import scard  # noqa: PLC0415 - see CardReader.look

        t1 = self._protocol == scard.SCARD_PROTOCOL_T1
        pci = scard.SCARD_PCI_T1 if t1 else scard.SCARD_PCI_T0
        code, answer = scard.SCardTransmit(self._card, pci, list(command))
        if code != scard.SCARD_S_SUCCESS:
            raise self._reader.fault(code)
        return bytes(answer)


def open_reader(wanted: str, socket: str) -> CardReader:
    """Find the first reader whose name contains ``wanted``. DISCONNECTED: no service, no reader.

    ``socket`` is the service's, empty for the system's.
    """
    if socket:
        os.environ[SOCKET_VARIABLE] = socket
    try:
        from smartcard import scard  # noqa: PLC0415 - see CardReader.look
    except ImportError as exc:
        raise DeviceError(Fault.REFUSED, "PC/SC library cannot be loaded") from exc

    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if code != scard.SCARD_S_SUCCESS:
        raise DeviceError(Fault.DISCONNECTED, SERVICE_GONE)
    code, names = scard.SCardListReaders(context, [])
    found = [name for name in names if wanted in name]
    if code == scard.SCARD_S_SUCCESS and found:
        return CardReader(context, found[0])
    scard.SCardReleaseContext(context)
    if code not in (scard.SCARD_S_SUCCESS, *_NO_READER):
        raise DeviceError(Fault.DISCONNECTED, SERVICE_GONE)
    raise DeviceError(Fault.DISCONNECTED, READER_GONE)


def _known_fault(code: int) -> DeviceError | None:
    """The fault of a return code that says of itself what it means."""
    code &= 0xFFFFFFFF
    if code in _SERVICE_LOST:
        return DeviceError(Fault.DISCONNECTED, SERVICE_GONE)
    if code in _NO_READER:
        return DeviceError(Fault.DISCONNECTED, READER_GONE)
    if code == _SHARING:
        return DeviceError(Fault.PORT_IN_USE, "another program holds the card")
    return None
