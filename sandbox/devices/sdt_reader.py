"""An ID-card reader on a pseudo-terminal: the module's side of the SDT protocol.

Written from the public protocol description, sharing nothing with the driver it is used to test.
"""

from __future__ import annotations

import os
import random
import select
import threading
import tty
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sandbox.devices.sdt_card import KIND_LETTERS, PHOTO_BYTES, CardContents, card_from_json
from sandbox.devices.twin import Json, Verb

START = b"\xaa\xaa\xaa\x96\x69"
SAM_ID = bytes.fromhex("05010000 DB0B3401 01000000 15CD5B07".replace(" ", ""))

MODES = (
    "none",
    "silent",
    "bad_checksum",
    "unreadable",
    "select_fails",
    "unknown_kind",
    "garbage",
    "not_authorised",
    "self_test_failed",
    "truncated",
    "slow",
)


class SdtReaderTwin:
    """The reader as it stands in the hall: cards are put on and lifted, its cable is pulled.

    ``path`` is a link to the pseudo-terminal and stays the same when the cable is plugged in
    again. ``cards`` finds a person's card by the person's key. ``rf_read_s`` is how long the
    radio read takes, ``slow_read_s`` the same while it misbehaves "slow".
    """

    def __init__(
        self,
        path: Path,
        *,
        cards: Mapping[str, CardContents] | None = None,
        rf_read_s: float = 0.2,
        slow_read_s: float = 2.5,
        name: str = "reader",
    ) -> None:
        self._path = path
        self._cards: Mapping[str, CardContents] = {} if cards is None else cards
        self._rf_read_s = rf_read_s
        self._slow_read_s = slow_read_s
        self._name = name
        self._card: CardContents | None = None
        self._person = ""
        self._phase = "idle"  # idle, found, selected, read
        self._mode = "none"
        self._reads = 0
        self._lock = threading.RLock()
        self._cable: _Cable | None = None

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return self._name

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to the reader."""
        return {
            "put_card": self.put_card,
            "lift_card": self.lift_card,
            "unplug": self.unplug,
            "plug": self.plug,
            "misbehave": self.misbehave,
        }

    def start(self) -> None:
        """Plug the reader in."""
        self.plug()

    def stop(self) -> None:
        """Unplug it and end its thread. Safe to call twice."""
        self.unplug()

    def state(self) -> dict[str, Json]:
        """Plugged or not, whose card lies there, how far the exchange is."""
        with self._lock:
            return {
                "plugged": self._cable is not None,
                "card": None if self._card is None else self._person or "unnamed",
                "phase": self._phase,
                "misbehave": self._mode,
                "reads": self._reads,
            }

    def put_card(
        self, person: str = "", card: CardContents | Mapping[str, Json] | None = None
    ) -> None:
        """Lay a person's card on the reader, or the card given."""
        if (not person) is (card is None):
            raise ValueError("put_card takes a person or a card")
        if card is None:
            if person not in self._cards:
                raise ValueError("nobody in the city has this key")
            card = self._cards[person]
        contents = card if isinstance(card, CardContents) else card_from_json(card)
        if contents.kind not in KIND_LETTERS or len(contents.photo) != PHOTO_BYTES:
            raise ValueError(f"kind is one of {', '.join(KIND_LETTERS)}; photo has 1024 bytes")
        contents.text_block()
        with self._lock:
            self._card, self._person, self._phase = contents, person, "idle"

    def lift_card(self) -> None:
        """Take the card away, if one lies there."""
        with self._lock:
            self._card, self._person, self._phase = None, "", "idle"

    def plug(self) -> None:
        """Push the cable in: the port appears. Nothing happens when it is in."""
        with self._lock:
            if self._cable is None:
                self._phase = "idle"
                self._cable = _Cable(self._path, self)

    def unplug(self) -> None:
        """Pull the cable: the port hangs up and its path vanishes. Nothing happens when out."""
        with self._lock:
            cable, self._cable = self._cable, None
        if cable is not None:
            cable.pull()

    def misbehave(self, mode: str = "none") -> None:
        """Make the module fail in one way until told "none"."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        with self._lock:
            self._mode = mode

    def answer(self, request: bytes) -> tuple[bytes, float]:
        """The bytes to send back for one request frame, and the seconds to take over it."""
        with self._lock:
            mode = self._mode
            body, wait_s = self._body(request[7:-1], mode)
        frame = _frame(body)
        if mode == "silent":
            return b"", 0.0
        if mode == "garbage":
            return random.randbytes(len(frame)).replace(b"\xaa", b"\x55"), wait_s
        if mode == "bad_checksum":
            return frame[:-1] + bytes((frame[-1] ^ 0x5A,)), wait_s
        if mode == "truncated" and len(frame) > 600:
            return frame[:600], wait_s
        return frame, wait_s

    def _body(self, command: bytes, mode: str) -> tuple[bytes, float]:
        """SW1..data for a command, by the module's state."""
        refusals = {"not_authorised": 0x66, "self_test_failed": 0x60}
        if mode in refusals:
            return _status(refusals[mode]), 0.0
        match bytes(command[:2]):
            case b"\x10\xff":
                self._phase = "idle"  # a reset lets a card that was read be found again
                return _status(0x90), 0.0
            case b"\x11\xff" | b"\x61\xff" | b"\x60\x00":
                return _status(0x90), 0.0
            case b"\x12\xff":
                return _status(0x90) + SAM_ID, 0.0
            case b"\x20\x01":
                return self._find(), 0.0
            case b"\x20\x02":
                return self._select(mode), 0.0
            case b"\x30\x01" | b"\x30\x10":
                return self._read(mode, fingerprints=command[1] == 0x10)
            case b"\x30\x03":
                return _status(0x91), 0.0
            case _:
                return _status(0x21), 0.0

    def _find(self) -> bytes:
        if self._card is None or self._phase == "read":
            return _status(0x80)
        self._phase = "found"
        return _status(0x9F) + bytes(4)

    def _select(self, mode: str) -> bytes:
        if self._card is None or mode == "select_fails":
            return _status(0x81)
        if self._phase not in ("found", "selected"):
            return _status(0x21)
        self._phase = "selected"
        return _status(0x90) + bytes(8)

    def _read(self, mode: str, *, fingerprints: bool) -> tuple[bytes, float]:
        wait_s = self._slow_read_s if mode == "slow" else self._rf_read_s
        if self._card is None or mode == "unreadable":
            self._phase = "idle"
            return _status(0x41), wait_s
        if self._phase not in ("selected", "read"):
            return _status(0x21), 0.0
        self._phase = "read"
        self._reads += 1
        text = self._card.text_block()
        if mode == "unknown_kind":
            text = text[:248] + "Z".encode("utf-16-le") + text[250:]
        lengths = bytes.fromhex("010004000000" if fingerprints else "01000400")
        return _status(0x90) + lengths + text + self._card.photo, wait_s


