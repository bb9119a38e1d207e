"""The catalogue's services about applications: the two that are filed, progress, e-certificates."""

from __future__ import annotations

from typing import Final

from sandbox.central.catalogue_forms import (
    PRESALE_FIELDS,
    TRANSFER_FIELDS,
    Field,
    form,
    questions,
)
from sandbox.central.catalogue_words import (
    AT_ONCE,
    DOCUMENTS,
    FREE,
    Step,
    each_party,
    step,
    text,
    when,
)

PRESALE: Final = "presale_notice_registration"
TRANSFER: Final = "new_home_transfer"
NAMES: Final = {
    PRESALE: text("预购商品房预告登记", "Pre-sale notice registration"),
    TRANSFER: text("新建商品房转移登记", "New home ownership registration"),
}
FIELDS: Final = {PRESALE: PRESALE_FIELDS, TRANSFER: TRANSFER_FIELDS}
ID_CARD: Final = text(
    "每位买受人本人到场，带身份证或社会保障卡",
    "Every buyer in person, with an ID card or a social-security card",
)
STATEMENT: Final = text(
    "申请内容我已看过，都是真实的。我申请办理本次登记，并对此承担法律责任。",
    "I have read my application and it is true. I apply for this and answer for it.",
)
PRESALE_LAW: Final = text(
    "《中华人民共和国民法典》第二百二十一条；《不动产登记暂行条例》第十四条、第十六条；"
    "《不动产登记暂行条例实施细则》第八十五条、第八十六条",
    "Civil Code, Art. 221; Interim Regulations on Real Estate Registration, Art. 14 and 16; "
    "Implementing Rules, Art. 85 and 86",
)
TRANSFER_LAW: Final = text(
    "《中华人民共和国民法典》第二百零九条、第二百一十四条、第二百二十三条；"
    "《不动产登记暂行条例》第十四条、第十六条；《中华人民共和国契税法》第十一条",
    "Civil Code, Art. 209, 214 and 223; Interim Regulations on Real Estate Registration, "
    "Art. 14 and 16; Deed Tax Law, Art. 11",
)
OWN_DATA_LAW: Final = text(
    "《不动产登记暂行条例》第二十七条；《国务院关于在线政务服务的若干规定》第十条",
    "Interim Regulations on Real Estate Registration, Art. 27; State Council Provisions on "
    "Online Government Services, Art. 10",
)


def applications() -> list[dict[str, object]]:
    """The two services that are filed."""
    return [_presale(), _transfer()]


def about_own_cases() -> list[dict[str, object]]:
    """Progress and e-certificates."""
    return [_progress(), _e_certificates()]


def _presale() -> dict[str, object]:
    return {
        "code": PRESALE,
        "names": NAMES[PRESALE],
        "summary": text(
            "买了还没建好的商品房，先登记，防止一房二卖",
            "Bought a home before it is built? Register it, so that it can't be sold twice",
        ),
        "icon": "apply",
        "category": "apply",
        "available": True,
        "materials": [ID_CARD],
        "shared_materials": [
            text("已备案的商品房预售合同", "The filed pre-sale contract"),
            text("契税完税或免税信息", "proof of deed tax"),
            text("开发商的登记授权", "the developer's authorisation"),
        ],
        "fee": text("不收费", "Free of charge"),
        "time_limit": text(
            "材料齐全的当场办完，最长1个工作日",
            "While you wait if all is in order; 1 working day at most",
        ),
        "legal_basis": PRESALE_LAW,
        **_filed(pay_at=None),
        "steps": _filing_steps(PRESALE, paid_for=False),
    }


