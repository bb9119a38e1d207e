"""Driver of an ID-card reader with a SAM_V module on a serial line (SDT protocol)."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import serial

from devices.api import DeviceError, Fault, Fixer, Job, Link, Media, Progress, Status
from devices.id_card.card import CardFault, FaultReason, IdCard, parse_card
from devices.id_card.line import SdtLine, SdtTiming
from devices.id_card.portrait import PhotoUndecodable, decode_portrait
from devices.id_card.protocol import (
    FIND,
    READ_BASE,
    SELECT,
    STATUS,
    BaseInformation,
    Command,
    MalformedReply,
    Reply,
    Sw3,
    parse_base_information,
)
from devices.serial_port import SLICE_S, OpenPort, open_exclusively

MODULE_FAULTS: dict[int, Fault] = {
    Sw3.COMMAND_ERROR: Fault.REFUSED,
    Sw3.NO_PRIVILEGE: Fault.REFUSED,
    Sw3.NOT_AUTHORISED: Fault.REFUSED,
    Sw3.UNKNOWN_ERROR: Fault.HARDWARE,
    Sw3.SELF_TEST_FAILED: Fault.HARDWARE,
    Sw3.UNKNOWN_CARD: Fault.CARD_UNKNOWN_KIND,
    Sw3.CARD_NOT_PROVEN: Fault.CARD_UNREADABLE,
    Sw3.MODULE_NOT_PROVEN: Fault.CARD_UNREADABLE,
    Sw3.INFORMATION_NOT_PROVEN: Fault.CARD_UNREADABLE,
    Sw3.FINGERPRINT_NOT_PROVEN: Fault.CARD_UNREADABLE,
    Sw3.INFORMATION_LENGTH_ERROR: Fault.CARD_UNREADABLE,
    Sw3.READ_FAILED: Fault.CARD_UNREADABLE,
    Sw3.RANDOM_FAILED: Fault.CARD_UNREADABLE,
    Sw3.NO_CARD: Fault.CARD_UNREADABLE,
    Sw3.SELECT_FAILED: Fault.CARD_UNREADABLE,
    Sw3.NO_SUCH_ITEM: Fault.CARD_UNREADABLE,
}
"""What a refusal means to the person before the machine; any other SW3 is the module's fault."""

OUT_OF_STEP = {**MODULE_FAULTS, Sw3.COMMAND_ERROR: Fault.CARD_UNREADABLE}
"""Between find and read, "command error" means that the module has lost the card."""

