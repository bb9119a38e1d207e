from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import pytest

from devices.api import Progress
from devices.id_card.portrait import OUTPUT_CAP_BYTES, PhotoUndecodable, decode_portrait

PHOTO = bytes(range(256)) * 4
PNG = r"b'\x89PNG\r\n\x1a\n'"


def python(program: str) -> list[str]:
    return [sys.executable, "-I", "-c", f"import os, sys\n{program}"]


def decoded(command: list[str], time_out_s: float = 20.0) -> bytes:
    running = decode_portrait(command, PHOTO, time_out_s)
    while True:
        try:
            assert next(running) == Progress("decoding_photo")
        except StopIteration as stop:
            value: object = stop.value
            assert isinstance(value, bytes)
            return value


def test_the_command_gets_the_photo_and_its_output_is_the_portrait() -> None:
    echo = python(f"os.write(1, {PNG} + sys.stdin.buffer.read())")
    assert decoded(echo) == b"\x89PNG\r\n\x1a\n" + PHOTO


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ([], "no decoder configured"),
        (["/nonexistent/decoder"], "cannot start"),
        (python(f"os.write(1, {PNG}); sys.exit(3)"), "exit status 3"),
        (python("os.write(1, b'JFIF')"), "no PNG"),
        (python(""), "no PNG"),
        (python("os.kill(os.getpid(), 11)"), "exit status -11"),
        (python(f"sys.stdout.buffer.write({PNG} + bytes({OUTPUT_CAP_BYTES}))"), "too long"),
        (python("while True: os.write(1, bytes(65536))"), "too long"),
    ],
)
def test_what_gives_no_picture_is_told(command: list[str], why: str) -> None:
    with pytest.raises(PhotoUndecodable, match=why):
        decoded(command)


@pytest.mark.parametrize("first", ["", "os.close(1)"])
def test_a_decoder_that_hangs_is_killed(first: str) -> None:
    with pytest.raises(PhotoUndecodable, match="timed out"):
        decoded(python(f"{first}\nimport signal\nwhile True: signal.pause()"), time_out_s=0.2)


def test_what_a_decoder_leaves_behind_is_killed_too(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    program = f"""
import signal
ended, held = os.pipe()
if os.fork() == 0:
    os.close(held)
    os.read(ended, 1)
    open({str(told)!r}, 'w').write(str(os.getpid()))
    sys.stdout.buffer.write(bytes({OUTPUT_CAP_BYTES + 1}))
    sys.stdout.flush()
    signal.pause()
"""
    with pytest.raises(PhotoUndecodable, match="too long"):
        decoded(python(program))
    left = os.pidfd_open(int(told.read_text()))
    try:
        assert select.select([left], [], [], 10.0)[0], "the decoder's child lives"
    finally:
        os.close(left)


def test_closing_early_kills_the_decoder(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    os.mkfifo(told)
    program = f"import signal\nopen({str(told)!r}, 'w').write(str(os.getpid()))\nsignal.pause()"
    running = decode_portrait(python(program), PHOTO)
    next(running)
    pid = int(told.read_text())
    running.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
