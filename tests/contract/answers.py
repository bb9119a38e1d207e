"""One good answer of the centre for each call of an application, a payment and a check.

Invented people; what a test wants otherwise it changes in its own copy.
"""

from __future__ import annotations

from typing import Any

BOTH = {"zh-CN": "样例", "en": "Sample"}
AT = "2026-11-21T11:00:00+08:00"
ATTEMPT = "A" * 20
PREFILL = {"contact_phone": "13800000000", "shares": 2, "sole": False}
Json = dict[str, Any]


def reason(code: str) -> Json:
    return {"code": code, "text": BOTH, "todo": BOTH}


def party(number: int, *, is_self: bool) -> Json:
    return {
        "party": f"buyer-{number}",
        "role": BOTH,
        "name": f"样例{number}",
        "number_masked": f"990102********123{number}",
        "is_self": is_self,
        "share": "共同共有",
    }


def preparation() -> Json:
    compared = {
        "field": "area",
        "label": BOTH,
        "values": [{"source": BOTH, "value": "89.12"}, {"source": BOTH, "value": "89.12"}],
        "verdict": "agrees",
    }
    fee = {
        "code": "452001",
        "name": BOTH,
        "quantity": 1,
        "unit_fen": 8000,
        "waived_fen": 8000,
        "total_fen": 0,
        "waived_reason": BOTH,
    }
    item = {
        "item": "item-1",
        "number": "YT2026000001",
        "title": "样例路1号",
        "compared": [compared],
        "tax": {"state": "paid", "text": BOTH},
        "hindrances": [reason("unit_seized")],
        "parties": [party(1, is_self=True), party(2, is_self=False)],
        "seller": {"name": "样例开发商", "authorised": True},
        "fees": [fee, {**fee, "code": "452003", "waived_fen": 0, "total_fen": 8000}],
        "total_fen": 8000,
        "prefill": PREFILL,
    }
    return {
        "preparation_id": "p-1",
        "service": "new_home_transfer",
        "as_of": AT,
        "items": [item],
    }


def decision() -> Json:
    return {
        "case_id": "c-1",
        "case_no": "9901022611210001",
        "service": "new_home_transfer",
        "names": BOTH,
        "title": "样例路1号",
        "outcome": "accepted",
        "office": BOTH,
        "decided_at": AT,
        "missing": [],
        "reasons": [],
        "notice": {"number": "N-1", "title": BOTH, "pages": 1},
        "case_url": "https://cx.yunting.example/c/ABCD",
        "verification_code": "ABCD-EFGH",
        "order": {"order_id": "o-1", "total_fen": 8000},
    }


def withdrawal() -> Json:
    return {"withdrawn": True, "refund": False}


def case_row(case_id: str = "c-1", filed_at: str = AT) -> Json:
    return {
        "case_id": case_id,
        "case_no": "9901022611210001",
        "service": "new_home_transfer",
        "names": BOTH,
        "title": "样例路1号",
        "filed_at": filed_at,
        "state": "booked",
        "stage": 4,
        "order": {"order_id": "o-1", "total_fen": 8000, "state": "paid"},
        "certificate_id": "cert-1",
    }


def cases() -> Json:
    return {"cases": [case_row("c-0", "2026-11-20T23:30:00+08:00"), case_row()]}


def case() -> Json:
    names = ("application", "review", "booking", "payment", "certificate")
    stages = [{"stage": n, "name": BOTH, "state": "done", "at": AT, "note": BOTH} for n in names]
    return {**case_row(), "stages": stages}


def certificates() -> Json:
    certificate = {
        "certificate_id": "cert-1",
        "kind": "ownership",
        "kind_names": BOTH,
        "number": "云(2026)云汀市不动产权第0000001号",
        "title": "样例路1号",
        "issued_on": "2026-11-20",
        "state": "current",
        "pages": 2,
    }
    newer = {**certificate, "certificate_id": "cert-2", "issued_on": "2026-11-21"}
    return {"certificates": [certificate, newer]}


def receipt() -> Json:
    return {
        "receipt_id": "r-1",
        "title": "样例票据",
        "code": "99010126",
        "number": "0000000001",
        "check_code": "0a1b2c",
        "payee": BOTH,
        "total_fen": 8000,
        "issued_at": AT,
        "pages": 1,
    }


def order() -> Json:
    line = {
        "code": "452001",
        "name": BOTH,
        "kind": "fee",
        "quantity": 1,
        "unit_fen": 8000,
        "total_fen": 8000,
        "payee": BOTH,
        "region": "990102",
    }
    return {
        "order_id": "o-1",
        "case_no": "9901022611210001",
        "region": "990102",
        "total_fen": 8000,
        "state": "open",
        "lines": [line],
        "channels": [{"channel": "wechat", "names": BOTH}],
        "receipt_ready": False,
    }


def begun() -> Json:
    qr = {"payload": "https://pay.yunting.example/q/A", "expires_in_s": 300}
    return {"attempt": ATTEMPT, "state": "pending", "qr": qr}


def attempt() -> Json:
    return {
        "attempt": ATTEMPT,
        "state": "paid",
        "reason": "",
        "paid_fen": 8000,
        "channel": "wechat",
        "channel_ref": "420000",
        "at": AT,
    }


def check() -> Json:
    return {
        "verdict": "cancelled",
        "kind": BOTH,
        "number": "云(2026)云汀市不动产权第0000001号",
        "holder_masked": "样*",
        "title": "样例路1号",
        "as_of": AT,
        "changed_on": "2026-11-20",
    }


def no_match() -> Json:
    return {"verdict": "no_match", **dict.fromkeys([*check()][1:])}
