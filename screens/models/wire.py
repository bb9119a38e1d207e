"""The link's messages: u32 big-endian length + UTF-8 JSON ``{v, kind, seq, body}``, <= 1 MiB.

Core to screen: ``hello`` (string tables), ``view`` (the whole page, never a delta), ``pixels``
(a memfd comes with it by SCM_RIGHTS), ``pixels_gone``. Screen to core: ``intent``, whose ``seq``
is that of the view it answers.
"""

from __future__ import annotations

import struct
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from screens.models.intents import Intent
from screens.models.pages import AnyPage
from screens.models.words import Model

VERSION: Literal[1] = 1
MAX_BYTES = 1 << 20
_LENGTH = struct.Struct(">I")


class WireError(Exception):
    """The other side sent what this version cannot read; the connection is given up."""


class HelloBody(Model):
    """String tables by language, key -> sentence with ``{placeholders}``."""

    strings: dict[str, dict[str, str]]


class ViewBody(Model):
    """The whole current page."""

    page: AnyPage


class PixelsBody(Model):
    """A pixel slot (see screens.models.pixels); its memfd comes with the first byte."""

    slot: str = Field(max_length=80)
    size: int = Field(ge=64, le=64 << 20)


class PixelsGoneBody(Model):
    """The slot was wiped; the screen unmaps it and forgets what it drew."""

    slot: str = Field(max_length=80)


class IntentBody(Model):
    """One intent."""

    intent: Intent


class Hello(Model):
    """First message after a connection."""

    v: Literal[1] = VERSION
    kind: Literal["hello"] = "hello"
    seq: int
    body: HelloBody


class View(Model):
    """Draw this."""

    v: Literal[1] = VERSION
    kind: Literal["view"] = "view"
    seq: int
    body: ViewBody


class Pixels(Model):
    """Map this."""

    v: Literal[1] = VERSION
    kind: Literal["pixels"] = "pixels"
    seq: int
    body: PixelsBody


class PixelsGone(Model):
    """Unmap this."""

    v: Literal[1] = VERSION
    kind: Literal["pixels_gone"] = "pixels_gone"
    seq: int
    body: PixelsGoneBody


class IntentMessage(Model):
    """Somebody did this."""

    v: Literal[1] = VERSION
    kind: Literal["intent"] = "intent"
    seq: int
    body: IntentBody


ToScreen = Annotated[Hello | View | Pixels | PixelsGone, Field(discriminator="kind")]
_TO_SCREEN: TypeAdapter[ToScreen] = TypeAdapter(ToScreen)
_TO_CORE: TypeAdapter[IntentMessage] = TypeAdapter(IntentMessage)


def encode(message: Hello | View | Pixels | PixelsGone | IntentMessage) -> bytes:
    """The message with its length in front. WireError when it is over the cap."""
    payload = message.model_dump_json().encode()
    if len(payload) > MAX_BYTES:
        raise WireError(f"{message.kind} of {len(payload)} bytes")
    return _LENGTH.pack(len(payload)) + payload


def decode_to_screen(payload: bytes) -> ToScreen:
    """A payload (without its length) from the core. WireError on anything unexpected."""
    try:
        return _TO_SCREEN.validate_json(payload)
    except ValidationError as exc:
        raise WireError(f"{exc.error_count()} errors in a message from the core") from None


def decode_to_core(payload: bytes) -> IntentMessage:
    """A payload (without its length) from the screen. WireError on anything unexpected."""
    try:
        return _TO_CORE.validate_json(payload)
    except ValidationError as exc:
        raise WireError(f"{exc.error_count()} errors in a message from the screen") from None


class Splitter:
    """Cuts a byte stream into payloads. Holds at most one message of MAX_BYTES."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """All payloads completed by ``data``, in order. WireError on a length over the cap."""
        self._held += data
        done: list[bytes] = []
        while len(self._held) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._held)
            if length > MAX_BYTES:
                raise WireError(f"a length of {length} bytes")
            if len(self._held) < _LENGTH.size + length:
                break
            done.append(bytes(self._held[_LENGTH.size : _LENGTH.size + length]))
            del self._held[: _LENGTH.size + length]
        return done
