"""Driver of a payment pad that speaks ECRHub over a serial line."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

import serial

from devices.api import ChargeOutcome, ChargeResult, DeviceError, Fault, Job, Link, Progress, Status
from devices.payment_pad.line import PadLine, PadTiming
from devices.payment_pad.messages import (
    Answer,
    MalformedMessage,
    MethodCategory,
    Order,
    check_ref,
    read_answer,
)
from devices.payment_pad.protocol import LAST_ID, BadFrame
from devices.payment_pad.questions import MoneyQuestion, Question, Questions
from devices.payment_pad.verdict import evidence_of
from devices.serial_port import OpenPort, open_exclusively

LATE_ANSWERS_KEPT = 16
FINAL = (ChargeOutcome.PAID, ChargeOutcome.NOT_PAID)

_Running = Generator[Progress, None, ChargeResult]


class EcrhubPad:
    """The pad as a device. See docs/devices/payment_pad.md for settings and faults.

    Everything it says of money is a ChargeResult. After ``sent`` was called, no exception ends a
    charge any more: what went wrong is in the evidence of an UNKNOWN.
    """

    def __init__(
        self,
        device_id: str,
        port: str,
        *,
        baud: int = 115200,
        app_id: str = "kiosk",
        name: str = "kiosk",
        category: MethodCategory = "BANKCARD",
        patience_s: float = 180.0,
        open: OpenPort = serial.serial_for_url,  # noqa: A002 - what it replaces is called open
        timing: PadTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Set ``patience_s``, the longest a charge waits for its end, above what a payer takes.

        ``app_id`` is what the acquirer gave out, ``name`` what the pad shows of us when pairing.
        """
        self._device_id = device_id
        self._port = port
        self._baud = baud
        self._name = name
        self._category: MethodCategory = category
        self._patience_s = patience_s
        self._open_port = open
        self._timing = timing or PadTiming()
        self._questions = Questions(app_id, clock)
        self._ids = itertools.cycle(range(1, LAST_ID + 1))
        self._line: PadLine | None = None
        self._paired = False
        self._app = ""
        self._late: deque[dict[str, str]] = deque(maxlen=LATE_ANSWERS_KEPT)

    @property
    def device_id(self) -> str:
        """The name this pad has in the configuration."""
        return self._device_id

    @property
    def late_answers(self) -> tuple[dict[str, str], ...]:
        """What came for questions nobody waits on any more, the oldest first; evidence, no end."""
        return tuple(self._late)

    def open(self) -> None:
        """Take the port for this program alone, shake hands, pair.

        DeviceError when the port can't be had; SILENT or GARBLED when no pad confirms; REFUSED
        when it does not pair with us.
        """
        self.close()
        port = open_exclusively(self._open_port, self._port, self._baud)
        self._line = PadLine(port, self._port, self._timing, self._ids)
        try:
            self._greet(self._line)
        except DeviceError:
            self.close()
            raise

    def close(self) -> None:
        """Give the port back. Never raises; safe to call twice."""
        if self._line is not None:
            self._line.close()
        self._line = None
        self._paired = False

    def poll(self) -> Status:
        """Listen, beat, and greet a pad anew that has fallen silent.

        DeviceError: DISCONNECTED when the port broke, else what the greeting came to.
        """
        self._ready()
        return Status(self._device_id, Link.UP, detail=self._app)

    def charge(
        self, ref: str, amount_fen: int, *, description: str, sent: Callable[[], None]
    ) -> Job:
        """Take a payment; the job's value is a ChargeResult.

        ``sent`` is called right before the first byte of the order goes out; if it raises, none
        does. DeviceError before that means that nothing was sent. Stopping the job stops the
        waiting and nothing else: cancel() or inquire() must follow. ValueError: ``ref``, the
        amount or the description can't be sent.
        """
        order = Order(ref, amount_fen, description, self._category)
        return self._charge(self._questions.order(order), sent)

    def inquire(self, ref: str) -> Job:
        """Ask where a payment stands; the job's value is a ChargeResult.

        ``paid_fen`` is what the pad says, not what was asked for. NOT_FOUND proves nothing.
        """
        check_ref(ref)
        return self._put(self._questions.query(ref), self._timing.answer_s)

    def inquire_void(self, ref: str) -> Job:
        """Ask where a void stands: NOT_PAID "voided", or PENDING, NOT_FOUND, UNKNOWN."""
        check_ref(ref)
        return self._put(self._questions.query(ref, of_void=True), self._timing.answer_s)

    def cancel(self, ref: str) -> Job:
        """Close a payment, then ask until it has an end; the job's value is a ChargeResult.

        PAID when the money was faster. A bounded number of rounds; what the last said is returned.
        """
        check_ref(ref)
        return self._cancel(ref)

    def void(self, ref_new: str, orig_ref: str, amount_fen: int) -> Job:
        """Give a payment back whole; the job's value is a ChargeResult.

        NOT_PAID "voided" when it went back. UNKNOWN otherwise, with reason "declined" when the
        pad refused: inquire_void(ref_new), then inquire(orig_ref).
        """
        if not orig_ref or orig_ref == ref_new:
            raise ValueError("a void has a number of its own and names the payment's")
        order = Order(ref_new, amount_fen, orig_ref=orig_ref)
        return self._put(self._questions.order(order), self._patience_s)

    def _charge(self, question: MoneyQuestion, sent: Callable[[], None]) -> _Running:
        line = self._ready()
        yield Progress("pad_waiting")
        sent()
        return (yield from self._ask(line, question, self._patience_s, "pad_waiting"))

    def _put(self, question: MoneyQuestion, within_s: float) -> _Running:
        return (yield from self._ask(self._ready(), question, within_s, "pad_asking"))

    def _cancel(self, ref: str) -> _Running:
        """Rounds of close and query; what the close brought is not believed, the query's is."""
        line = self._ready()
        result = ChargeResult(ChargeOutcome.UNKNOWN)
        for tried in range(self._timing.cancel_tries):
            if tried:
                yield from self._pause(line, self._timing.cancel_every_s)
            for question in (self._questions.close(ref), self._questions.query(ref)):
                within_s = self._timing.answer_s
                result = yield from self._ask(line, question, within_s, "pad_closing")
                if result.evidence.get("fault") == Fault.DISCONNECTED.code:
                    return result
            if result.outcome in FINAL:
                return result
        return result

    def _ask(self, line: PadLine, question: MoneyQuestion, within_s: float, word: str) -> _Running:
        """Send it and wait for the end. From the first byte on every trouble is an UNKNOWN."""
        fault, sent_as = Fault.SILENT, 0
        try:
            sent_as = line.send(question.data)
            until = time.monotonic() + within_s
            while time.monotonic() < until:
                yield Progress("pad_silent" if line.silent else word)
                for item in self._hear(line, question, wait=True):
                    if isinstance(item, Answer):
                        result = question.verdict(item)
                        if result is not None:
                            return _noting(result, line, sent_as)
                    elif item.carried:
                        fault = Fault.GARBLED
                        until = min(until, time.monotonic() + self._timing.garbled_s)
        except DeviceError as exc:
            fault = exc.fault
        evidence = {"msg_id": question.msg_id, "fault": fault.code}
        return _noting(ChargeResult(ChargeOutcome.UNKNOWN, evidence=evidence), line, sent_as)

    def _pause(self, line: PadLine, pause_s: float) -> Generator[Progress, None, None]:
        """Between two rounds; the line is listened to, so that nothing piles up.

        A port that breaks here is found broken by the next question.
        """
        until = time.monotonic() + pause_s
        while time.monotonic() < until:
            yield Progress("pad_closing")
            try:
                self._hear(line, None, wait=True)
            except DeviceError:
                return

    def _hear(
        self, line: PadLine, question: Question | None, *, wait: bool
    ) -> list[Answer | BadFrame]:
        """One slice of listening: answers to this question, and damage.

        Answers to any other are kept as late ones and are never taken for this one's.
        """
        heard: list[Answer | BadFrame] = []
        for item in _read(line.listen(wait=wait)):
            if isinstance(item, BadFrame) or (question and question.answered_by(item)):
                heard.append(item)
            else:
                self._late.append({"topic": item.topic} | evidence_of(item))
        return heard

    def _ready(self) -> PadLine:
        """The line, to a pad that is there and paired. DeviceError when it is not."""
        if self._line is None:
            raise DeviceError(Fault.DISCONNECTED, "not open")
        self._hear(self._line, None, wait=False)
        if self._line.silent or not self._paired:
            self._greet(self._line)
        return self._line

    def _greet(self, line: PadLine) -> None:
        """Shake hands and pair. A pad of another version can't read our pairing, and is refused."""
        self._paired = False
        line.shake_hands()
        question = self._questions.pair(self._name)
        line.send(question.data)
        until = time.monotonic() + self._timing.pair_s
        while time.monotonic() < until:
            for item in self._hear(line, question, wait=True):
                if isinstance(item, Answer):
                    self._paired = _paired(item)
                    self._app = item.app
                    return
        raise DeviceError(Fault.SILENT, "pairing: no answer")


def _read(heard: list[bytes | BadFrame]) -> Iterator[Answer | BadFrame]:
    for item in heard:
        if isinstance(item, BadFrame):
            yield item
            continue
        try:
            yield read_answer(item)
        except MalformedMessage:
            yield BadFrame("message", carried=True)


def _paired(answer: Answer) -> bool:
    if not answer.success:
        raise DeviceError(Fault.REFUSED, "pairing: refused by the pad")
    return True


def _noting(result: ChargeResult, line: PadLine, sent_as: int) -> ChargeResult:
    """Add whether the pad ever said that it had received the question."""
    acknowledged = "yes" if line.acknowledged(sent_as) else "no"
    return replace(result, evidence=result.evidence | {"acknowledged": acknowledged})
