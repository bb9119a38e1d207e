"""Ways to spoil a signed QR code in its text, and texts that only look like codes."""

from __future__ import annotations

from tests.unit.kiosk.code_mint import OURS, cose_of, text_of
from tests.unit.kiosk.hostile_spoiler import Good, Spoiler

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
FOREIGN = "abcxyz,;!?_#&'\"()<>[]{}|~^`@=\\\0\n\t\x1b\u3000，：Ａ１é中\u202e\ufeff\U0001f600"


def _body(good: Good) -> str:
    return good.text.removeprefix("BDC1:")


def alphabet(s: Spoiler, good: Good) -> str:
    at = s.rng.randrange(len(_body(good)))
    return f"BDC1:{_body(good)[:at]}{s.rng.choice(FOREIGN)}{_body(good)[at + 1 :]}"


def text_cut(s: Spoiler, good: Good) -> str:
    return good.text[: s.rng.randrange(len(good.text))]


def text_extended(s: Spoiler, good: Good) -> str:
    more = "".join(s.rng.choices(ALPHABET + "\n\0", k=s.rng.randint(1, 30)))
    return good.text + more if s.rng.random() < 0.7 else f"BDC1:{more}{_body(good)}"


def text_flipped(s: Spoiler, good: Good) -> str:
    letters = list(_body(good))
    for _ in range(s.rng.randint(1, 4)):
        at = s.rng.randrange(len(letters))
        letters[at] = s.rng.choice(ALPHABET.replace(letters[at], ""))
    return "BDC1:" + "".join(letters)


def text_moved(s: Spoiler, good: Good) -> str:
    """A stretch put elsewhere."""
    body = _body(good)
    first, last = sorted(s.rng.sample(range(len(body)), 2))
    rest = body[:first] + body[last:]
    at = s.rng.randrange(len(rest))
    return f"BDC1:{rest[:at]}{body[first:last]}{rest[at:]}"


def triplet_too_great(s: Spoiler, good: Good) -> str:
    at = s.rng.randrange(0, len(_body(good)) - 3, 3)
    return f"BDC1:{_body(good)[:at]}{s.rng.choice([':::', 'GGW', '::Z'])}{_body(good)[at + 3 :]}"


def prefix(s: Spoiler, good: Good) -> str:
    other = ["bdc1:", "Bdc1:", "HC1:", "BDC2:", "BDC1", "BDC:", " BDC1:", "BDC1 :", "BDC1：", ""]
    other += ["BDC1:BDC1:", "\ufeffBDC1:", "ＢＤＣ1:", "BDC\u200b1:", "https://BDC1:", "BDC1:HC1:"]
    text = s.rng.choice(other) + _body(good)
    return text.lower() if s.rng.random() < 0.2 else text


def url_lookalike(s: Spoiler, good: Good) -> str:
    host = s.rng.choice(
        ["cx.yunting.example", "cx.yunting.example.evil.example", "сх.yunting.example"]
    )
    way = s.rng.choice(["https://", "http://", "javascript:", "file:///", "HTTPS://", "https:\\\\"])
    user = s.rng.choice(["", "cx.yunting.example@", "BDC1:@"])
    code = "".join(s.rng.choices("ABCDEFGH23456789ag%/?\0", k=s.rng.randint(1, 60)))
    return f"{way}{user}{host}/v/{code}{s.rng.choice(['', '#' + _body(good), chr(0x202E)])}"


def plain_lookalike(s: Spoiler, good: Good) -> str:
    unit, number = good.claims[OURS]["unit"], good.claims[OURS]["no"]
    parts = ["9901022611210001", unit, number, s.noise(20).hex()]
    at = s.rng.randrange(4)
    parts[at] = s.rng.choice(["", "$", good.text, parts[at] + "\u202e", "\0", "A" * 500, parts[at]])
    return "$".join(parts) + s.rng.choice(["", "$", " "])


def huge_text(s: Spoiler, good: Good) -> str:
    size = s.rng.choice([4_297, 5_000, 10**5, 10**6, 10**7])
    unit = s.rng.choice(["A", "0", ":", "\0", "中", "$", _body(good)])
    start = s.rng.choice(["BDC1:", good.text, "", "https://cx.yunting.example/v/", "A$"])
    return (start + unit * (size // len(unit) + 1))[:size]


def noise(s: Spoiler, good: Good) -> str:
    return text_of(s.rng.choice([b"", b"\xd2", b"\xd2\x84"]) + s.noise(len(cose_of(good.text))))
