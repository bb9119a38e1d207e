"""The pad's cable: a pseudo-terminal from plugging in to pulling out."""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sandbox.devices.ecrhub_pad_wire import HEARTBEAT, Seen, cut

GIVES_UP_S = 10.0
"""A pad that has heard nothing for so long stops beating: nobody is there."""


class Behind(Protocol):
    """What the cable ends in."""

    def note(self, direction: str, raw: bytes) -> None:
        """A frame has come ("in") or has gone out ("out")."""
        ...

    def answer(self, seen: Seen) -> list[bytes]:
        """What goes back for a frame, in order."""
        ...

    @property
    def beats(self) -> bool:
        """Whether heartbeats are sent now."""
        ...


class Cable:
    """The near end is the pad's. The far end is kept open too, so that the kiosk can come back."""

    def __init__(self, path: Path, pad: Behind, heartbeat_s: float) -> None:
        self._path = path
        self._pad = pad
        self._heartbeat_s = heartbeat_s
        self._pulled = threading.Event()
        self._writing = threading.Lock()
        self._near, self._far = os.openpty()
        self._wake_out, self._wake_in = os.pipe()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self._link()
        self._thread = threading.Thread(target=self._run, name="ecrhub-pad-twin", daemon=True)
        self._thread.start()

    def vanish(self) -> None:
        """Take the path away, as it goes first when a device does."""
        self._path.unlink(missing_ok=True)

    def pull(self) -> None:
        """Hang up at once. Also from within a hook on a frame. Once."""
        with self._writing:
            self._pulled.set()
        if threading.current_thread() is not self._thread:
            os.write(self._wake_in, b"x")
            self._thread.join()
        for end in (self._near, self._far, self._wake_out, self._wake_in):
            os.close(end)

    def send(self, frames: list[bytes]) -> None:
        """Write whole or broken frames; after each one its hook. A pulled cable carries nothing."""
        for raw in frames:
            with self._writing:
                if self._pulled.is_set():
                    return
                with suppress(BlockingIOError):  # nobody reads, the line is full: bytes are lost
                    os.write(self._near, raw)
            self._pad.note("out", raw)

    def _link(self) -> None:
        """Put the link in one step over whatever an earlier run left there."""
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(os.ttyname(self._far))
        beside.replace(self._path)

    def _run(self) -> None:
        held = b""
        heard = beat = time.monotonic()
        while not self._pulled.is_set():
            until_beat = max(0.0, beat + self._heartbeat_s - time.monotonic())
            ready, _, _ = select.select([self._near, self._wake_out], [], [], until_beat)
            if self._near in ready:
                heard = time.monotonic()
                held = self._serve(held + os.read(self._near, 4096))
            elif not ready:
                beat = time.monotonic()
                if self._pad.beats and beat - heard < GIVES_UP_S:
                    self.send([HEARTBEAT])

    def _serve(self, held: bytes) -> bytes:
        """Answer each whole frame; returns the bytes of one that has only begun."""
        frames, left = cut(held)
        for seen in frames:
            self._pad.note("in", seen.raw)
            if self._pulled.is_set():
                break
            self.send(self._pad.answer(seen))
        return left
