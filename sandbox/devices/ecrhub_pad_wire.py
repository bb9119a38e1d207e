"""ECRHub on the wire, from the pad's side: frames and protobuf, read and written by hand.

Written from the field tables of the public SDK, sharing nothing with the driver it is used to
test, and nothing with the protobuf library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEAD = b"\x55\xaa"
TAIL = b"\xcc\x33"
HANDSHAKE = bytes.fromhex("55AA010000000001CC33")
CONFIRM = bytes.fromhex("55AA020000000002CC33")
HEARTBEAT = bytes.fromhex("55AA000000000000CC33")
MAX_DATA = 1014

REQUEST_FIELDS = {1: "topic", 2: "msg_id", 3: "app_id", 4: "timestamp", 5: "version"}
REQUEST_PARTS: Mapping[int, Mapping[int, str]] = {
    6: {
        1: "merchant_order_no",
        2: "orig_merchant_order_no",
        3: "price_currency",
        4: "order_amount",
        6: "trans_type",
        7: "pay_method_category",
        9: "description",
    },
    10: {1: "mac_address", 2: "device_name", 3: "alias_name"},
}
BIZ_NUMBERS = {
    "merchant_order_no": 1,
    "order_amount": 2,
    "trans_no": 3,
    "price_currency": 4,
    "trans_type": 5,
    "trans_status": 9,
    "pay_channel_trans_no": 10,
    "pay_user_account_id": 11,
    "paid_amount": 12,
    "trans_end_time": 13,
    "pay_method_id": 14,
}


class WireError(ValueError):
    """Bytes that are no request."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame as the pad reads it, with the bytes it was."""

    kind: int
    ack: int
    number: int
    data: bytes
    raw: bytes


def frame(ack: int = 0, number: int = 0, data: bytes = b"") -> bytes:
    """A message, or without data the acknowledgement of one."""
    counted = bytes((0, ack, number)) + len(data).to_bytes(2, "big") + data
    return HEAD + counted + bytes((_xor(counted),)) + TAIL


def cut(held: bytes) -> tuple[list[Seen], bytes]:
    """The whole frames in ``held``, and what is left of it."""
    seen: list[Seen] = []
    while (at := held.find(HEAD)) >= 0:
        held = held[at:]
        size = int.from_bytes(held[5:7], "big")
        end = 10 + size
        if len(held) < 7 or (size <= MAX_DATA and len(held) < end):
            return seen, held
        if size <= MAX_DATA and _xor(held[2 : end - 2]) == 0 and held[end - 2 : end] == TAIL:
            seen.append(Seen(held[2], held[3], held[4], held[7 : end - 3], held[:end]))
            held = held[end:]
        else:
            held = held[1:]
    return seen, held[-1:] if held.endswith(HEAD[:1]) else b""


def read_request(data: bytes) -> dict[str, str]:
    """A request's texts by their names, those of its parts among them. WireError."""
    texts: dict[str, str] = {}
    for number, value in _fields(data):
        if number in REQUEST_FIELDS:
            texts[REQUEST_FIELDS[number]] = _text(value)
        elif number in REQUEST_PARTS:
            names = REQUEST_PARTS[number]
            inner = _fields(value)
            texts |= {names[n]: _text(v) for n, v in inner if n in names}
    return texts


def write_response(
    topic: str,
    msg_id: str,
    *,
    success: bool,
    error: str = "",
    biz: Mapping[str, str] | None = None,
    device: tuple[str, str, str] | None = None,
) -> bytes:
    """An ECRHubResponse. ``device`` is app name, serial number and app version."""
    data = _put(1, topic) + _put(2, msg_id) + (b"\x28\x01" if success else b"")
    data += _put(6, error)
    if biz is not None:
        parts = sorted((BIZ_NUMBERS[name], value) for name, value in biz.items())
        data += _put_bytes(8, b"".join(_put(number, value) for number, value in parts))
    if device is not None:
        data += _put_bytes(9, b"".join(_put(n, value) for n, value in enumerate(device, 1)))
    return data


def fen(amount: str) -> int:
    """Decimal yuan as fen. WireError when it is none."""
    whole, _, places = amount.partition(".")
    if not whole.isdecimal() or len(places) > 2 or not (places or "0").isdecimal():
        raise WireError("no amount")
    return int(whole) * 100 + int(places.ljust(2, "0"))


def yuan(amount_fen: int) -> str:
    """Fen as decimal yuan."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def _fields(data: bytes) -> list[tuple[int, bytes]]:
    """Number and content of each length-delimited field; the others are skipped."""
    fields: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                _, at = _varint(data, at)
            case 1:
                at += 8
            case 5:
                at += 4
            case 2:
                size, at = _varint(data, at)
                fields.append((tag >> 3, data[at : at + size]))
                at += size
            case _:
                raise WireError("wire type")
    if at != len(data):
        raise WireError("cut short")
    return fields


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 64 and at < len(data):
        value |= (data[at] & 0x7F) << shift
        if data[at] < 0x80:
            return value, at + 1
        at, shift = at + 1, shift + 7
    raise WireError("varint")


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise WireError("text") from None


def _put(number: int, text: str) -> bytes:
    """A string field; the empty one is not written, as in proto3."""
    return _put_bytes(number, text.encode()) if text else b""


def _put_bytes(number: int, content: bytes) -> bytes:
    return _varint_bytes(number << 3 | 2) + _varint_bytes(len(content)) + content


def _varint_bytes(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _xor(counted: bytes) -> int:
    result = 0
    for byte in counted:
        result ^= byte
    return result
