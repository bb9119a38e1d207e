"""A payment pad on a pseudo-terminal: ECRHub's pad side, in front of a simulated acquirer.

What a real pad does beyond the published protocol is not known; where this one had to choose, it
chose what is hardest for the kiosk. See docs/devices/payment_pad.md.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.acquirers import Acquirer, PaymentRefused, Record
from sandbox.devices.ecrhub_pad_cable import Cable
from sandbox.devices.ecrhub_pad_orders import DEVICE, PAYER_ACCOUNT, Voids, payment_biz
from sandbox.devices.ecrhub_pad_wire import (
    CONFIRM,
    HANDSHAKE,
    Seen,
    WireError,
    fen,
    frame,
    read_request,
    write_response,
    yuan,
)
from sandbox.devices.twin import Json, Verb

OnFrame = Callable[[str, bytes], None]

MODES = (
    "none",
    "silent",
    "garble",
    "drop_answer",
    "half_answer",
    "wrong_amount",
    "wrong_ref",
    "late_answer",
    "no_ack",
    "forget",
    "busy",
)
"""``silent``: every order, query and close is taken and none answered. ``no_ack``: no frame is
acknowledged. ``forget``: no query knows its order. The others spoil the answer to an order only;
``late_answer`` holds it back until the next message has come."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The order on the pad's display, and the message its answer belongs to."""

    ref: str
    msg_id: str


