"""PDF pages through the real vendor host: right pixels, every cap, and a host that breaks."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from devices.vendor_host import (
    HostDied,
    HostSilent,
    JobFailed,
    VendorHost,
    encode_frame,
    host_command,
)
from kiosk.papers.pages import PageRenderer, Unrenderable


def pdf_of(*colours: str, size: tuple[int, int] = (300, 400)) -> bytes:
    pages = [Image.new("RGB", size, colour) for colour in colours]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.fixture(scope="module")
def host() -> Iterator[VendorHost]:
    host = VendorHost(host_command("pdf_pages"))
    yield host
    host.close()


def test_each_page_has_its_size_and_colour(host: VendorHost) -> None:
    pages = PageRenderer(host).render(pdf_of("red", "blue"), 151)
    assert [(page.width, page.height) for page in pages] == [(151, 202), (151, 202)]
    middles = [page.rgb[len(page.rgb) // 2 - 80 * 3 :][:3] for page in pages]
    assert middles[0][0] > 250 > 5 > middles[0][2]
    assert middles[1][2] > 250 > 5 > middles[1][0]


def test_rows_follow_each_other_without_padding(host: VendorHost) -> None:
    half = Image.new("RGB", (200, 200), "white")
    half.paste("black", (0, 0, 100, 200))
    out = io.BytesIO()
    half.save(out, "PDF", resolution=72, quality=100)
    (page,) = PageRenderer(host).render(out.getvalue(), 101)
    rows = [page.rgb[row * 303 : row * 303 + 303] for row in range(page.height)]
    assert all(row[:90] < b"\x20" * 90 and row[-90:] > b"\xe0" * 90 for row in rows[2:-2])


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n%%EOF", b"<html>please log in</html>"])
def test_what_is_no_pdf_is_unreadable(host: VendorHost, junk: bytes) -> None:
    with pytest.raises(Unrenderable) as caught:
        PageRenderer(host).render(junk, 100)
    assert caught.value.reason == "unreadable"


def test_page_count_is_capped(host: VendorHost) -> None:
    with pytest.raises(Unrenderable) as caught:
        PageRenderer(host, max_pages=2).render(pdf_of("red", "green", "blue"), 50)
    assert caught.value.reason == "too_many_pages"


def test_pixels_are_capped_before_anything_is_drawn(host: VendorHost) -> None:
    with pytest.raises(Unrenderable) as caught:
        PageRenderer(host).render(pdf_of("red", size=(10, 4000)), 1000)
    assert caught.value.reason == "too_large"


def test_an_absurd_request_fails_and_the_host_lives_on(host: VendorHost) -> None:
    with pytest.raises(JobFailed, match="ValueError"):
        PageRenderer(host).render(pdf_of("red"), -1)
    assert PageRenderer(host).render(pdf_of("red"), 50)


def test_a_killed_host_is_an_error_once_and_back_for_the_next_call(host: VendorHost) -> None:
    host.start()
    process = host.pid
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    os.kill(process, signal.SIGKILL)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    PageRenderer(host).render(pdf_of("red"), 50)
    assert host.pid != process


def test_a_hung_host_is_silent_and_then_replaced(host: VendorHost) -> None:
    host.start()
    process = host.pid
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    with pytest.raises(HostSilent):
        host.call({"page": 0}, silence_s=0.2)
    assert host.pid is None
    assert PageRenderer(host).render(pdf_of("red"), 50)


DEEP = "import sys; sys.stdout.buffer.write((99999).to_bytes(4, 'big') + b'[' * 99999)"
"""A frame whose JSON is nested deeper than any parser follows."""


@pytest.mark.parametrize(
    "command",
    [
        ["/nonexistent"],
        ["false"],
        ["echo", "no frame at all, only words"],
        [sys.executable, "-c", DEEP],
    ],
)
def test_a_host_that_cannot_start_is_died(command: list[str]) -> None:
    with pytest.raises(HostDied):
        VendorHost(command, start_timeout_s=5).call({"page": 0})


OWN_JOB = """
import sys, time, types
from devices import vendor_host
job = types.ModuleType("own_job")
def handle(header, payloads):
    print("a library that prints, and without flushing")
    if "fifo" in header:
        open(header["fifo"], "w").close()
    time.sleep(header.get("seconds", 0))
    return {"n": len(payloads)}, payloads[::-1]
job.build = lambda: handle
sys.modules["own_job"] = job
vendor_host.JOBS = {"own": "own_job:build"}
raise SystemExit(vendor_host.main(["own"]))
"""
"""A host whose one job prints, sleeps as long as it is told to, and gives payloads back."""


def own_host() -> VendorHost:
    return VendorHost([sys.executable, "-c", OWN_JOB])


def test_what_a_library_prints_does_not_spoil_the_answers() -> None:
    host = own_host()
    for _ in range(3):
        assert host.call({}, b"a", b"", b"c" * 300_000) == ({"n": 3}, [b"c" * 300_000, b"", b"a"])
    host.close()


def test_closing_ends_a_call_that_is_under_way_and_the_next_one_works(tmp_path: Path) -> None:
    host, begun = own_host(), tmp_path / "begun"
    os.mkfifo(begun)
    errors: list[type[Exception]] = []

    def call() -> None:
        try:
            host.call({"seconds": 60, "fifo": str(begun)}, silence_s=60)
        except HostDied as exc:
            errors.append(type(exc))

    calling = threading.Thread(target=call)
    calling.start()
    begun.read_text()  # returns when the job has opened it
    host.close()
    calling.join(30)
    assert errors == [HostDied]
    assert host.call({}) == ({"n": 0}, [])
    host.close()


def test_a_hung_job_ends_itself_when_nobody_is_left_to_kill_it() -> None:
    request = encode_frame({"header": {"seconds": 60}, "limit_s": 0.1}, [])
    done = subprocess.run(
        [sys.executable, "-c", OWN_JOB], input=request, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGALRM


def test_the_child_ends_with_its_parent() -> None:
    parent_code = """
import sys
from devices.vendor_host import VendorHost, host_command
host = VendorHost(host_command("pdf_pages"))
host.start()
print(host.pid, flush=True)
sys.stdin.read()
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", parent_code], stdin=pipe, stdout=pipe) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _, _ = select.select([child], [], [], 30)
    os.close(child)
    assert ended


class GarbledHost:
    def __init__(self, **answer: object) -> None:
        self._answer = answer

    def call(
        self, header: dict[str, object], *payloads: bytes
    ) -> tuple[dict[str, object], list[bytes]]:
        assert header["job"] == "pdf_pages"
        assert len(payloads) == 1
        return self._answer, [b"\0" * 12]


@pytest.mark.parametrize(
    "answer",
    [
        {"width": 2, "height": 3, "page_count": 1},
        {"width": 2, "height": 2, "page_count": 1000},
        {"width": "2", "height": 2, "page_count": 1},
        {"width": -2, "height": -2, "page_count": 1},
        {},
    ],
)
def test_a_garbled_answer_is_not_an_image(answer: dict[str, object]) -> None:
    with pytest.raises(Unrenderable, match="answer_garbled"):
        PageRenderer(GarbledHost(**answer)).render(b"%PDF-", 100)
