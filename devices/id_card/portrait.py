"""The photo on the card, made visible by a command that the operator configures.

The 1,024 bytes on the card have a coding that only vendors' libraries know, so the decoder is a
program of its own: the bytes on its standard input, a PNG on its standard output. It may crash,
hang or babble without harm to the driver.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import suppress

from devices.api import Progress

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
TIME_OUT_S = 5.0
OUTPUT_CAP_BYTES = 1 << 20
SLICE_S = 0.05

Decoding = Generator[Progress, None, bytes]


class PhotoUndecodable(Exception):
    """The decoder gave no picture; the text says in what way, and nothing of the person."""


def decode_portrait(
    command: Sequence[str], photo: bytes, time_out_s: float = TIME_OUT_S
) -> Decoding:
    """Run the decoder; yields while it works, returns a PNG. Raises PhotoUndecodable.

    Closing the generator kills the decoder and whatever it started.
    """
    if not command:
        raise PhotoUndecodable("no decoder configured")
    process = _start(command)
    try:
        _hand_over(process, photo)
        png = yield from _collect(process, time.monotonic() + time_out_s)
    finally:
        _end(process)
    if process.returncode != 0:
        raise PhotoUndecodable(f"exit status {process.returncode}")
    if not png.startswith(PNG_SIGNATURE):
        raise PhotoUndecodable("output is no PNG")
    return png


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a vendor's library may print the person it sees
            start_new_session=True,
        )
    except OSError as exc:
        raise PhotoUndecodable(f"cannot start: {exc.strerror}") from None


def _hand_over(process: subprocess.Popen[bytes], photo: bytes) -> None:
    """Give the photo; it fits a pipe's buffer, so this never waits for the reader."""
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # ended without reading: its exit status says the rest
            process.stdin.write(photo)
            process.stdin.close()


def _collect(process: subprocess.Popen[bytes], deadline: float) -> Decoding:
    """All of the output, up to the cap, once the process has ended."""
    if process.stdout is None:
        raise PhotoUndecodable("no output")
    output = bytearray()
    ended = False
    while not (ended and process.poll() is not None):
        yield Progress("decoding_photo")
        if time.monotonic() > deadline:
            raise PhotoUndecodable("timed out")
        if ended:
            with suppress(subprocess.TimeoutExpired):
                process.wait(SLICE_S)
        elif select.select([process.stdout], [], [], SLICE_S)[0]:
            piece = os.read(process.stdout.fileno(), 1 << 16)
            ended = not piece
            output += piece
        if len(output) > OUTPUT_CAP_BYTES:
            raise PhotoUndecodable("output is too long")
    return bytes(output)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the decoder's process group, itself ended or not, and reap it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
