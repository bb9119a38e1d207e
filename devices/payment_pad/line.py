"""The serial line to a pad: acknowledgements and heartbeats both ways, frames in and out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from devices.api import DeviceError, Fault
from devices.payment_pad.protocol import (
    CONFIRM,
    HANDSHAKE,
    HEARTBEAT,
    BadFrame,
    Frame,
    FrameSplitter,
    FrameType,
    acknowledgement,
    message,
)
from devices.serial_port import Port, close_quietly, port_errors


@dataclass(frozen=True, slots=True)
class PadTiming:
    """How long things may take, in seconds.

    ``handshake_s`` and ``pair_s`` bound one opening. ``silence_s`` without any byte and the pad is
    called silent. ``frame_s``: the longest a frame may take (1,024 bytes at 115,200 baud: 0.09).
    ``answer_s`` is for questions, the patience for a payer is the driver's own.
    ``garbled_s``: how long a damaged answer may still be followed by a whole one.
    ``cancel_tries`` rounds of close and query, ``cancel_every_s`` apart.
    """

    handshake_every_s: float = 1.0
    handshake_s: float = 2.5
    pair_s: float = 5.0
    heartbeat_s: float = 2.0
    silence_s: float = 7.0
    frame_s: float = 0.5
    answer_s: float = 10.0
    garbled_s: float = 3.0
    cancel_every_s: float = 1.0
    cancel_tries: int = 3


class PadLine:
    """An open port. Whoever listens also keeps the acknowledgements and heartbeats going."""

    def __init__(self, port: Port, url: str, timing: PadTiming, ids: Iterator[int]) -> None:
        self._port = port
        self._url = url
        self._timing = timing
        self._ids = ids
        self._splitter = FrameSplitter()
        self._acknowledged: set[int] = set()
        self._begun: float | None = None
        self._last_byte = self._last_beat = time.monotonic()

    @property
    def silent(self) -> bool:
        """Whether the pad has not been heard for longer than a living one stays quiet."""
        return time.monotonic() - self._last_byte > self._timing.silence_s

    def shake_hands(self) -> None:
        """Ask until the pad confirms. DeviceError: SILENT, GARBLED when only damage came."""
        began = time.monotonic()
        damaged = False
        self._port_reset()
        while (now := time.monotonic()) - began < self._timing.handshake_s:
            self._send(HANDSHAKE)
            while time.monotonic() - now < self._timing.handshake_every_s:
                for item in self._receive():
                    if item == CONFIRM:
                        return
                    damaged = damaged or isinstance(item, BadFrame)
        raise DeviceError(Fault.GARBLED if damaged else Fault.SILENT, "handshake: not confirmed")

    def send(self, data: bytes) -> int:
        """Send a message; returns the id it went out under. Never repeated from here."""
        message_id = next(self._ids)
        self._acknowledged.discard(message_id)
        self._send(message(message_id, data))
        return message_id

    def acknowledged(self, message_id: int) -> bool:
        """Whether the pad has said that it received this message."""
        return message_id in self._acknowledged

    def listen(self, *, wait: bool) -> list[bytes | BadFrame]:
        """Messages that came, each acknowledged, and damage. ``wait`` for them up to a slice."""
        if time.monotonic() - self._last_beat >= self._timing.heartbeat_s:
            self._last_beat = time.monotonic()
            self._send(HEARTBEAT)
        heard: list[bytes | BadFrame] = []
        for item in self._receive() if wait or self._waiting() else self._stale():
            if isinstance(item, BadFrame):
                heard.append(item)
            elif item.type is FrameType.MESSAGE:
                heard += self._take(item)
        return heard

    def close(self) -> None:
        """Give the port back; a port that broke is closed all the same."""
        close_quietly(self._port)

    def _take(self, frame: Frame) -> list[bytes]:
        if frame.ack:
            self._acknowledged.add(frame.ack)
        if not frame.id:
            return []
        self._send(acknowledgement(frame.id))
        return [frame.data]

    def _receive(self) -> list[Frame | BadFrame]:
        """One read of the port; what is left hanging for too long is given up."""
        with port_errors(self._url):
            received = self._port.read(self._port.in_waiting or 1)
        if not received:
            return self._stale()
        self._last_byte = time.monotonic()
        items = self._splitter.feed(received)
        if items or self._begun is None:
            self._begun = self._last_byte
        return items + self._stale()

    def _stale(self) -> list[Frame | BadFrame]:
        """Give up a frame that is not whole so long after it began, whatever came behind it."""
        if not self._splitter.pending:
            self._begun = None
        elif self._begun is not None and self._aged(self._begun):
            self._begun = time.monotonic()
            return self._splitter.give_up()
        return []

    def _aged(self, begun: float) -> bool:
        return time.monotonic() - begun > self._timing.frame_s

    def _waiting(self) -> bool:
        with port_errors(self._url):
            return self._port.in_waiting > 0

    def _port_reset(self) -> None:
        with port_errors(self._url):
            self._port.reset_input_buffer()
        self._splitter = FrameSplitter()

    def _send(self, frame: Frame) -> None:
        with port_errors(self._url):
            self._port.write(frame.encode())