class EcrhubPadTwin:
    """The pad as it stands at the kiosk: payers tap, decline and cancel, its cable is pulled.

    Its memory is the acquirer's ledger, so it survives the pad's and the kiosk's restart.
    ``path`` is a link to the pseudo-terminal and stays the same when the cable is plugged in
    again. ``on_frame`` is called with "in" before a frame is looked at and with "out" after one
    was written, heartbeats too, with no lock held: it may unplug, or end the kiosk.
    """

    def __init__(
        self,
        path: Path,
        acquirer: Acquirer,
        *,
        heartbeat_s: float = 2.0,
        name: str = "pad",
        on_frame: OnFrame | None = None,
    ) -> None:
        self.on_frame = on_frame
        self._path = path
        self._acquirer = acquirer
        self._heartbeat_s = heartbeat_s
        self._name = name
        self._mode = "none"
        self._auto = ""
        self._waiting: _Waiting | None = None
        self._held: list[bytes] = []
        self._voids = Voids(acquirer)
        self._greeted = self._paired = False
        self._number = 0
        self._seen: list[tuple[str, bytes]] = []
        self._lock = threading.RLock()
        self._cable: Cable | None = None

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return self._name

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do to the pad."""
        return {
            "tap": self.tap,
            "decline": self.decline,
            "cancel": self.cancel,
            "auto": self.auto,
            "unplug": self.unplug,
            "replug": self.replug,
            "misbehave": self.misbehave,
        }

    @property
    def frames_seen(self) -> list[tuple[str, bytes]]:
        """Every frame so far, with "in" or "out", in order."""
        return list(self._seen)

    @property
    def beats(self) -> bool:
        """Whether it sends heartbeats: once hands were shaken."""
        return self._greeted

    def start(self) -> None:
        """Plug the pad in."""
        self.replug()

    def stop(self) -> None:
        """Unplug it and end its thread. Safe to call twice."""
        self.unplug()

    def state(self) -> dict[str, Json]:
        """What its display shows and how it is set."""
        with self._lock:
            record = self._acquirer.query(self._waiting.ref) if self._waiting else None
            return {
                "plugged": self._cable is not None,
                "paired": self._paired,
                "waiting": None if record is None else record.ref,
                "amount_fen": None if record is None else record.amount_fen,
                "misbehave": self._mode,
                "auto": self._auto,
            }

    def tap(self, method: str = "UnionPay", ref: str = "") -> None:
        """Pay the order on the display, or (paid too late) the one of that reference."""
        if ref:
            self._acquirer.pay(ref, method)
            return
        self._end(lambda waiting: self._acquirer.pay(waiting, method))

    def decline(self) -> None:
        """The bank says no to the order on the display."""
        self._end(lambda waiting: self._acquirer.decline(waiting, "declined"))

    def cancel(self) -> None:
        """The payer presses the red key."""
        self._end(lambda waiting: self._acquirer.decline(waiting, "cancelled"))

    def auto(self, method: str = "") -> None:
        """Pay each order at once with this method; "" waits for a payer again."""
        with self._lock:
            self._auto = method

    def replug(self) -> None:
        """Push the cable in: the port appears. Nothing happens when it is in."""
        with self._lock:
            if self._cable is None:
                self._greeted = self._paired = False
                self._cable = Cable(self._path, self, self._heartbeat_s)

    def unplug(self) -> None:
        """Pull the cable: the port hangs up and its path vanishes. Nothing happens when out."""
        with self._lock:
            cable, self._cable = self._cable, None
            if cable is not None:
                cable.vanish()
        if cable is not None:
            cable.pull()

    def misbehave(self, mode: str = "none") -> None:
        """Make the pad fail in one way until told "none"."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        with self._lock:
            self._mode = mode

    def note(self, direction: str, raw: bytes) -> None:
        """Keep a frame and tell the hook."""
        self._seen.append((direction, raw))
        if self.on_frame is not None:
            self.on_frame(direction, raw)

    def answer(self, seen: Seen) -> list[bytes]:
        """What goes back for a frame: confirm, acknowledgement, held and due answers."""
        with self._lock:
            if seen.raw == HANDSHAKE:
                self._greeted, self._paired = True, False
                return [CONFIRM]
            if seen.kind != 0 or not seen.number:
                return []
            held, self._held = self._held, []
            due = [] if self._mode == "no_ack" else [frame(ack=seen.number)]
            try:
                return due + held + self._reply(read_request(seen.data))
            except WireError:
                return due

    def _end(self, change: Callable[[str], Record]) -> None:
        """Bring the order on the display to its end and answer it; ValueError if there is none."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
            if waiting is None:
                raise ValueError("no order waits on the pad")
            frames = self._ended(waiting, change)
            cable = self._cable
        if cable is not None:
            cable.send(frames)

    def _ended(self, waiting: _Waiting, change: Callable[[str], Record]) -> list[bytes]:
        try:
            record = change(waiting.ref)
        except PaymentRefused:  # the acquirer was faster: closed from elsewhere
            record = self._acquirer.query(waiting.ref)
        return [] if record is None else self._order_answer(waiting.msg_id, record)

    def _reply(self, request: Mapping[str, str]) -> list[bytes]:
        topic, msg_id = request.get("topic", ""), request.get("msg_id", "")
        ref = request.get("merchant_order_no", "")
        if topic == "ecrhub.pair":
            self._paired = bool(request.get("device_name"))
            data = write_response(topic, msg_id, success=self._paired, device=DEVICE)
            return [self._message(data)]
        if not self._paired:
            return [self._refusal(topic, msg_id, "not paired")]
        match topic:
            case "ecrhub.pay.order" if request.get("trans_type") == "2":
                frames = self._spoilt(msg_id, self._voids.give_back(request))
            case "ecrhub.pay.order":
                frames = self._order(request)
            case "ecrhub.pay.query":
                frames = self._query(msg_id, ref)
            case "ecrhub.pay.close":
                frames = self._close(msg_id, ref)
            case _:
                return [self._refusal(topic, msg_id, "unknown topic")]
        return [] if self._mode == "silent" else frames

    def _order(self, request: Mapping[str, str]) -> list[bytes]:
        msg_id, ref = request["msg_id"], request.get("merchant_order_no", "")
        other = self._waiting is not None and self._waiting.ref != ref
        if other or self._mode == "busy":
            return [self._refusal("ecrhub.pay.order", msg_id, "terminal busy")]
        try:
            self._acquirer.open_payment(ref, fen(request.get("order_amount", "")))
        except PaymentRefused as exc:
            return [self._refusal("ecrhub.pay.order", msg_id, str(exc))]
        record = self._acquirer.query(ref)
        if record is None or record.state != "waiting":
            return [] if record is None else self._order_answer(msg_id, record)
        self._waiting = _Waiting(ref, msg_id)
        if not self._auto:
            return []
        waiting, self._waiting = self._waiting, None
        return self._ended(waiting, lambda paid: self._acquirer.pay(paid, self._auto))

    def _query(self, msg_id: str, ref: str) -> list[bytes]:
        topic = "ecrhub.pay.query"
        record = self._acquirer.query(ref)
        biz = self._voids.biz(ref) or (None if record is None else payment_biz(record))
        if biz is None or self._mode == "forget":
            return [self._refusal(topic, msg_id, "order not found")]
        return [self._message(write_response(topic, msg_id, success=True, biz=biz))]

    def _close(self, msg_id: str, ref: str) -> list[bytes]:
        """Close it, known or not; the order on the display is answered too, after the close."""
        try:
            record = self._acquirer.close(ref)
        except PaymentRefused as exc:
            return [self._refusal("ecrhub.pay.close", msg_id, str(exc))]
        paid = record.state == "paid"
        error = "order is paid" if paid else ""
        data = write_response(
            "ecrhub.pay.close", msg_id, success=not paid, error=error, biz=payment_biz(record)
        )
        frames = [self._message(data)]
        if self._waiting is not None and self._waiting.ref == ref:
            waiting, self._waiting = self._waiting, None
            frames += self._order_answer(waiting.msg_id, record)
        return frames

    def _order_answer(self, msg_id: str, record: Record) -> list[bytes]:
        biz = payment_biz(record)
        if record.state == "paid":
            biz["pay_user_account_id"] = PAYER_ACCOUNT
        return self._spoilt(msg_id, biz)

    def _spoilt(self, msg_id: str, biz: dict[str, str]) -> list[bytes]:
        """The answer to an order, as the mode of the moment spoils it."""
        if self._mode in ("silent", "drop_answer"):
            return []
        if self._mode == "wrong_amount":
            wrong = yuan(fen(biz.get("order_amount", "0")) + 1)
            biz |= {"order_amount": wrong, "paid_amount": wrong}
        if self._mode == "wrong_ref":
            biz["merchant_order_no"] = f"{biz['merchant_order_no'][:-1]}Z"
        success = biz["trans_status"] == "2"
        error = "" if success else "transaction not completed"
        data = write_response("ecrhub.pay.order", msg_id, success=success, error=error, biz=biz)
        raw = self._message(data)
        if self._mode == "garble":
            return [raw[:-3] + bytes((raw[-3] ^ 0x5A,)) + raw[-2:]]
        if self._mode == "half_answer":
            return [raw[: len(raw) // 2]]
        if self._mode == "late_answer":
            self._held.append(raw)
            return []
        return [raw]

    def _refusal(self, topic: str, msg_id: str, why: str) -> bytes:
        return self._message(write_response(topic, msg_id, success=False, error=why))

    def _message(self, data: bytes) -> bytes:
        self._number = self._number % 127 + 1
        return frame(number=self._number, data=data)
