"""IPP bytes against vectors put together by hand from RFC 8010, and against hostile ones."""

from __future__ import annotations

import random
import struct

import pytest

from devices.api import DeviceError, Fault
from devices.certificate_printer import protocol
from devices.certificate_printer.codec import (
    MAX_DEPTH,
    MAX_MESSAGE,
    MAX_VALUES,
    Attribute,
    GroupTag,
    OutOfBand,
    ValueTag,
    decode,
    encode,
)
from devices.certificate_printer.protocol import JobPhase
from sandbox.devices import ipp_wire

HEAD = bytes.fromhex("0101 0000 00000001 01") + (
    b"\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
    b"\x41\x00\x0estatus-message\x00\x0dsuccessful-ok"
)
JOB = (
    b"\x02\x21\x00\x06job-id\x00\x04\x00\x00\x00\x93"
    b"\x45\x00\x07job-uri\x00\x2aipp://printer.example.com/ipp/print/job/147"[:-1]
    + b"\x23\x00\x09job-state\x00\x04\x00\x00\x00\x03"
    b"\x44\x00\x11job-state-reasons\x00\x0cjob-incoming\x44\x00\x00\x00\x0fprinter-stopped"
)
ANSWER = HEAD + JOB + b"\x03"


def attribute(tag: int, name: bytes, raw: bytes) -> bytes:
    return struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(raw)) + raw


def answer_with(*attributes: bytes) -> bytes:
    return HEAD + b"\x04" + b"".join(attributes) + b"\x03"


def test_answer_of_a_print_job_is_read() -> None:
    message = decode(ANSWER)
    assert (message.version, message.code, message.request_id) == ((1, 1), 0, 1)
    assert message.group(GroupTag.OPERATION)["status-message"] == ["successful-ok"]
    job = protocol.job_state(message.group(GroupTag.JOB))
    assert (job.job_id, job.phase) == (147, JobPhase.PENDING)
    assert job.reasons == ("job-incoming", "printer-stopped")
    assert (job.impressions, job.sheets, job.name) == (None, None, None)
    assert job.awaits_document


def test_request_is_the_bytes_that_rfc_8010_says() -> None:
    raw = encode(
        0x0002,
        1,
        [
            Attribute(ValueTag.CHARSET, "attributes-charset", ("utf-8",)),
            Attribute(ValueTag.KEYWORD, "requested-attributes", ("job-id", "job-state")),
        ],
        [Attribute(ValueTag.INTEGER, "copies", (20,)), Attribute(ValueTag.BOOLEAN, "b", (True,))],
        version=(2, 0),
    )
    assert raw == (
        b"\x02\x00\x00\x02\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x44\x00\x14requested-attributes\x00\x06job-id\x44\x00\x00\x00\x09job-state"
        b"\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x14\x22\x00\x01b\x00\x01\x01\x03"
    )


@pytest.mark.parametrize(
    "request_",
    [
        protocol.get_printer_attributes("ipp://p/ipp/print"),
        protocol.validate_job("ipp://p/ipp/print", "钥匙-1"),
        protocol.create_job("ipp://p/ipp/print", "key-1"),
        protocol.send_document("ipp://p/ipp/print", 7),
        protocol.print_job("ipp://p/ipp/print", "key-1"),
        protocol.cancel_job("ipp://p/ipp/print", 7),
        protocol.get_job_attributes("ipp://p/ipp/print", 7),
        protocol.get_jobs("ipp://p/ipp/print", "completed"),
    ],
    ids=lambda r: r.operation.name.lower(),
)
def test_an_independent_reader_understands_our_requests(request_: protocol.Request) -> None:
    raw = encode(request_.operation, 9, request_.operation_attributes, request_.job_attributes)
    read = ipp_wire.parse(raw + b"%PDF")
    assert (read.operation, read.number, read.document) == (request_.operation, 9, b"%PDF")
    assert list(read.attributes)[:2] == ["attributes-charset", "attributes-natural-language"]
    assert read.text("requesting-user-name") == "kiosk"
    for sent in (*request_.operation_attributes, *request_.job_attributes):
        assert read.attributes[sent.name] == list(sent.values)


