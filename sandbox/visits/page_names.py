"""How the pictures of pages are called that a visit only passes."""

from __future__ import annotations

from typing import Final

from sandbox.visits import words, words_check, words_filing

FILE_NAMES: Final[dict[str, str]] = {
    words.HOME: "home",
    words.GUIDE: "guide",
    words.CARD: "card",
    words.CONFIRM: "confirm",
    words.CONSENT: "consent",
    words.FACE: "face",
    words.CODE: "code",
    words.SENDING_CODE: "sending-code",
    words.OPENING: "opening",
    words.ENQUIRY: "enquiry",
    words.ENQUIRING: "enquiring",
    words.RESULT: "result",
    words.FETCHING: "fetching",
    words.PREVIEW: "preview",
    words.PRINTING: "printing",
    words.SLIP: "slip",
    words.RATING: "rating",
    words.FAREWELL: "farewell",
    words.EARLY_FAREWELL: "early-farewell",
    words.PLEASE_WAIT: "please-wait",
    words_filing.PREPARING: "preparing",
    words_filing.SUBMITTING: "submitting",
    words_filing.FETCHING_ORDER: "fetching-order",
    words_filing.BEGINNING: "beginning-payment",
    words_filing.CLOSING: "closing-payment",
    words_filing.FETCHING_RECEIPT: "fetching-receipt",
    words_check.CHECKING: "checking",
}
"""Heading -> name of its picture."""
