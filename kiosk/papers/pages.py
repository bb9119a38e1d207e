"""PDF to page images, rendered in the vendor host: hostile bytes never meet the core's keys.

The seal of a document is checked (kiosk.credentials.pdf_seal) before it is given to this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

MAX_PAGES = 20
MAX_PIXELS = 8_000_000
"""A page: A4 at 240 dpi is 5.5 million."""


class Host(Protocol):
    """What is needed of devices.vendor_host.VendorHost serving the job ``pdf_pages``."""

    def call(
        self, header: dict[str, object], *payloads: bytes
    ) -> tuple[dict[str, object], list[bytes]]:
        """Give a request to the job and return its answer. HostError when that fails."""
        ...


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: RGB, 8 bits a channel, rows from the top without padding. Personal."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


class Unrenderable(Exception):
    """The PDF can't be shown; ``reason`` is the job's word (unreadable, too_many_pages, ...)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PageRenderer:
    """Renders all pages of a document through a host. Blocks: not for the journey's loop."""

    def __init__(self, host: Host, *, max_pages: int = MAX_PAGES) -> None:
        self._host = host
        self._max_pages = max_pages

    def render(self, pdf: bytes, width_px: int) -> list[PageImage]:
        """Give every page at ``width_px``. Unrenderable, or HostError from the host."""
        first, page_count = self._page(pdf, 0, width_px)
        rest = (self._page(pdf, number, width_px)[0] for number in range(1, page_count))
        return [first, *rest]

    def _page(self, pdf: bytes, number: int, width_px: int) -> tuple[PageImage, int]:
        request: dict[str, object] = {
            "job": "pdf_pages",
            "page": number,
            "width_px": width_px,
            "max_pages": self._max_pages,
            "max_pixels": MAX_PIXELS,
        }
        answer, payloads = self._host.call(request, pdf)
        if "refused" in answer:
            raise Unrenderable(str(answer["refused"]))
        width, height = _whole(answer, "width"), _whole(answer, "height")
        if len(payloads) != 1 or len(payloads[0]) != width * height * 3:
            raise Unrenderable("answer_garbled")
        page_count = _whole(answer, "page_count")
        if not 1 <= page_count <= self._max_pages:
            raise Unrenderable("answer_garbled")
        return PageImage(width, height, payloads[0]), page_count


def _whole(answer: dict[str, object], key: str) -> int:
    value = answer.get(key)
    if type(value) is not int or value < 1:
        raise Unrenderable("answer_garbled")
    return value
