from __future__ import annotations

import os
import queue
import selectors
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from devices.api import (
    Cancelled,
    DeviceError,
    DeviceEvent,
    Done,
    Failed,
    Fault,
    Job,
    JobFinished,
    JobProgressed,
    Link,
    Outcome,
    PrintOutcome,
    PrintResult,
    Status,
    StatusChanged,
    Supply,
)
from devices.receipt_printer import escpos_line
from devices.receipt_printer.escpos_printer import EscposPrinter
from devices.receipt_printer.slip import Amount, Groups, Heading, Line, Pair, Qr, Rule, Slip
from devices.worker import DeviceWorker
from sandbox.devices.escpos_printer import EscposPrinterTwin

WAIT_S = 20.0
LINK = "https://zwfw.example.cn/v/2026112100004217?c=7F3K9Q"
SLIP = Slip(
    (
        Heading("不动产登记自助服务"),
        Line("凭条：请妥善保管（￥·—）", centre=True),
        Rule(),
        Pair("事项", "住房查询"),
        Groups("2026112100004217"),
        Amount("应缴", "￥80.00"),
        Qr(LINK, "扫码核验"),
        Line("咨询 12345", bold=True),
    )
)
SLIP_TEXT = f"""不动产登记自助服务
凭条：请妥善保管（￥·—）
[image 576x2]
事项{" " * 28}住房查询
2026 1121 0000 4217
应缴{" " * 23}￥80.00
[QR:{LINK}]
扫码核验
咨询 12345
"""


class PrinterBench:
    """The driver on its worker, against whatever stands at ``url``."""

    def __init__(self, url: str, fonts: list[Path] | None = None) -> None:
        self.printer = EscposPrinter("slips", url, fonts=fonts, timeout_s=0.6, finish_s=1.0)
        self._events: queue.SimpleQueue[DeviceEvent] = queue.SimpleQueue()
        self._at_row: dict[int, Callable[[], None]] = {}
        self.worker = DeviceWorker(self.printer, self._emit, poll_s=0.02)
        self.worker.start()

    def _emit(self, event: DeviceEvent) -> None:
        """On the worker's thread, so what a test does ``at_row`` is done before the next row."""
        if isinstance(event, JobProgressed) and event.progress.what == "slip_line":
            self._at_row.pop(event.progress.done, _nothing)()
        self._events.put(event)

    def at_row(self, row: int, action: Callable[[], None]) -> None:
        self._at_row[row] = action

    def until_status(self, fits: Callable[[Status], bool]) -> Status:
        while True:
            event = self._events.get(timeout=WAIT_S)
            if isinstance(event, StatusChanged) and fits(event.status):
                return event.status

    def until_ready(self) -> None:
        self.until_status(lambda status: status.ready)

    def until_fault(self, fault: Fault) -> Status:
        return self.until_status(lambda status: status.fault is fault)

    def outcome(self, slip: Slip) -> Outcome:
        self.worker.submit("slip", lambda: self.printer.print(slip))
        while True:
            event = self._events.get(timeout=WAIT_S)
            if isinstance(event, JobFinished):
                return event.outcome

    def print(self, slip: Slip = SLIP) -> PrintResult:
        outcome = self.outcome(slip)
        assert isinstance(outcome, Done)
        assert isinstance(outcome.value, PrintResult)
        return outcome.value


def _nothing() -> None:
    """No action at this row."""


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[EscposPrinterTwin]:
    twin = EscposPrinterTwin(tmp_path / "paper")
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def bench(twin: EscposPrinterTwin) -> Iterator[PrinterBench]:
    bench = PrinterBench(twin.url)
    bench.until_ready()
    yield bench
    assert bench.worker.stop()


def qr_texts(png: Path) -> list[str]:
    with Image.open(png) as picture:
        return [found.text for found in zxingcpp.read_barcodes(picture)]


