"""What the centre says when it says no: RFC 9457 problems with a stable code and both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CONTENT_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of refusal: its status, a title for operators, a sentence for the citizen."""

    status: int
    title: str
    zh: str
    en: str


_TECHNICAL = (
    "系统繁忙，本次操作没有办理。请稍后再试，或拨打12345。",
    "The system could not do this. Please try again later, or call 12345.",
)

KINDS: Final[Mapping[str, Kind]] = {
    "request_id_invalid": Kind(400, "X-Request-Id must be 32 hex digits", *_TECHNICAL),
    "request_invalid": Kind(422, "The request does not fit the contract", *_TECHNICAL),
    "body_too_large": Kind(413, "The body is larger than this call accepts", *_TECHNICAL),
    "not_found": Kind(404, "No such call", *_TECHNICAL),
    "method_not_allowed": Kind(405, "No such method on this path", *_TECHNICAL),
    "internal_error": Kind(500, "The centre failed", *_TECHNICAL),
    "unavailable": Kind(503, "The centre is out of service for a moment", *_TECHNICAL),
    "idempotency_missing": Kind(400, "A write needs an Idempotency-Key (32 hex)", *_TECHNICAL),
    "idempotency_mismatch": Kind(422, "This key was used for another request", *_TECHNICAL),
    "idempotency_running": Kind(409, "The first request of this key still runs", *_TECHNICAL),
    "enrolment_code_invalid": Kind(
        403,
        "Enrolment code wrong or used",
        "注册码不正确或已使用，请向系统管理员索取新的注册码。",
        "The enrolment code is wrong or was used. Ask the administrator for a new one.",
    ),
    "csr_invalid": Kind(422, "The certificate request cannot be signed", *_TECHNICAL),
    "terminal_unknown": Kind(
        403,
        "No enrolled terminal has this certificate",
        "本机尚未登记或已停用，请到窗口办理。",
        "This terminal is not registered. Please go to a service window.",
    ),
    "token_invalid": Kind(
        401,
        "The session's token is missing, over, or of another terminal",
        "身份核验已过期，请重新刷身份证。",
        "Your identity check has run out. Please put your card on the reader again.",
    ),
    "session_unknown": Kind(
        404,
        "No such session of this terminal",
        "身份核验已过期，请重新刷身份证。",
        "Your identity check has run out. Please put your card on the reader again.",
    ),
    "person_unknown": Kind(
        404,
        "No resident has this document",
        "未查到与该证件一致的人员信息，请到窗口核实。",
        "No person was found for this document. Please go to a service window.",
    ),
    "document_expired": Kind(
        403,
        "The document's validity is over",
        "您的证件已过有效期，请换领新证件后再来办理。",
        "Your document has expired. Please come back with a valid one.",
    ),
    "evidence_invalid": Kind(
        403,
        "The identity evidence does not hold",
        "身份核验未通过，请重新核验或到窗口办理。",
        "Your identity could not be confirmed. Please try again or go to a window.",
    ),
    "sms_code_wrong": Kind(
        403,
        "Wrong SMS code",
        "验证码不正确，请重新输入。",
        "The code is not right. Please type it again.",
    ),
    "sms_code_exhausted": Kind(
        403,
        "SMS code wrong three times",
        "验证码已输错三次，本次核验结束。请重新获取验证码或到窗口办理。",
        "The code was wrong three times. Please ask for a new code or go to a window.",
    ),
    "sms_code_expired": Kind(
        403,
        "SMS code expired or used",
        "验证码已过期，请重新获取。",
        "The code has expired. Please ask for a new one.",
    ),
    "scope_unknown": Kind(
        422,
        "The catalogue has no such scope",
        "暂不支持查询该区域，请选择其他查询范围。",
        "This area cannot be searched. Please choose another.",
    ),
    "purpose_unknown": Kind(
        422,
        "The catalogue has no such purpose",
        "请选择查询用途。",
        "Please choose what the certificate is for.",
    ),
    "enquiry_unknown": Kind(
        404,
        "No such enquiry of this session",
        "未找到该查询结果，请重新查询。",
        "This result was not found. Please make the enquiry again.",
    ),
}


class Problem(Exception):
    """A refusal on its way out; ``detail`` is for operators and holds no person's data."""

    def __init__(self, code: str, detail: str = "", **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.kind = KINDS[code]
        self.detail = detail or self.kind.title
        self.extra = extra
        """Further members of the body, such as ``attempts_left`` or ``defects``."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.kind.status

    def body(self) -> bytes:
        """The ``application/problem+json`` document."""
        document = {
            "type": "about:blank",
            "title": self.kind.title,
            "status": self.kind.status,
            "code": self.code,
            "detail": self.detail,
            "texts": {"zh-CN": self.kind.zh, "en": self.kind.en},
            **self.extra,
        }
        return json.dumps(document, ensure_ascii=False).encode()
