"""The social-security card's twin: put into vpcd's reader, which a real pcscd drives.

The card is the TCP client: connecting is putting in, closing is pulling out. Each message is two
bytes of length, big-endian, and a body; a body of one byte is a control: 0 power off, 1 power on,
2 reset, 4 asks for the ATR (only this one is answered). Anything longer is a command to the card.
"""

from __future__ import annotations

import math
import random
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

from sandbox.devices.social_card import SocialCardChip, SocialCardContents, contents_from_json
from sandbox.devices.twin import Json, Verb

MODES = (
    "none",
    "protected",
    "slow",
    "garble",
    "removed_mid_read",
    "wobble",
    "mute",
    "bad_reset",
    "other_application",
    "old_select",
)
_POWER_OFF, _POWER_ON, _RESET, _ASK_ATR = 0, 1, 2, 4
_EMPTY_S = 0.5
"""How long the slot is empty between two cards: no hand is faster, and pcscd looks every 0.4 s."""
_RETRY_S = 0.1
"""A card that lies in a reader without service: as often it is seen whether there is one again."""


class VpcdCardTwin:
    """The slot of the contact reader, and whose card is in it.

    ``port`` is where vpcd listens. ``cards`` finds a person's card by the person's key.
    ``slow_s`` is what a command takes while it misbehaves "slow". Other modes: ``protected`` wants
    a key before the holder's file, ``garble`` breaks records, ``removed_mid_read`` pulls the card
    at the holder's file, ``wobble`` only loses contact there, once, ``mute`` never answers a
    command, ``bad_reset`` answers the reset with no ATR, ``other_application`` is a card of
    something else, ``old_select`` knows only P1 = 00.
    """

    def __init__(
        self,
        port: int,
        *,
        cards: Mapping[str, SocialCardContents] | None = None,
        host: str = "127.0.0.1",
        slow_s: float = 0.5,
        name: str = "social_card",
    ) -> None:
        self._address = (host, port)
        self._cards: Mapping[str, SocialCardContents] = {} if cards is None else cards
        self._slow_s = slow_s
        self._name = name
        self._mode = "none"
        self._person = ""
        self._inserted: _Inserted | None = None
        self._empty_since = -math.inf
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return self._name

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to it."""
        return {
            "put_card": self.put_card,
            "lift_card": self.lift_card,
            "misbehave": self.misbehave,
        }

    def start(self) -> None:
        """Nothing: without a card there is nothing at the wire."""

    def stop(self) -> None:
        """Take the card out and end its thread. Safe to call twice."""
        self.lift_card()

    def state(self) -> dict[str, Json]:
        """Whose card is in, whether the reader has it, how many commands it has answered."""
        with self._lock:
            card = self._inserted
            return {
                "card": None if card is None or card.pulled else self._person or "unnamed",
                "in_reader": card is not None and card.connected,
                "powered": card is not None and card.powered,
                "commands": 0 if card is None else card.commands,
                "misbehave": self._mode,
            }

    def put_card(
        self, person: str = "", card: SocialCardContents | Mapping[str, Json] | None = None
    ) -> None:
        """Put in a person's card, or the card given; one that is in already comes out first."""
        if (not person) is (card is None):
            raise ValueError("put_card takes a person or a card")
        if card is None:
            if person not in self._cards:
                raise ValueError(f"nobody called {person} has a social-security card")
            card = self._cards[person]
        elif isinstance(card, Mapping):
            card = contents_from_json(card)
        with self._lock:
            self.lift_card()
            self._person = person
            ready_at = self._empty_since + _EMPTY_S
            self._inserted = _Inserted(self._address, card, self._mode, self._slow_s, ready_at)

    def lift_card(self) -> None:
        """Pull the card out, whatever it is doing."""
        with self._lock:
            card, self._inserted = self._inserted, None
            if card is not None:
                card.pull()
                self._empty_since = card.pulled_at

    def misbehave(self, mode: str = "none") -> None:
        """How cards behave from the next one put in. ValueError on an unknown word."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        with self._lock:
            self._mode = mode


class _Inserted:
    """A card in the slot, on a thread of its own, until it is pulled.

    The reader's service may die and come back meanwhile: the card stays where it is.
    """

    def __init__(
        self,
        address: tuple[str, int],
        contents: SocialCardContents,
        mode: str,
        slow_s: float,
        ready_at: float,
    ) -> None:
        self._address = address
        self._ready_at = ready_at
        self._mode = mode
        self._slow_s = slow_s
        self._chip = SocialCardChip(contents)
        self._chip.protected = mode == "protected"
        self._chip.other_application = mode == "other_application"
        self._chip.old_select = mode == "old_select"
        self._pulled = threading.Event()
        self._socket: socket.socket | None = None
        self._guard = threading.Lock()
        self._wobbled = False
        self.powered = False
        self.commands = 0
        self.pulled_at = -math.inf
        self._thread = threading.Thread(target=self._run, name="social-card-twin", daemon=True)
        self._thread.start()

    @property
    def pulled(self) -> bool:
        """Whether it is out, by a hand or by its own misbehaviour."""
        return self._pulled.is_set()

    @property
    def connected(self) -> bool:
        """Whether the reader has it."""
        with self._guard:
            return self._socket is not None

    def pull(self) -> None:
        """Take it out at once."""
        if not self._pulled.is_set():
            self.pulled_at = time.monotonic()
        self._pulled.set()
        with self._guard:
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        self._pulled.wait(self._ready_at - time.monotonic())
        while not self._pulled.is_set():
            with suppress(OSError), socket.create_connection(self._address, timeout=2) as line:
                self._stay_in(line)
            self.powered = False
            self._pulled.wait(_RETRY_S)

    def _stay_in(self, line: socket.socket) -> None:
        line.settimeout(None)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._guard:
            self._socket = line
        try:
            while not self._pulled.is_set() and (body := _message(line)):
                answer = self._answer(body)
                if answer is not None:
                    line.sendall(len(answer).to_bytes(2, "big") + answer)
        finally:
            with self._guard:
                self._socket = None

    def _answer(self, body: bytes) -> bytes | None:
        if len(body) > 1:
            return self._answer_command(body)
        if body[0] == _ASK_ATR:
            return b"\x00\x00" if self._mode == "bad_reset" else self._chip.contents.atr()
        self.powered = body[0] in (_POWER_ON, _RESET)
        self._chip.reset()
        return None

    def _answer_command(self, command: bytes) -> bytes | None:
        self.commands += 1
        if self._mode == "mute" or not self.powered:
            return None
        if self._mode == "slow" and self._pulled.wait(self._slow_s):
            return None
        answer = self._chip.answer(command)
        if command[1:2] == b"\xb2" and answer[:1] == b"\x08" and self._loses_contact():
            raise ConnectionAbortedError
        return _garbled(answer) if self._mode == "garble" else answer

    def _loses_contact(self) -> bool:
        """At the holder's number: for good, or for a moment and once."""
        if self._mode == "removed_mid_read":
            self.pull()
            return True
        wobbles = self._mode == "wobble" and not self._wobbled
        self._wobbled = self._wobbled or wobbles
        return wobbles


def _garbled(answer: bytes) -> bytes:
    """Break a record's length or cut it short; the status stays as it was."""
    if len(answer) < 5:
        return answer
    if random.random() < 0.5:
        return answer[:1] + bytes((answer[1] ^ 0x0F,)) + answer[2:]
    return answer[:-3] + answer[-2:]


def _message(line: socket.socket) -> bytes:
    """The next message's body, empty when the reader has gone."""
    length = int.from_bytes(_exactly(line, 2), "big")
    return _exactly(line, length)


def _exactly(line: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = line.recv(size - len(received))
        # vpcd sends length and body apart without NODELAY: a delayed acknowledgement costs 40 ms,
        # and the kernel forgets this option by itself
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        if not part:
            return b""
        received += part
    return received
