"""Just enough IPP (RFC 8010) for the twins; written apart from the product's codec on purpose."""

from __future__ import annotations

import http.client
import struct
from collections.abc import Sequence
from dataclasses import dataclass

OPERATION_GROUP, JOB_GROUP, END, PRINTER_GROUP = 1, 2, 3, 4
INTEGER, BOOLEAN, ENUM, TEXT, NAME, KEYWORD, URI = 0x21, 0x22, 0x23, 0x41, 0x42, 0x44, 0x45
CHARSET, LANGUAGE, MIME = 0x47, 0x48, 0x49

Plain = int | bool | str
Attribute = tuple[int, str, Sequence[Plain]]
"""Value tag, name, values."""

HEAD: tuple[Attribute, ...] = (
    (CHARSET, "attributes-charset", ["utf-8"]),
    (LANGUAGE, "attributes-natural-language", ["en"]),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a printer sees it. ``attributes`` of all groups lie in one dict."""

    operation: int
    number: int
    attributes: dict[str, list[Plain]]
    document: bytes

    def text(self, name: str) -> str:
        """First value of a string attribute, or nothing."""
        return str(next(iter(self.attributes.get(name, [""])), ""))

    def number_of(self, name: str) -> int:
        """First value of an integer attribute, or 0."""
        return int(next(iter(self.attributes.get(name, [0])), 0))


def message(code: int, number: int, groups: Sequence[tuple[int, Sequence[Attribute]]]) -> bytes:
    """A request or an answer: version 2.0, code, number, groups."""
    out = bytearray(struct.pack(">BBHI", 2, 0, code, number))
    for tag, attributes in groups:
        out.append(tag)
        for value_tag, name, values in attributes:
            for index, value in enumerate(values):
                label = name.encode() if index == 0 else b""
                raw = _raw(value_tag, value)
                out += struct.pack(">BH", value_tag, len(label)) + label
                out += struct.pack(">H", len(raw)) + raw
    out.append(END)
    return bytes(out)


def _raw(tag: int, value: Plain) -> bytes:
    if tag == BOOLEAN:
        return b"\x01" if value else b"\x00"
    if tag in (INTEGER, ENUM):
        return struct.pack(">i", int(value))
    return str(value).encode()


def parse(raw: bytes) -> Request:
    """Read a request; ValueError, IndexError or struct.error when it is none."""
    _, _, operation, number = struct.unpack_from(">BBHI", raw)
    at, name = 8, ""
    attributes: dict[str, list[Plain]] = {}
    while raw[at] != END:
        tag = raw[at]
        at += 1
        if tag <= 0x0F:
            continue
        label, at = _sized(raw, at)
        value, at = _sized(raw, at)
        name = label.decode() or name
        attributes.setdefault(name, []).append(_plain(tag, value))
    return Request(operation, number, attributes, raw[at + 1 :])


def _sized(raw: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(raw[at : at + 2])
    end = at + 2 + size
    if end > len(raw):
        raise ValueError("cut off")
    return raw[at + 2 : end], end


def _plain(tag: int, value: bytes) -> Plain:
    if tag == BOOLEAN:
        return value == b"\x01"
    if tag in (INTEGER, ENUM):
        return int.from_bytes(value, signed=True)
    return value.decode(errors="replace")


def post(port: int, body: bytes, timeout_s: float = 3.0) -> bytes:
    """Send a request to a printer on this machine; returns the answer's bytes."""
    connection = http.client.HTTPConnection("localhost", port, timeout=timeout_s)
    try:
        connection.request("POST", "/ipp/print", body, {"Content-Type": "application/ipp"})
        return connection.getresponse().read()
    finally:
        connection.close()
