"""HTTP that is slow, cut, endless, foreign or hostile: always one DeviceError, never more."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import closing

import pytest

from devices.api import DeviceError, Fault, Link
from devices.certificate_printer.codec import MAX_MESSAGE
from devices.certificate_printer.ipp_printer import IppPrinter
from sandbox.devices import ipp_wire

Reply = Callable[[socket.socket, bytes], None]

PRINTER = [
    (ipp_wire.ENUM, "printer-state", [3]),
    (ipp_wire.KEYWORD, "printer-state-reasons", ["none"]),
]


def http(body: bytes, *, kind: bytes = b"application/ipp", status: bytes = b"200 OK") -> bytes:
    return (
        b"HTTP/1.1 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body))
    ) + body


def ipp(number: int) -> bytes:
    return ipp_wire.message(
        0, number, [(1, list(ipp_wire.HEAD)), (ipp_wire.PRINTER_GROUP, PRINTER)]
    )


def request_number(raw: bytes) -> int:
    return ipp_wire.parse(raw.partition(b"\r\n\r\n")[2]).number


def receive(peer: socket.socket) -> bytes:
    """One request: our small ones arrive with head and body together or shortly after another."""
    raw = b""
    while b"marker-levels\x03" not in raw:
        piece = peer.recv(65536)
        if not piece:
            return b""
        raw += piece
    return raw


@contextlib.contextmanager
def printer_that(reply: Reply, *, timeout_s: float = 0.4) -> Generator[IppPrinter]:
    """A driver before a printer that answers every request by ``reply``."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, reply), daemon=True)
        thread.start()
        port = int(server.getsockname()[1])
        uri = f"ipp://127.0.0.1:{port}/ipp/print"
        with closing(IppPrinter("p", uri, counts_truly=True, timeout_s=timeout_s)) as printer:
            yield printer
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def _serve(server: socket.socket, reply: Reply) -> None:
    with contextlib.suppress(OSError):
        while True:
            peer, _ = server.accept()
            with peer, contextlib.suppress(OSError):
                while raw := receive(peer):
                    reply(peer, raw)


def fault_of(reply: Reply) -> Fault:
    with printer_that(reply) as printer, pytest.raises(DeviceError) as caught:
        printer.poll()
    return caught.value.fault


def saying(raw: bytes) -> Reply:
    def reply(peer: socket.socket, _: bytes) -> None:
        peer.sendall(raw)

    return reply


def well(peer: socket.socket, raw: bytes) -> None:
    peer.sendall(http(ipp(request_number(raw))))


def test_a_good_answer_is_a_status() -> None:
    with printer_that(well) as printer:
        assert [printer.poll().link for _ in range(3)] == [Link.UP] * 3


def test_a_dripping_answer_is_silence() -> None:
    """Each byte comes well within the time-out; the whole answer would come, but too late."""
    gone = threading.Event()

    def drip(peer: socket.socket, raw: bytes) -> None:
        for byte in http(ipp(request_number(raw))):
            peer.sendall(bytes([byte]))
            if gone.wait(0.02):
                return

    with printer_that(drip) as printer:
        with pytest.raises(DeviceError) as caught:
            printer.poll()
        gone.set()
    assert caught.value.fault is Fault.SILENT


def test_no_answer_is_silence() -> None:
    assert fault_of(saying(b"")) is Fault.SILENT


def test_hanging_up_is_a_lost_connection() -> None:
    def hang_up(peer: socket.socket, _: bytes) -> None:
        peer.shutdown(socket.SHUT_RDWR)

    assert fault_of(hang_up) is Fault.DISCONNECTED


def test_a_kept_connection_that_died_is_renewed_for_a_question() -> None:
    def answer_once(peer: socket.socket, raw: bytes) -> None:
        well(peer, raw)
        peer.shutdown(socket.SHUT_RDWR)

    with printer_that(answer_once) as printer:
        assert [printer.poll().link for _ in range(3)] == [Link.UP] * 3


def test_connection_close_is_honoured() -> None:
    def close(peer: socket.socket, raw: bytes) -> None:
        answer = http(ipp(request_number(raw)))
        peer.sendall(answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
        peer.shutdown(socket.SHUT_RDWR)

    with printer_that(close) as printer:
        assert [printer.poll().link for _ in range(2)] == [Link.UP] * 2


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (http(b"<html>", kind=b"text/html"), Fault.GARBLED),
        (http(ipp(77)), Fault.GARBLED),
        (http(b"", status=b"404 Not Found"), Fault.REFUSED),
        (http(b"", status=b"401 Unauthorized"), Fault.REFUSED),
        (b"SSH-2.0-printer\r\n", Fault.GARBLED),
        (http(bytes(MAX_MESSAGE + 1)), Fault.GARBLED),
    ],
    ids=["a-web-page", "another-number", "404", "401", "not-http", "too-long"],
)
def test_foreign_answers(raw: bytes, fault: Fault) -> None:
    assert fault_of(saying(raw)) is fault


def test_an_endless_header_or_chunk_stops_somewhere() -> None:
    def headers(peer: socket.socket, _: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2000)

    def chunks(peer: socket.socket, _: bytes) -> None:
        peer.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        while True:
            peer.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")

    assert fault_of(headers) is Fault.GARBLED
    assert fault_of(chunks) is Fault.GARBLED


def test_mutated_answers_never_raise_anything_else() -> None:
    dice = random.Random(99)  # noqa: S311  # mutations, not secrets

    def mutate(peer: socket.socket, raw: bytes) -> None:
        answer = bytearray(http(ipp(request_number(raw))))
        for _ in range(dice.randint(1, 3)):
            answer[dice.randrange(len(answer))] = dice.randrange(256)
        peer.sendall(answer)
        peer.shutdown(socket.SHUT_RDWR)

    faults: set[Fault | None] = set()
    with printer_that(mutate) as printer:
        for _ in range(300):
            try:
                faults.add(printer.poll().fault)
            except DeviceError as exc:
                faults.add(exc.fault)
    assert Fault.GARBLED in faults


@pytest.mark.parametrize("uri", ["http://p/ipp", "ipp://", "p:631", ""])
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="ipp://host"):
        IppPrinter("p", uri, counts_truly=True)


def test_nobody_at_the_address_is_disconnected() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    printer = IppPrinter("p", f"ipp://127.0.0.1:{port}/ipp/print", counts_truly=True)
    with pytest.raises(DeviceError) as caught:
        printer.open()
    assert caught.value.fault is Fault.DISCONNECTED
