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
    "order_unknown": Kind(
        404,
        "No such order at this terminal, or of this person",
        "未找到该缴款单，请到窗口核实。",
        "This payment order was not found. Please go to a service window.",
    ),
    "order_not_open": Kind(
        409,
        "The order is paid, closed or being refunded",
        "该缴款单已缴款或已关闭，无需再次付款。",
        "This order is already paid or closed. Please do not pay again.",
    ),
    "attempt_open": Kind(
        409,
        "Another attempt to pay this order is not settled yet",
        "上一次付款的结果还在确认，请稍候，不要重复付款。",
        "Your last payment is still being confirmed. Please wait and do not pay twice.",
    ),
    "attempt_used": Kind(409, "This reference was used for something else", *_TECHNICAL),
    "attempt_unknown": Kind(404, "No such attempt to pay this order", *_TECHNICAL),
    "receipt_not_ready": Kind(
        404,
        "The order has no fiscal receipt (yet)",
        "电子票据尚未开具，请稍后再查。",
        "The receipt has not been issued yet. Please try again later.",
    ),
    "receipt_unknown": Kind(
        404,
        "No such fiscal receipt of this person",
        "未找到该电子票据，请到窗口核实。",
        "This receipt was not found. Please go to a service window.",
    ),
    "service_unknown": Kind(
        404,
        "The catalogue has no such application",
        "这项业务暂时不能在自助机上办理，请到人工窗口。",
        "This can't be done at this machine. Please go to a counter.",
    ),
    "preparation_unknown": Kind(
        422,
        "No such preparation, or it is too old",
        "合同和缴税信息已过时，请重新查询后再提交。",
        "The contract and tax data are out of date. Please look them up again.",
    ),
    "signature_mismatch": Kind(
        422,
        "A signature does not belong to what was submitted",
        "签名与申请内容不一致，申请没有提交。请重新核对并签名。",
        "A signature does not match the application, which was not filed. Please check and sign "
        "again.",
    ),
    "form_invalid": Kind(
        422,
        "The form or an answer does not fit the catalogue",
        "申请表有填写不正确的地方，申请没有提交。请改正后再提交。",
        "Something in the form is not right, so it was not filed. Please correct it.",
    ),
    "party_missing": Kind(
        403,
        "Not every party has signed",
        "还有申请人没有签名，申请没有提交。请所有申请人依次签名。",
        "Somebody has not signed yet, so nothing was filed. Every applicant must sign.",
    ),
    "case_unknown": Kind(
        404,
        "No such case of this person",
        "未找到这件业务，请核对后再试。",
        "This case was not found.",
    ),
    "case_booked": Kind(
        409,
        "The case is booked and can't be withdrawn",
        "这件业务已经登簿，不能撤回。需要变更的，请到人工窗口办理。",
        "This case is in the register and can't be withdrawn. Please go to a counter.",
    ),
    "case_closed": Kind(
        409,
        "The case has ended already",
        "这件业务已经结束，不用撤回。",
        "This case has ended already; there is nothing to withdraw.",
    ),
    "certificate_unknown": Kind(
        404,
        "No such certificate of this person",
        "未找到这本证照，请重新查询。",
        "This certificate was not found. Please look again.",
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
