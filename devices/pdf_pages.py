"""The hosted job that renders one page of a PDF: hostile input stays in the vendor host.

Request: header ``{job: "pdf_pages", page: int, width_px: int, max_pages: int, max_pixels: int}``
and the PDF as the only payload. Answer: header ``{page_count, width, height}`` and the pixels,
RGB, 8 bits a channel, rows from the top without padding; or header ``{refused: WORD}`` with
unreadable, too_many_pages, no_such_page or too_large, and no payload.
"""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2 as pdfium

Header = dict[str, object]
Handler = Callable[[Header, list[bytes]], tuple[Header, list[bytes]]]


def build() -> Handler:
    """Build the job's handler."""
    return _handle


def _handle(header: Header, payloads: list[bytes]) -> tuple[Header, list[bytes]]:
    page, width_px = _whole(header, "page"), _whole(header, "width_px")
    max_pages, max_pixels = _whole(header, "max_pages"), _whole(header, "max_pixels")
    try:
        document = pdfium.PdfDocument(payloads[0])
    except pdfium.PdfiumError:
        return {"refused": "unreadable"}, []
    try:
        count = len(document)
        if count > max_pages:
            return {"refused": "too_many_pages"}, []
        if not 0 <= page < count:
            return {"refused": "no_such_page"}, []
        return _render(document, page, width_px, max_pixels)
    except pdfium.PdfiumError:
        return {"refused": "unreadable"}, []
    finally:
        document.close()


def _render(
    document: pdfium.PdfDocument, number: int, width_px: int, max_pixels: int
) -> tuple[Header, list[bytes]]:
    page = document[number]
    points_wide, points_high = page.get_size()
    if points_wide <= 0 or points_high <= 0:
        return {"refused": "unreadable"}, []
    scale = width_px / points_wide
    if width_px * points_high * scale > max_pixels:
        return {"refused": "too_large"}, []
    bitmap = page.render(scale=scale, rev_byteorder=True)
    pixels, row = bytes(bitmap.buffer), bitmap.width * 3
    rows = range(0, bitmap.stride * bitmap.height, bitmap.stride)
    rgb = b"".join(pixels[start : start + row] for start in rows)
    size = {"width": bitmap.width, "height": bitmap.height}
    return {"page_count": len(document), **size}, [rgb]


def _whole(header: Header, key: str) -> int:
    value = header.get(key)
    if type(value) is not int or not 0 <= value <= 1 << 26:
        raise ValueError(key)
    return value