class _Cable:
    """A pseudo-terminal with the module behind it, from plugging in to pulling out.

    The far end is kept open here too, so that the kiosk can close its port and open it again.
    """

    def __init__(self, path: Path, module: SdtReaderTwin) -> None:
        self._path = path
        self._module = module
        self._pulled = threading.Event()
        self._near, self._far = os.openpty()
        self._wake_out, self._wake_in = os.pipe()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self._link()
        self._thread = threading.Thread(target=self._run, name="sdt-reader-twin", daemon=True)
        self._thread.start()

    def pull(self) -> None:
        """Hang up at once; the path vanishes first, as it does when a device goes."""
        self._path.unlink(missing_ok=True)
        self._pulled.set()
        os.write(self._wake_in, b"x")
        self._thread.join()
        for end in (self._near, self._far, self._wake_out, self._wake_in):
            os.close(end)

    def _link(self) -> None:
        """Put the link in one step over whatever an earlier run left there."""
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(os.ttyname(self._far))
        beside.replace(self._path)

    def _run(self) -> None:
        held = b""
        while not self._pulled.is_set():
            ready, _, _ = select.select([self._near, self._wake_out], [], [])
            if self._near in ready:
                held = self._serve(held + os.read(self._near, 4096))

    def _serve(self, held: bytes) -> bytes:
        """Answer each whole request; returns the bytes of one that has only begun."""
        while (at := held.find(START)) >= 0:
            held = held[at:]
            end = 7 + int.from_bytes(held[5:7], "big")
            if len(held) < 7:
                return held
            if not 10 <= end <= 64:
                self._send(_frame(_status(0x11)), 0.0)
                held = held[len(START) :]
            elif len(held) < end:
                return held
            else:
                self._answer(held[:end])
                held = held[end:]
        return held[-(len(START) - 1) :]

    def _answer(self, request: bytes) -> None:
        if _xor(request[5:-1]) != request[-1]:
            self._send(_frame(_status(0x10)), 0.0)
        else:
            self._send(*self._module.answer(request))

    def _send(self, answer: bytes, wait_s: float) -> None:
        if not self._pulled.wait(wait_s):
            with suppress(BlockingIOError):  # nobody reads and the line is full: bytes are lost
                os.write(self._near, answer)


def _frame(body: bytes) -> bytes:
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return START + counted + bytes((_xor(counted),))


def _status(sw3: int) -> bytes:
    return bytes((0, 0, sw3))


def _xor(counted: bytes) -> int:
    result = 0
    for byte in counted:
        result ^= byte
    return result
