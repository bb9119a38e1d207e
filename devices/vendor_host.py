"""A child process for libraries that may crash, hang or hold the interpreter's lock.

Child: ``python -m devices.vendor_host JOB [JOB ...]`` builds the named jobs and serves them on
stdin and stdout until end of file. Parent: :class:`VendorHost`.

Frame, both ways: u32 big-endian length of a UTF-8 JSON envelope, the envelope, then the binary
payloads in the order and with the lengths of its ``lengths``. A request's envelope is ``{header,
lengths, limit_s}``; an answer's ``{status, header, lengths}`` with status ready, ok or failed.

A handler that outlives ``limit_s`` is killed by the kernel (SIGALRM's default action needs no
interpreter), so a hung library does not stay behind when the parent has died meanwhile.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

Header = dict[str, object]
Handler = Callable[[Header, list[bytes]], tuple[Header, list[bytes]]]

JOBS: Mapping[str, str] = {
    "face": "devices.face.engine:build",
    "pdf_pages": "devices.pdf_pages:build",
}
"""Job name -> "module:function"; the function takes nothing and builds the Handler. The modules
are imported in the child only. A frozen build must list them as hidden imports."""

MAX_ENVELOPE = 1 << 20
MAX_PAYLOAD = 64 << 20
MAX_PAYLOADS = 64
ALARM_MARGIN_S = 2.0
"""The child's own alarm comes after the parent's patience, so that the parent sees it first."""

_LENGTH = struct.Struct(">I")


class HostError(Exception):
    """The root of what :meth:`VendorHost.call` raises. Texts hold no payload and no person."""


class HostDied(HostError):
    """The child could not be started, or ended before it answered. The next call starts another."""


class HostSilent(HostError):
    """The child did not answer in time and was killed. The next call starts another."""


class JobFailed(HostError):
    """The handler raised; the child lives on. The text is the exception's class name only."""


class FrameError(HostError):
    """Bytes that are no frame of this program, or a request over its limits."""


