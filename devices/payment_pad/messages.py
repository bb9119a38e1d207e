"""ECRHub's messages: plain values in and out, protobuf 3 on the wire.

The descriptors are built here from the table, so there is no generated file to keep in step. Only
this module sees protobuf. The numbers are those of the SDK of 2023-10; later ones differ, and
nothing in a message says which it follows. Source: docs/devices/payment_pad.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, cast

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError, Message

from devices.payment_pad.amounts import yuan_text
from devices.payment_pad.protocol import LONGEST_DATA

PACKAGE = "com.wiseasy.ecr.hub.sdk.protobuf"
CURRENCY = "CNY"
PAIR = "ecrhub.pair"
PAY_ORDER = "ecrhub.pay.order"
PAY_QUERY = "ecrhub.pay.query"
PAY_CLOSE = "ecrhub.pay.close"

PURCHASE = "1"
VOID = "2"

MethodCategory = Literal["BANKCARD", "QR_C_SCAN_B", "QR_B_SCAN_C"]
"""Card; the payer scans the pad; the pad scans the payer."""

_PROTOBUF_TYPES = {
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
}

MESSAGES: dict[str, tuple[tuple[str, int, str], ...]] = {
    "RequestPairData": (
        ("mac_address", 1, "string"),
        ("device_name", 2, "string"),
        ("alias_name", 3, "string"),
        ("ip_address", 4, "string"),
        ("port", 5, "string"),
    ),
    "RequestBizData": (
        ("merchant_order_no", 1, "string"),
        ("orig_merchant_order_no", 2, "string"),
        ("price_currency", 3, "string"),
        ("order_amount", 4, "string"),
        ("trans_type", 6, "string"),
        ("pay_method_category", 7, "string"),
        ("description", 9, "string"),
    ),
    "ECRHubRequest": (
        ("topic", 1, "string"),
        ("msg_id", 2, "string"),
        ("app_id", 3, "string"),
        ("timestamp", 4, "string"),
        ("version", 5, "string"),
        ("biz_data", 6, "RequestBizData"),
        ("pair_data", 10, "RequestPairData"),
    ),
    "ResponseDeviceData": (
        ("app_name", 1, "string"),
        ("device_sn", 2, "string"),
        ("app_version", 3, "string"),
    ),
    "ResponseBizData": (
        ("merchant_order_no", 1, "string"),
        ("order_amount", 2, "string"),
        ("trans_no", 3, "string"),
        ("price_currency", 4, "string"),
        ("trans_type", 5, "string"),
        ("trans_status", 9, "string"),
        ("pay_channel_trans_no", 10, "string"),
        ("paid_amount", 12, "string"),
        ("trans_end_time", 13, "string"),
        ("pay_method_id", 14, "string"),
    ),
    "ECRHubResponse": (
        ("topic", 1, "string"),
        ("msg_id", 2, "string"),
        ("app_id", 3, "string"),
        ("timestamp", 4, "string"),
        ("success", 5, "bool"),
        ("errorMsg", 6, "string"),
        ("version", 7, "string"),
        ("biz_data", 8, "ResponseBizData"),
        ("device_data", 9, "ResponseDeviceData"),
    ),
}
"""Name, number and type of the fields that are sent or read.