def test_what_was_sent_is_on_the_paper_and_its_qr_can_be_read(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    result = bench.print()
    assert result.outcome is PrintOutcome.PRINTED
    assert result.fault is None
    assert result.evidence["gs_r_1"] == "00"
    assert result.evidence["after"] == "12 12 12 12"
    (ticket,) = twin.tickets()
    assert ticket.text == SLIP_TEXT
    assert qr_texts(ticket.png) == [LINK]
    assert twin.state()["unprintable"] == 0
    assert twin.state()["unknown_commands"] == []


def test_rare_characters_of_a_name_are_drawn_and_not_left_to_the_printer(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    result = bench.print(Slip((Pair("申请人", "欧阳㛃𬭚"), Line("请核对"))))
    assert result.outcome is PrintOutcome.PRINTED
    assert twin.tickets()[0].text == "[image 576x67]\n请核对\n"
    assert twin.state()["unprintable"] == 0


def test_a_missing_glyph_is_an_error_before_any_byte(twin: EscposPrinterTwin) -> None:
    bench = PrinterBench(twin.url, fonts=[])
    bench.until_ready()
    outcome = bench.outcome(Slip((Line("你好"), Pair("申请人", "欧阳㛃"))))
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.MISSING_GLYPH
    assert "㛃" not in outcome.detail
    assert bench.print().outcome is PrintOutcome.PRINTED
    assert [ticket.text for ticket in twin.tickets()] == [SLIP_TEXT]
    assert bench.worker.stop()


@pytest.mark.parametrize(
    ("verb", "argument", "fault"),
    [("paper", {"state": "out"}, Fault.PAPER_OUT), ("cover", {"open": True}, Fault.COVER_OPEN)],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    bench: PrinterBench,
    twin: EscposPrinterTwin,
    verb: str,
    argument: dict[str, str | bool],
    fault: Fault,
) -> None:
    twin.verbs[verb](**argument)
    assert bench.until_fault(fault).ready is False
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.NOT_PRINTED, fault)
    twin.paper("ok")
    twin.cover(open=False)
    bench.until_ready()
    assert bench.print().outcome is PrintOutcome.PRINTED
    assert [ticket.text for ticket in twin.tickets()] == [SLIP_TEXT]


def test_a_roll_near_its_end_is_low_and_still_prints(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    twin.paper("low")
    status = bench.until_status(lambda status: status.supply is Supply.LOW)
    assert status.ready
    assert bench.print().outcome is PrintOutcome.PRINTED


def test_paper_that_ends_during_the_slip_leaves_it_unknown(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    twin.misbehave("stops_midway", after_lines=4)
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.UNKNOWN, Fault.PAPER_OUT)
    assert result.evidence["gs_r_1"] == "silent"
    assert result.evidence["after"] == "1a 32 12 7e"
    assert twin.tickets() == []


def test_the_next_slip_is_whole_after_one_that_stopped(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    twin.misbehave("stops_midway", after_lines=4)
    bench.print()
    bench.until_fault(Fault.PAPER_OUT)
    twin.paper("ok")
    bench.until_ready()
    assert bench.print().outcome is PrintOutcome.PRINTED
    texts = [ticket.text for ticket in twin.tickets()]
    assert texts[-1] == SLIP_TEXT


def test_a_cover_opened_during_the_slip_leaves_it_unknown_and_nothing_follows(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    bench.at_row(5, lambda: twin.cover(open=True))
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.UNKNOWN, Fault.COVER_OPEN)
    bench.until_fault(Fault.COVER_OPEN)
    printed = twin.state()["lines_printed"]
    twin.cover(open=False)
    bench.until_ready()
    assert twin.state()["lines_printed"] == printed
    assert bench.print().outcome is PrintOutcome.PRINTED
    assert [ticket.text for ticket in twin.tickets()][1:] == [SLIP_TEXT]


def test_a_silent_printer_is_unknown_and_gets_no_slip(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    twin.misbehave("silent")
    status = bench.until_fault(Fault.SILENT)
    assert (status.link, status.supply, status.ready) == (Link.UNKNOWN, Supply.UNKNOWN, False)
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.NOT_PRINTED, Fault.SILENT)
    assert "chunks_sent" not in result.evidence


def test_silence_after_the_slip_was_sent_is_unknown(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    bench.at_row(5, lambda: twin.misbehave("silent"))
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.UNKNOWN, Fault.SILENT)


def test_a_printer_without_the_queued_answer_proves_nothing(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    twin.misbehave("no_gs_r")
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.UNKNOWN, Fault.SILENT)
    assert result.evidence["after"] == "12 12 12 12"
    assert len(twin.tickets()) == 1


def test_a_printer_that_speaks_again_is_ready_again(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    twin.misbehave("silent")
    bench.until_fault(Fault.SILENT)
    twin.misbehave("none")
    bench.until_ready()
    assert bench.print().outcome is PrintOutcome.PRINTED


def test_noise_is_a_fault_and_never_a_status(bench: PrinterBench, twin: EscposPrinterTwin) -> None:
    twin.misbehave("garbage")
    status = bench.until_fault(Fault.GARBLED)
    assert (status.link, status.supply) == (Link.UNKNOWN, Supply.UNKNOWN)
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.NOT_PRINTED, Fault.GARBLED)
    twin.misbehave("none")
    bench.until_ready()


def test_noise_instead_of_the_proof_is_unknown(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    bench.at_row(5, lambda: twin.misbehave("garbage"))
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.UNKNOWN, Fault.GARBLED)


def test_a_pulled_cable_is_seen_and_a_plugged_one_heals(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    twin.unplug()
    status = bench.until_fault(Fault.DISCONNECTED)
    assert status.link is Link.DOWN
    outcome = bench.outcome(SLIP)
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.DISCONNECTED
    twin.plug()
    bench.until_ready()
    assert bench.print().outcome is PrintOutcome.PRINTED


def test_a_cable_pulled_during_the_slip_leaves_it_unknown(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    bench.at_row(5, twin.unplug)
    result = bench.print()
    assert (result.outcome, result.fault) == (PrintOutcome.UNKNOWN, Fault.DISCONNECTED)
    bench.until_fault(Fault.DISCONNECTED)


def test_a_cancelled_slip_is_cut_off_and_the_next_is_whole(
    bench: PrinterBench, twin: EscposPrinterTwin
) -> None:
    bench.at_row(5, lambda: bench.worker.cancel("slip"))
    assert isinstance(bench.outcome(SLIP), Cancelled)
    assert bench.print().outcome is PrintOutcome.PRINTED
    piece, whole = (ticket.text for ticket in twin.tickets())
    assert SLIP_TEXT.startswith(piece.rstrip("\n"))
    assert whole == SLIP_TEXT


def test_nobody_at_the_address_is_disconnected() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    printer = EscposPrinter("slips", f"tcp://127.0.0.1:{port}", timeout_s=0.5)
    with pytest.raises(DeviceError) as caught:
        printer.open()
    assert caught.value.fault is Fault.DISCONNECTED
    printer.close()
    printer.close()


def test_a_serial_port_that_is_not_there_is_disconnected(tmp_path: Path) -> None:
    printer = EscposPrinter("slips", f"serial://{tmp_path}/ttyS9")
    with pytest.raises(DeviceError) as caught:
        printer.open()
    assert caught.value.fault is Fault.DISCONNECTED


class SerialCable:
    """A pty whose far end is the twin's socket: the same printer on a serial port."""

    def __init__(self, twin: EscposPrinterTwin) -> None:
        self._master, self._slave = os.openpty()
        self.path = os.ttyname(self._slave)
        self._socket = socket.create_connection(("127.0.0.1", twin.port))
        self._end, self._ended = socket.socketpair()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def _carry(self) -> None:
        with selectors.DefaultSelector() as selector:
            for end in (self._master, self._socket, self._ended):
                selector.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._ended:
                        return
                    if key.fileobj is self._socket:
                        os.write(self._master, self._socket.recv(4096))
                    else:
                        self._socket.sendall(os.read(self._master, 4096))

    def pull(self) -> None:
        self._end.send(b"!")
        self._thread.join(WAIT_S)
        for each in (self._socket, self._end, self._ended):
            each.close()
        os.close(self._master)
        os.close(self._slave)


@pytest.fixture
def cable(twin: EscposPrinterTwin) -> Iterator[SerialCable]:
    cable = SerialCable(twin)
    yield cable
    cable.pull()


def test_the_same_over_a_serial_port(cable: SerialCable, twin: EscposPrinterTwin) -> None:
    bench = PrinterBench(f"serial://{cable.path}?baud=115200")
    bench.until_ready()
    assert bench.print().outcome is PrintOutcome.PRINTED
    assert twin.tickets()[0].text == SLIP_TEXT
    other = EscposPrinter("other", cable.path)
    with pytest.raises(DeviceError) as caught:
        other.open()
    assert caught.value.fault is Fault.PORT_IN_USE
    assert bench.worker.stop()


def result_of(job: Job) -> PrintResult:
    result: list[object] = []

    def run() -> Job:
        result.append((yield from job))

    assert all(progress.done <= progress.total for progress in run())
    assert isinstance(result[0], PrintResult)
    return result[0]


def lines_in_turn(monkeypatch: pytest.MonkeyPatch, *lines: ScriptedLine) -> EscposPrinter:
    """A driver whose opens get these, one after the other."""
    left = [*lines]

    def open_line(address: object, timeout_s: float) -> ScriptedLine:  # noqa: ARG001 - its signature
        return left.pop(0)

    monkeypatch.setattr(escpos_line, "open_line", open_line)
    printer = EscposPrinter("slips", "tcp://127.0.0.1", timeout_s=0.1, finish_s=0.1)
    printer.open()
    return printer


class ScriptedLine:
    """A printer that answers as told: ``script`` maps what is sent to what comes back later."""

    def __init__(self, *, takes: int = 10**6) -> None:
        self.sent: list[bytes] = []
        self.coming: list[bytes] = []
        self.answers: dict[bytes, list[bytes]] = {}
        self._takes = takes
        self.closed = False

    def send(self, data: bytes) -> None:
        if len(self.sent) >= self._takes:
            raise DeviceError(Fault.SILENT, "takes no data")
        self.sent.append(data)
        self.coming += self.answers.get(data, [b"\x12"] if data[:2] == b"\x10\x04" else [])

    def receive(self, timeout_s: float) -> bytes:  # noqa: ARG002 - the line's signature
        return self.coming.pop(0) if self.coming else b""

    def close(self) -> None:
        self.closed = True


def test_a_printer_that_stops_taking_data_gets_a_new_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, fresh = ScriptedLine(takes=7), ScriptedLine()
    printer = lines_in_turn(monkeypatch, stuck, fresh)
    result = result_of(printer.print(SLIP))
    assert (result.outcome, result.fault) == (PrintOutcome.UNKNOWN, Fault.SILENT)
    assert result.evidence["chunks_sent"] == "3/11"
    assert printer.poll().fault is Fault.SILENT
    assert stuck.closed
    assert printer.poll().ready
    assert fresh.sent[0] == b"\x10\x04\x01"


def test_an_answer_that_comes_late_is_not_taken_for_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = ScriptedLine()
    printer = lines_in_turn(monkeypatch, line)
    line.answers[b"\x10\x04\x01"] = []
    assert printer.poll().fault is Fault.SILENT
    line.coming.append(b"\x16")
    del line.answers[b"\x10\x04\x01"]
    assert printer.poll().detail == "DLE EOT 12 12 12 12"


def test_an_unasked_realtime_byte_is_not_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScriptedLine()
    printer = lines_in_turn(monkeypatch, line)
    line.answers[b"\x1dr\x01"] = [b"\x12"]
    assert result_of(printer.print(SLIP)).outcome is PrintOutcome.UNKNOWN


def test_the_library_leaves_nothing_in_the_temporary_folder(tmp_path: Path) -> None:
    load = [sys.executable, "-c", "import devices.receipt_printer.escpos_line"]
    subprocess.run(load, env={**os.environ, "TMPDIR": str(tmp_path)}, check=True)
    assert list(tmp_path.iterdir()) == []