def _transfer() -> dict[str, object]:
    return {
        "code": TRANSFER,
        "names": NAMES[TRANSFER],
        "summary": text(
            "新房交付后，把产权登记到您名下，领不动产权证",
            "Your new home is finished: have it registered in your name and get the certificate",
        ),
        "icon": "apply",
        "category": "apply",
        "available": True,
        "materials": [ID_CARD],
        "shared_materials": [
            text("已备案的商品房买卖合同", "The filed purchase contract"),
            text("契税完税或免税信息", "proof of deed tax"),
            text("购房发票", "the invoice for the home"),
            text("开发商的不动产权证和登记授权", "the developer's certificate and authorisation"),
            text("房屋测绘成果", "the survey of the home"),
        ],
        "fee": text(
            "住宅每套80元（含第一本证书），每多领一本加10元",
            "80 yuan per home with one certificate; 10 yuan for each further certificate",
        ),
        "time_limit": text(
            "缴费后当场办完，最长1个工作日",
            "While you wait once you have paid; 1 working day at most",
        ),
        "legal_basis": TRANSFER_LAW,
        **_filed(pay_at="acceptance"),
        "steps": _filing_steps(TRANSFER, paid_for=True),
    }


def _filed(*, pay_at: str | None) -> dict[str, object]:
    """What both applications have in common."""
    return {
        "requires_devices": ["id_card", "certificate_printer"],
        "requires_link": True,
        "offline": "hidden",
        "reach": "city",
        "person_checks": ["face", "sms"],
        "pay_at": pay_at,
        "tax_precondition": True,
    }


def known_person() -> list[Step]:
    """Who is it: card, consent, check."""
    return [step("identify", documents=list(DOCUMENTS)), step("consent"), step("person_check")]


def _filing_steps(service: str, *, paid_for: bool) -> list[Step]:
    return [
        *known_person(),
        step("preparation"),
        step("application_form", **form(FIELDS[service])),
        *_each_partys_steps(service),
        step("submit"),
        step("case_result"),
        step("document", subject="notice"),
        step("print_document", subject="notice"),
        *(_payment_steps() if paid_for else []),
        step("slip"),
        step("rating"),
        step("farewell"),
    ]


def _each_partys_steps(service: str) -> list[Step]:
    """The first party is known already; everybody else shows a card when their turn comes."""
    return each_party(
        step("turn"),
        *(when("party_known", equals=False, wanted=each) for each in known_person()),
        step("questioning", questions=questions(NAMES[service])),
        step("review"),
        step("signature", statement=STATEMENT),
    )


def _payment_steps() -> list[Step]:
    return [
        when("fee_due", equals=True, wanted=step("payment", means=["qr", "pad"])),
        when("paid", equals=True, wanted=step("fiscal_receipt")),
        when("receipt_known", equals=True, wanted=step("document", subject="receipt")),
        when("receipt_known", equals=True, wanted=step("print_document", subject="receipt")),
    ]


def _progress() -> dict[str, object]:
    return {
        "code": "case_progress",
        "names": text("办理进度查询", "Case progress"),
        "summary": text("看看您的登记办到哪一步了", "See how far along your case is"),
        "icon": "progress",
        "category": "progress",
        "available": True,
        "materials": [text("您的身份证或社会保障卡", "Your ID card or social-security card")],
        "fee": FREE,
        "time_limit": AT_ONCE,
        "legal_basis": OWN_DATA_LAW,
        "requires_devices": ["id_card"],
        "requires_link": True,
        "offline": "hidden",
        "reach": "city",
        "person_checks": ["face", "sms"],
        "steps": [
            *known_person(),
            step("case_list"),
            step("case_stages"),
            when("booked", equals=True, wanted=step("document", subject="certificate")),
            step("rating"),
            step("farewell"),
        ],
    }


def _e_certificates() -> dict[str, object]:
    return {
        "code": "e_certificates",
        "names": text("电子证照", "E-certificates"),
        "summary": text(
            "查看您名下的不动产权证和登记证明",
            "See the certificates and proofs in your name",
        ),
        "icon": "certificate",
        "category": "enquire",
        "available": True,
        "materials": [text("您的身份证或社会保障卡", "Your ID card or social-security card")],
        "fee": FREE,
        "time_limit": AT_ONCE,
        "legal_basis": OWN_DATA_LAW,
        "requires_devices": ["id_card"],
        "requires_link": True,
        "offline": "hidden",
        "reach": "city",
        "person_checks": ["face", "sms"],
        "steps": [
            *known_person(),
            step("certificate_list"),
            step("document", subject="certificate"),
            step("rating"),
            step("farewell"),
        ],
    }


def form_fields(service: str) -> tuple[Field, ...]:
    """The form's fields of an application; empty for any other service."""
    return FIELDS.get(service, ())