CARD_FAULTS: dict[FaultReason, Fault] = {
    "unknown_kind": Fault.CARD_UNKNOWN_KIND,
    "unreadable": Fault.CARD_UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card and its portrait as PNG, None when the decoder failed. The repr shows no person."""

    card: IdCard
    portrait_png: bytes | None = field(repr=False)


class SdtReader:
    """The reader as a device. See docs/devices/id_card.md for settings and faults."""

    def __init__(
        self,
        device_id: str,
        port: str,
        *,
        baud: int = 115200,
        photo_decoder: Sequence[str],
        open: OpenPort = serial.serial_for_url,  # noqa: A002 - what it replaces is called open
        timing: SdtTiming | None = None,
    ) -> None:
        self._device_id = device_id
        self._port = port
        self._baud = baud
        self._photo_decoder = tuple(photo_decoder)
        self._open_port = open
        self._timing = timing or SdtTiming()
        self._line: SdtLine | None = None
        self._module_answered = False
        self._media = Media.UNKNOWN
        self._taken_up = False  # a card was selected and no card was found since
        self._photo_trouble = ""

    @property
    def device_id(self) -> str:
        """The name this reader has in the configuration."""
        return self._device_id

    def open(self) -> None:
        """Take the port for this program alone. DeviceError when it cannot be had."""
        self.close()
        port = open_exclusively(self._open_port, self._port, self._baud)
        self._line = SdtLine(port, self._port, self._timing)

    def close(self) -> None:
        """Give the port back. Never raises; safe to call twice."""
        if self._line is not None:
            self._line.close()
        self._line = None
        self._module_answered = False
        self._media = Media.UNKNOWN

    def poll(self) -> Status:
        """Ask the module whether a card lies there.

        A module that is silent or speaks nonsense is reported as unknown, not as down; a card
        that is not ours (a bus card) is no fault of the reader. DeviceError(DISCONNECTED) when
        the port broke.
        """
        try:
            self._find()
        except DeviceError as exc:
            if exc.fault is Fault.DISCONNECTED:
                raise
            return self._status_with(exc)
        return Status(self._device_id, Link.UP, self._media, detail=self._photo_trouble)

    def read(self, give_up_after_s: float | None = None) -> Job:
        """Wait for a card and read it; the job's value is a CardRead.

        With ``give_up_after_s`` the value is None when no card could be found for so long. The
        exchange between find and the end of the read is never interrupted. DeviceError says why
        a card that was found could not be read.
        """
        started = time.monotonic()
        while not self._find():
            if give_up_after_s is not None and time.monotonic() - started >= give_up_after_s:
                return None
            yield from self._pause()
        yield Progress("reading_card")
        card = _parse(self._read_found_card())
        portrait = yield from self._portrait(card)
        return CardRead(card, portrait)

    def _pause(self) -> Generator[Progress, None, None]:
        """Until the next attempt, in slices after each of which the job may be cancelled."""
        until = time.monotonic() + self._timing.find_every_s
        while (left := until - time.monotonic()) > 0:
            yield Progress("waiting_for_card")
            time.sleep(min(left, SLICE_S))  # the device thread waits, in slices

    def _find(self) -> bool:
        """Whether a card is found now; keeps what that says about the media."""
        if not self._module_answered:
            _expect_success(STATUS, self._ask(STATUS))
            self._module_answered = True
        reply = self._ask(FIND)
        if reply.sw3 == Sw3.NO_CARD:
            # a module that has read a card answers "none" until the card is lifted
            self._media = Media.UNKNOWN if self._taken_up else Media.ABSENT
            return False
        _expect_success(FIND, reply)
        self._media = Media.PRESENT
        self._taken_up = False
        return True

    def _read_found_card(self) -> BaseInformation:
        """Select and read; once more from the start, for a hand that was still moving."""
        try:
            return self._select_and_read()
        except DeviceError as exc:
            if exc.fault is not Fault.CARD_UNREADABLE:
                raise
        time.sleep(self._timing.find_every_s)  # the module wants a pause between finds
        if not self._find():
            raise DeviceError(Fault.CARD_UNREADABLE, "lost before a second attempt")
        return self._select_and_read()

    def _select_and_read(self) -> BaseInformation:
        self._taken_up = True
        _expect_success(SELECT, self._ask(SELECT), OUT_OF_STEP)
        reply = self._ask(READ_BASE, self._timing.read_reply_s)
        _expect_success(READ_BASE, reply, OUT_OF_STEP)
        try:
            return parse_base_information(reply.data)
        except MalformedReply as exc:
            raise DeviceError(Fault.GARBLED, f"{READ_BASE.name}: {exc}") from None

    def _portrait(self, card: IdCard) -> Generator[Progress, None, bytes | None]:
        try:
            png = yield from decode_portrait(self._photo_decoder, card.photo)
        except PhotoUndecodable as exc:
            self._photo_trouble = f"{Fault.PHOTO_UNDECODABLE.code}: {exc}"
            return None
        self._photo_trouble = ""
        return png

    def _ask(self, command: Command, within_s: float | None = None) -> Reply:
        if self._line is None:
            raise DeviceError(Fault.DISCONNECTED, "not open")
        return self._line.ask(command, within_s or self._timing.short_reply_s)

    def _status_with(self, exc: DeviceError) -> Status:
        self._module_answered = False
        self._media = Media.UNKNOWN
        heard = exc.fault not in (Fault.SILENT, Fault.GARBLED)
        link = Link.UP if heard else Link.UNKNOWN
        fault = None if exc.fault.fixer is Fixer.CITIZEN else exc.fault
        return Status(self._device_id, link, Media.UNKNOWN, fault=fault, detail=exc.detail)


def _expect_success(
    command: Command, reply: Reply, faults: dict[int, Fault] = MODULE_FAULTS
) -> None:
    """DeviceError with the fault that the module's answer means, unless it is success."""
    if reply.sw3 != command.success:
        code = f"SW {reply.sw1:02X} {reply.sw2:02X} {reply.sw3:02X}"
        raise DeviceError(faults.get(reply.sw3, Fault.HARDWARE), f"{command.name}: {code}")


def _parse(base: BaseInformation) -> IdCard:
    try:
        return parse_card(base.text, base.photo)
    except CardFault as exc:
        raise DeviceError(CARD_FAULTS[exc.reason], str(exc)) from None
