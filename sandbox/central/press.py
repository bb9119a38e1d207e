"""Compiles typst templates to PDF/A; one compiler per template, reused.

Loading the fonts is most of the first page's time. A character without a glyph is an error, not a
box: that is one of the standard's rules.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

import segno
import typst

STANDARD: Final = "a-2u"


class CannotPrint(RuntimeError):
    """The page can't be made as it should be: a font is missing."""


class Press:
    """Prints one template, which stands beside this file."""

    def __init__(self, template: str) -> None:
        self._lock = threading.Lock()
        self._compiler = typst.Compiler(Path(__file__).with_name(template))

    def print(self, data: Mapping[str, object], dated: datetime) -> bytes:
        """The page(s) with this data as JSON in ``sys.inputs.data``; ``dated``: its own date.

        Raises CannotPrint or typst.TypstError if a font or a character is missing.
        """
        with self._lock:
            pdf, warnings = self._compiler.compile_with_warnings(
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=STANDARD,
                timestamp=int(dated.timestamp()),
            )
        if warnings:
            raise CannotPrint(str(warnings[0]))
        if not isinstance(pdf, bytes):
            raise CannotPrint("typst gave no single PDF")
        return pdf


@cache
def press(template: str) -> Press:
    """The process's only press of that template."""
    return Press(template)


def qr_svg(content: str, *, error: str = "m") -> str:
    """A QR code without border: the page has white around it already."""
    out = io.BytesIO()
    segno.make(content, error=error, micro=False).save(out, kind="svg", border=0, dark="#1b2430")
    return out.getvalue().decode("utf-8")