def host_command(*jobs: str) -> list[str]:
    """Give the command that serves ``jobs``, from source or from a frozen build."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "vendor-host", *jobs]
    return [sys.executable, "-m", "devices.vendor_host", *jobs]


def encode_frame(envelope: Header, payloads: Sequence[bytes]) -> bytes:
    """Give the bytes of one frame. FrameError if it is over the limits."""
    if len(payloads) > MAX_PAYLOADS or any(len(part) > MAX_PAYLOAD for part in payloads):
        raise FrameError("payloads over the limit")
    lengths = [len(part) for part in payloads]
    text = json.dumps({**envelope, "lengths": lengths}, separators=(",", ":")).encode()
    if len(text) > MAX_ENVELOPE:
        raise FrameError("envelope over the limit")
    return b"".join((_LENGTH.pack(len(text)), text, *payloads))


def read_frame(read_exactly: Callable[[int], bytes]) -> tuple[Header, list[bytes]]:
    """Read one frame. ``read_exactly(n)`` gives n bytes or raises; FrameError on nonsense."""
    (length,) = cast("tuple[int]", _LENGTH.unpack(read_exactly(_LENGTH.size)))
    if length > MAX_ENVELOPE:
        raise FrameError("envelope over the limit")
    try:
        envelope: object = json.loads(read_exactly(length))
    except (ValueError, RecursionError) as exc:
        raise FrameError("envelope is not JSON") from exc
    if not isinstance(envelope, dict):
        raise FrameError("envelope is not an object")
    fields = cast("Header", envelope)
    return fields, [read_exactly(size) for size in _lengths(fields)]


def _lengths(envelope: Header) -> list[int]:
    given = envelope.get("lengths")
    if not isinstance(given, list) or len(cast("list[object]", given)) > MAX_PAYLOADS:
        raise FrameError("bad payload lengths")
    sizes: list[int] = []
    for size in cast("list[object]", given):
        if type(size) is not int or not 0 <= size <= MAX_PAYLOAD:
            raise FrameError("bad payload length")
        sizes.append(size)
    return sizes


def _header(envelope: Header) -> Header:
    header = envelope.get("header")
    return cast("Header", header) if isinstance(header, dict) else {}


class _Child:
    """One running child and its end of the socket that is the child's stdin and stdout."""

    def __init__(self, command: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        try:
            self.process = subprocess.Popen(
                list(command),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                cwd=Path(__file__).resolve().parent.parent,
            )
        except OSError as exc:
            ours.close()
            raise HostDied(f"cannot start: {exc.strerror}") from exc
        finally:
            theirs.close()
        self._socket = ours

    def exchange(self, request: bytes, silence_s: float) -> tuple[Header, list[bytes]]:
        """Send a frame (empty: only listen) and read one answer, all within ``silence_s``."""
        deadline = time.monotonic() + silence_s
        try:
            self._socket.settimeout(silence_s)
            self._socket.sendall(request)
            return read_frame(lambda size: self._read(size, deadline))
        except TimeoutError as exc:
            raise HostSilent(f"no answer in {silence_s:g} s") from exc
        except OSError as exc:
            raise HostDied(self._how_it_ended()) from exc

    def _read(self, size: int, deadline: float) -> bytes:
        data = bytearray(size)
        view, got = memoryview(data), 0
        while got < size:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            self._socket.settimeout(left_s)
            received = self._socket.recv_into(view[got:])
            if not received:
                raise HostDied(self._how_it_ended())
            got += received
        return bytes(data)

    def _how_it_ended(self) -> str:
        try:
            return f"ended with status {self.process.wait(1.0)}"
        except subprocess.TimeoutExpired:
            return "closed its output"

    def kill(self) -> None:
        """End the child now and reap it. Safe to call twice and from another thread."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Kill, and give the socket back; only by the thread that owns the exchange."""
        self.kill()
        self._socket.close()


class VendorHost:
    """The parent's side: one child, started at need, one call at a time.

    ``start_timeout_s`` bounds the child's start (imports, models), ``silence_s`` one call. Both
    are monotonic seconds. May be shared between threads: calls queue on a lock.
    """

    def __init__(
        self, command: Sequence[str], *, start_timeout_s: float = 30.0, silence_s: float = 10.0
    ) -> None:
        self._command = tuple(command)
        self._start_timeout_s = start_timeout_s
        self._silence_s = silence_s
        self._child: _Child | None = None
        self._closings = 0
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The child's process id, None when there is none (for diagnosis and fault tests)."""
        child = self._child
        return child.process.pid if child is not None else None

    def start(self) -> None:
        """Start the child if there is none, so that the first call need not wait. HostError."""
        closings = self._closings
        with self._lock:
            self._running(closings)

    def call(
        self, header: Header, *payloads: bytes, silence_s: float | None = None
    ) -> tuple[Header, list[bytes]]:
        """Give a request to the job and return its answer's header and payloads.

        ``header["job"]`` names the job; it may be left out when the child serves only one.
        ``silence_s`` overrides the host's own for this call. Raises HostError's children, and
        FrameError, with the child untouched, if the request itself is over the limits.
        """
        limit_s = self._silence_s if silence_s is None else silence_s
        envelope: Header = {"header": header, "limit_s": limit_s + ALARM_MARGIN_S}
        request = encode_frame(envelope, payloads)
        closings = self._closings
        with self._lock:
            answer, parts = self._exchange(self._running(closings), request, limit_s)
        if answer.get("status") == "failed":
            raise JobFailed(str(answer.get("error", "")))
        return _header(answer), parts

    def close(self) -> None:
        """End the child. A call that came before and is not answered raises HostDied.

        A later call starts another child. Safe to call twice and from any thread.
        """
        self._closings += 1
        child = self._child
        if child is not None:
            child.kill()
        with self._lock:
            if self._child is child:
                self._drop()

    def _running(self, closings: int) -> _Child:
        """Give a child that is ready, for a caller who came when ``closings`` had been made."""
        if self._child is not None and self._child.process.poll() is not None:
            self._drop()
        if self._closings != closings:
            raise HostDied("closed meanwhile")
        if self._child is None:
            self._child = _Child(self._command)
            # close() counts before it looks for a child: one of us sees the other
            if self._closings != closings:
                self._drop()
                raise HostDied("closed meanwhile")
            answer, _ = self._exchange(self._child, b"", self._start_timeout_s)
            if answer.get("status") != "ready":
                self._drop()
                raise HostDied(f"not ready: {answer.get('error', '')}")
        return self._child

    def _exchange(
        self, child: _Child, request: bytes, silence_s: float
    ) -> tuple[Header, list[bytes]]:
        try:
            return child.exchange(request, silence_s)
        except FrameError as exc:
            self._drop()
            raise HostDied(f"answered nonsense: {exc}") from exc
        except HostError:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def _build(job: str) -> Handler:
    module_name, _, function_name = JOBS[job].partition(":")
    module = importlib.import_module(module_name)
    build = cast("Callable[[], Handler]", getattr(module, function_name))
    return build()


def _read_stdin_exactly(source: BinaryIO) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        data = source.read(size)
        if len(data) < size:
            raise EOFError
        return data

    return read


def _answer(
    handlers: Mapping[str, Handler], envelope: Header, payloads: list[bytes]
) -> tuple[Header, list[bytes]]:
    header = _header(envelope)
    only = next(iter(handlers)) if len(handlers) == 1 else ""
    limit_s = envelope.get("limit_s")
    try:
        handler = handlers[str(header.get("job", only))]
        signal.setitimer(signal.ITIMER_REAL, limit_s if isinstance(limit_s, (int, float)) else 0)
        result, parts = handler(header, payloads)
    except Exception as exc:  # noqa: BLE001 - a handler's failure is an answer, not our end
        return {"status": "failed", "error": type(exc).__name__}, []
    else:
        return {"status": "ok", "header": result}, parts
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def serve(jobs: Sequence[str], source: BinaryIO, sink: BinaryIO) -> int:
    """Build the jobs, say ready, answer requests until end of file. Gives the exit status."""

    def send(envelope: Header, payloads: Sequence[bytes] = ()) -> None:
        sink.write(encode_frame(envelope, payloads))
        sink.flush()

    try:
        handlers = {job: _build(job) for job in jobs}
    except Exception as exc:  # noqa: BLE001 - the parent is told, whatever it was
        send({"status": "failed", "error": f"{type(exc).__name__} while building"})
        return 1
    send({"status": "ready"})
    read = _read_stdin_exactly(source)
    while True:
        try:
            envelope, payloads = read_frame(read)
        except EOFError:
            return 0
        except FrameError:
            return 2
        answer, parts = _answer(handlers, envelope, payloads)
        try:
            send(answer, parts)
        except (FrameError, TypeError, ValueError) as exc:
            send({"status": "failed", "error": f"{type(exc).__name__} in the answer"})
        except BrokenPipeError:
            return 0


def main(argv: Sequence[str]) -> int:
    """Serve on this process's stdin and stdout; what libraries print goes to stderr."""
    if not argv or any(job not in JOBS for job in argv):
        sys.stderr.write(f"usage: vendor_host JOB ...   (one of: {', '.join(JOBS)})\n")
        return 2
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the parent's to handle
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    with os.fdopen(source, "rb") as reader, os.fdopen(sink, "wb") as writer:
        return serve(argv, reader, writer)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
