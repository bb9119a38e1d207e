"""Seeded mutations of real answers: at the splitter, at the decoder, and at what they prove.

The protocol's only check is an XOR. It finds any damage within one byte and any shift, and it is
blind to two equal flips and to bytes that change places; those classes are kept apart below.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable

from devices.api import ChargeOutcome
from devices.payment_pad.messages import Answer, MalformedMessage, Order, read_answer
from devices.payment_pad.protocol import HEARTBEAT, BadFrame, Frame, FrameSplitter, message
from devices.payment_pad.verdict import order_verdict, query_verdict
from sandbox.devices.ecrhub_pad_wire import write_response

ORDER = Order("K2611220001", 8000)
BIZ = {
    "merchant_order_no": "K2611220001",
    "order_amount": "80.00",
    "trans_no": "202611220000000001",
    "price_currency": "CNY",
    "trans_type": "1",
    "pay_channel_trans_no": "261122000001",
    "pay_method_id": "UnionPay",
}
EACH = 2000
Mutation = Callable[[random.Random, bytes], bytes]


def answer(status: str) -> bytes:
    paid = {"paid_amount": "80.00", "trans_end_time": "2026-11-22 04:00:00"}
    biz = BIZ | {"trans_status": status} | (paid if status == "2" else {})
    return write_response("ecrhub.pay.order", "m" * 32, success=status == "2", biz=biz)


def _bit(rng: random.Random, wire: bytes) -> bytes:
    at = rng.randrange(len(wire))
    return wire[:at] + bytes((wire[at] ^ 1 << rng.randrange(8),)) + wire[at + 1 :]


def _byte(rng: random.Random, wire: bytes) -> bytes:
    at = rng.randrange(len(wire))
    return wire[:at] + rng.randbytes(1) + wire[at + 1 :]


def _drop(rng: random.Random, wire: bytes) -> bytes:
    at = rng.randrange(len(wire))
    return wire[:at] + wire[at + 1 :]


def _insert(rng: random.Random, wire: bytes) -> bytes:
    at = rng.randrange(1, len(wire))
    return wire[:at] + rng.randbytes(1) + wire[at:]


def _cut_short(rng: random.Random, wire: bytes) -> bytes:
    return wire[: rng.randrange(len(wire))]


def _repeat(rng: random.Random, wire: bytes) -> bytes:
    at, size = rng.randrange(len(wire)), rng.randrange(1, 9)
    return wire[: at + size] + wire[at:]


def _two_flips(rng: random.Random, wire: bytes) -> bytes:
    flip, mutated = 1 << rng.randrange(8), bytearray(wire)
    for at in rng.sample(range(7, len(wire) - 3), 2):
        mutated[at] ^= flip
    return bytes(mutated)


def _swap(rng: random.Random, wire: bytes) -> bytes:
    mutated = bytearray(wire)
    a, b = rng.sample(range(7, len(wire) - 3), 2)
    mutated[a], mutated[b] = mutated[b], mutated[a]
    return bytes(mutated)


def _burst(rng: random.Random, wire: bytes) -> bytes:
    size = rng.randrange(2, 9)
    at = rng.randrange(7, len(wire) - 3 - size)
    return wire[:at] + rng.randbytes(size) + wire[at + size :]


SEEN_BY_THE_CHECK: dict[str, Mutation] = {
    "bit": _bit,
    "byte": _byte,
    "drop": _drop,
    "insert": _insert,
    "cut short": _cut_short,
    "repeat": _repeat,
}
BLIND: dict[str, Mutation] = {"two flips": _two_flips, "swap": _swap, "burst": _burst}


def taken(wire: bytes) -> list[Frame]:
    """What a splitter makes of it with a healthy line behind it, heartbeats left out."""
    splitter = FrameSplitter()
    items = splitter.feed(wire + HEARTBEAT.encode())
    while splitter.pending:
        items += splitter.give_up()
    assert [item for item in items if item == HEARTBEAT], "the frame behind it was lost"
    frames = [item for item in items if not isinstance(item, BadFrame)]
    return [frame for frame in frames if frame != HEARTBEAT]


def test_no_damaged_frame_is_taken_with_another_content() -> None:
    rng, counts = random.Random(20261122), Counter[str]()  # noqa: S311 - a seed, not a secret
    original = message(5, answer("2"))
    wire = original.encode()
    for name, mutate in SEEN_BY_THE_CHECK.items():
        for _round in range(EACH):
            mutated = mutate(rng, wire)
            frames = taken(mutated)
            counts[name] += 1
            if mutated == wire:
                assert frames == [original]
                counts["unchanged, taken"] += 1
            else:
                assert set(frames) <= {original}, (name, mutated.hex())
                counts["taken whole" if frames else "refused"] += 1
    sys.stdout.write(f"{dict(counts)}\n")
    assert counts["refused"] > len(SEEN_BY_THE_CHECK) * EACH * 0.9
    assert taken(wire) == [original]


def test_what_the_check_is_blind_to_never_makes_another_amount_or_order_paid() -> None:
    rng, counts = random.Random(20261123), Counter[str]()  # noqa: S311 - mutations, not secrets
    for status in ("2", "1", "3", "0"):
        wire = message(5, answer(status)).encode()
        for name, mutate in BLIND.items():
            for _round in range(EACH // 2):
                for frame in taken(mutate(rng, wire)):
                    counts[f"{name} passes the check"] += frame.data != answer(status)
                    counts[verdict(frame.data, status)] += 1
    sys.stdout.write(f"{dict(counts)}\n")
    assert min(counts[f"{name} passes the check"] for name in BLIND) > 0
    assert counts["paid"] > 0


def verdict(data: bytes, status: str) -> str:
    """What the driver makes of it; fails on a PAID that the unmutated answer does not bear out."""
    try:
        read = read_answer(data)
    except MalformedMessage:
        return "malformed"
    if (read.topic, read.msg_id) != ("ecrhub.pay.order", "m" * 32):
        return "not ours"
    result = order_verdict(read, ORDER)
    if result is None:
        return "waits on"
    if result.outcome is ChargeOutcome.PAID:
        assert status == "2"
        assert (read.ref, result.paid_fen) == (ORDER.ref, 8000)
    return result.outcome.value


def test_the_decoder_throws_nothing_but_its_own() -> None:
    rng, counts = random.Random(20261124), Counter[str]()  # noqa: S311 - mutations, not secrets
    data = answer("2")
    assert isinstance(read_answer(data), Answer)
    for mutate in (SEEN_BY_THE_CHECK | BLIND).values():
        for _round in range(EACH):
            mutated = mutate(rng, data)
            try:
                read = read_answer(mutated)
            except MalformedMessage:
                counts["malformed"] += 1
                continue
            counts["decoded"] += 1
            assert all(len(text) <= 128 for text in (read.ref, read.message, read.trans_no))
            result = query_verdict(read, ORDER.ref)
            if result.outcome is ChargeOutcome.PAID:
                assert read.ref == ORDER.ref
                assert result.paid_fen > 0
    sys.stdout.write(f"{dict(counts)}\n")
    assert min(counts.values()) > EACH