Left out: what the kiosk has no word for (tips, tokens, voice, prints), the payer's account
(pay_user_account_id), which it must not know, and the maps, whose numbers have moved.
"""

_REF = re.compile(r"[0-9A-Za-z]{1,32}")
_LONGEST_TEXT = 128
_LONGEST_DESCRIPTION = 256
_LONG_DIGITS = re.compile(r"[0-9*xX]{6,}")


class MalformedMessage(Exception):
    """Bytes that are no answer of the protocol."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every request bears. ``msg_id`` names it and comes back in its answer."""

    msg_id: str
    app_id: str
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase, or with ``orig_ref`` the void of one. ValueError if it can't be one.

    ``ref`` is the order number, at most 32 letters and digits, never used for anything else.
    """

    ref: str
    amount_fen: int
    description: str = ""
    category: MethodCategory = "BANKCARD"
    orig_ref: str = ""

    def __post_init__(self) -> None:
        check_ref(self.ref)
        yuan_text(self.amount_fen)
        if self.orig_ref:
            check_ref(self.orig_ref)
        if len(self.description.encode()) > _LONGEST_DESCRIPTION:
            raise ValueError(f"a description has at most {_LONGEST_DESCRIPTION} bytes")

    @property
    def trans_type(self) -> str:
        """The protocol's word for it."""
        return VOID if self.orig_ref else PURCHASE


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came, texts within bounds; empty where the pad said nothing.

    ``ref`` is merchant_order_no. ``message`` is the pad's own words, long digits blotted out: a
    card number has no business in our records.
    """

    topic: str
    msg_id: str
    success: bool
    message: str = field(default="", repr=False)
    ref: str = ""
    order_amount: str = ""
    paid_amount: str = ""
    currency: str = ""
    trans_no: str = ""
    trans_type: str = ""
    trans_status: str = ""
    channel_ref: str = ""
    ended_at: str = ""
    method: str = ""
    app: str = ""


def check_ref(ref: str) -> None:
    """ValueError unless ``ref`` may be an order number."""
    if _REF.fullmatch(ref) is None:
        raise ValueError("an order number has 1 to 32 letters and digits")


def pair_request(stamp: Stamp, device_name: str) -> bytes:
    """Introduce the kiosk; the pad answers before it takes anything else."""
    names = {"device_name": device_name, "alias_name": device_name}
    return _request(PAIR, stamp, "pair_data", names)


def order_request(stamp: Stamp, order: Order) -> bytes:
    """Take the money, or give it back."""
    fields = {
        "merchant_order_no": order.ref,
        "orig_merchant_order_no": order.orig_ref,
        "price_currency": CURRENCY,
        "order_amount": yuan_text(order.amount_fen),
        "trans_type": order.trans_type,
        "pay_method_category": "" if order.orig_ref else order.category,
        "description": order.description,
    }
    return _request(PAY_ORDER, stamp, "biz_data", fields)


def query_request(stamp: Stamp, ref: str) -> bytes:
    """Ask where an order stands."""
    return _request(PAY_QUERY, stamp, "biz_data", {"merchant_order_no": ref})


def close_request(stamp: Stamp, ref: str) -> bytes:
    """Take no money for an order any more."""
    return _request(PAY_CLOSE, stamp, "biz_data", {"merchant_order_no": ref})


def read_answer(data: bytes) -> Answer:
    """Decode a response. MalformedMessage when it is none or a text in it is out of bounds."""
    response = _message_class("ECRHubResponse")()
    try:
        response.ParseFromString(data)
    except DecodeError:
        raise MalformedMessage("not protobuf of this shape") from None
    biz = cast("Message", getattr(response, "biz_data"))  # noqa: B009 - fields exist at run time
    device = cast("Message", getattr(response, "device_data"))  # noqa: B009 - fields made at run time
    return Answer(
        topic=_text(response, "topic"),
        msg_id=_text(response, "msg_id"),
        success=bool(getattr(response, "success")),  # noqa: B009 - fields made at run time
        message=_LONG_DIGITS.sub("*", _text(response, "errorMsg", cut=True)),
        ref=_text(biz, "merchant_order_no"),
        order_amount=_text(biz, "order_amount"),
        paid_amount=_text(biz, "paid_amount"),
        currency=_text(biz, "price_currency"),
        trans_no=_text(biz, "trans_no"),
        trans_type=_text(biz, "trans_type"),
        trans_status=_text(biz, "trans_status"),
        channel_ref=_text(biz, "pay_channel_trans_no"),
        ended_at=_text(biz, "trans_end_time"),
        method=_text(biz, "pay_method_id"),
        app=f"{_text(device, 'app_name')} {_text(device, 'app_version')}".strip(),
    )


def _text(source: Message, name: str, *, cut: bool = False) -> str:
    """A field's text; too long is cut (words for people) or no answer (everything else)."""
    text = cast("str", getattr(source, name))
    if len(text) > _LONGEST_TEXT and not cut:
        raise MalformedMessage(f"{name} is too long")
    if not text.isprintable():
        if not cut:
            raise MalformedMessage(f"{name} has control characters")
        text = "".join(c if c.isprintable() else " " for c in text)
    return text[:_LONGEST_TEXT]


def _request(topic: str, stamp: Stamp, part: str, fields: dict[str, str]) -> bytes:
    request = _message_class("ECRHubRequest")(
        topic=topic,
        msg_id=stamp.msg_id,
        app_id=stamp.app_id,
        timestamp=str(stamp.timestamp_ms),
    )
    inner = cast("Message", getattr(request, part))
    for name, value in fields.items():
        setattr(inner, name, value)
    data = request.SerializeToString(deterministic=True)
    if len(data) > LONGEST_DATA:
        raise ValueError(f"a message has at most {LONGEST_DATA} bytes")
    return data


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    """A pool of its own: nothing else in the process can collide with these names."""
    described = descriptor_pb2.FileDescriptorProto(
        name="ecrhub.proto", package=PACKAGE, syntax="proto3"
    )
    for name, fields in MESSAGES.items():
        entry = described.message_type.add(name=name)
        for field_name, number, kind in fields:
            _describe(entry, field_name, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(described)
    return pool


def _describe(
    entry: descriptor_pb2.DescriptorProto, field_name: str, number: int, kind: str
) -> None:
    made = entry.field.add(
        name=field_name,
        number=number,
        label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL,
        type=_PROTOBUF_TYPES.get(kind, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE),
    )
    if kind not in _PROTOBUF_TYPES:
        made.type_name = f".{PACKAGE}.{kind}"


@cache
def _message_class(name: str) -> type[Message]:
    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{PACKAGE}.{name}"))