def test_every_syntax_has_its_form() -> None:
    message = decode(
        answer_with(
            attribute(0x21, b"up", struct.pack(">i", -5)),
            attribute(0x22, b"yes", b"\x01"),
            attribute(0x33, b"copies", struct.pack(">ii", 1, 999)),
            attribute(0x32, b"dpi", struct.pack(">iib", 600, 300, 3)),
            attribute(0x12, b"geo", b""),
            attribute(0x13, b"none", b""),
            attribute(0x36, b"name", b"\x00\x05zh-cn\x00\x06\xe8\xaf\x81\xe4\xb9\xa6"),
            attribute(0x31, b"time", bytes(11)),
            attribute(0x30, b"tray", b"level=3"),
        )
    )
    assert message.group(GroupTag.PRINTER) == {
        "up": [-5],
        "yes": [True],
        "copies": [(1, 999)],
        "dpi": [(600, 300, 3)],
        "geo": [OutOfBand.UNKNOWN],
        "none": [OutOfBand.NO_VALUE],
        "name": ["证书"],
        "time": [bytes(11)],
        "tray": [b"level=3"],
    }


def nested(depth: int) -> bytes:
    member = attribute(0x4A, b"", b"m")
    inner = attribute(0x21, b"", struct.pack(">i", 1))
    for _ in range(depth - 1):
        inner = attribute(0x34, b"", b"") + member + inner + attribute(0x37, b"", b"")
    return attribute(0x34, b"media-col", b"") + member + inner + attribute(0x37, b"", b"")


def test_collections_nest() -> None:
    value = decode(answer_with(nested(2))).group(GroupTag.PRINTER)["media-col"]
    assert value == [{"m": [{"m": [1]}]}]


JOB_UNKNOWN_COUNT = answer_with(attribute(0x12, b"job-impressions-completed", b""))


def test_a_counter_that_is_not_known_is_not_zero() -> None:
    group = decode(JOB_UNKNOWN_COUNT).group(GroupTag.PRINTER)
    assert protocol.job_state(group).impressions is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        ANSWER[:8],
        ANSWER[:-1],
        ANSWER + b"\x00",
        b"\x03" + ANSWER[1:],
        answer_with(attribute(0x21, b"up", b"\x00\x00\x01")),
        answer_with(attribute(0x22, b"yes", b"\x02")),
        answer_with(attribute(0x44, b"word", b"\xff\xfe")),
        answer_with(attribute(0x21, b"", bytes(4))),
        answer_with(attribute(0x21, b"up", bytes(4)), attribute(0x21, b"up", bytes(4))),
        answer_with(attribute(0x34, b"open", b"")),
        answer_with(attribute(0x37, b"shut", b"")),
        answer_with(nested(MAX_DEPTH + 1)),
        answer_with(attribute(0x35, b"text", b"\x00\x09en")),
        answer_with(
            attribute(0x21, b"n", bytes(4)), *[attribute(0x21, b"", bytes(4))] * MAX_VALUES
        ),
        ANSWER + bytes(MAX_MESSAGE),
    ],
)
def test_what_rfc_8010_forbids_is_garbled(raw: bytes) -> None:
    with pytest.raises(DeviceError) as caught:
        decode(raw)
    assert caught.value.fault is Fault.GARBLED


def test_mutated_answers_are_read_or_refused_and_nothing_else() -> None:
    seed = ANSWER[:-1] + b"\x04" + nested(3) + attribute(0x33, b"r", bytes(8)) + b"\x03"
    dice = random.Random(20_261_121)  # noqa: S311  # mutations, not secrets
    refused = 0
    for _ in range(4000):
        raw = bytearray(seed)
        for _ in range(dice.randint(1, 4)):
            match dice.randrange(3):
                case 0:
                    raw[dice.randrange(len(raw))] = dice.randrange(256)
                case 1:
                    del raw[dice.randrange(len(raw)) + 1 :]
                case _:
                    at = dice.randrange(len(raw))
                    raw[at:at] = dice.randbytes(dice.randint(1, 6))
        try:
            protocol.job_state(decode(bytes(raw)).group(GroupTag.JOB))
            protocol.printer_state(decode(bytes(raw)).group(GroupTag.JOB))
        except DeviceError as exc:
            assert exc.fault is Fault.GARBLED  # noqa: PT017  # most mutants raise, some are legal
            refused += 1
    assert 2000 < refused < 4000
