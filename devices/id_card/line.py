"""One question and one answer over the serial line, with everything that can go wrong there."""

from __future__ import annotations

import time
from dataclasses import dataclass

from devices.api import DeviceError, Fault
from devices.id_card.protocol import BadFrame, Command, FrameParser, Reply, Sw3
from devices.serial_port import Port, close_quietly, port_errors

NOISE_ON_THE_WAY = frozenset({Sw3.CHECKSUM_ERROR, Sw3.LENGTH_ERROR})
"""The module's own words for a request that arrived damaged."""


@dataclass(frozen=True, slots=True)
class SdtTiming:
    """How long the module may take. The defaults hold for every module known to the project.

    ``read_reply_s``: the radio read alone takes one to two seconds; hosts wait three and more.
    ``gap_s``: silence in the middle of an answer after which the rest is given up.
    """

    find_every_s: float = 0.3
    short_reply_s: float = 1.0
    read_reply_s: float = 5.0
    gap_s: float = 0.5


class SdtLine:
    """An open port on which commands are asked, each answered once."""

    def __init__(self, port: Port, url: str, timing: SdtTiming) -> None:
        self._port = port
        self._url = url
        self._timing = timing
        self._parser = FrameParser()

    def ask(self, command: Command, within_s: float) -> Reply:
        """Send a command and wait for its answer, whatever SW3 it bears.

        A damaged answer, or a request that arrived damaged, is asked once more. DeviceError:
        SILENT when nothing came, GARBLED when only damage came, DISCONNECTED when the port broke.
        """
        for _attempt in range(2):
            with port_errors(self._url):
                reply = self._exchange(command, within_s)
            if isinstance(reply, Reply) and reply.sw3 not in NOISE_ON_THE_WAY:
                return reply
        raise DeviceError(Fault.GARBLED, f"{command.name}: no whole answer in two attempts")

    def close(self) -> None:
        """Give the port back; a port that broke is closed all the same."""
        close_quietly(self._port)

    def _exchange(self, command: Command, within_s: float) -> Reply | BadFrame:
        self._port.reset_input_buffer()
        self._parser.reset()
        self._port.write(command.frame())
        return self._receive(command, time.monotonic() + within_s)

    def _receive(self, command: Command, deadline: float) -> Reply | BadFrame:
        bad: BadFrame | None = None
        last_byte: float | None = None
        while not self._given_up(
            deadline, last_byte, begun=self._parser.pending or bad is not None
        ):
            received = self._port.read(self._port.in_waiting or 1)
            if not received:
                continue
            last_byte = time.monotonic()
            for item in self._parser.feed(received):
                if isinstance(item, Reply):
                    return item
                bad = item
        if last_byte is None:
            raise DeviceError(Fault.SILENT, f"{command.name}: no answer")
        return bad or BadFrame("incomplete")

    def _given_up(self, deadline: float, last_byte: float | None, *, begun: bool) -> bool:
        """Past the deadline, or, once an answer has begun, past the longest gap in it.

        An answer under way at the deadline is waited for, but not for ever: two gaps more.
        """
        now = time.monotonic()
        if last_byte is None or not begun:
            return now >= deadline
        return now >= min(last_byte, deadline + self._timing.gap_s) + self._timing.gap_s
