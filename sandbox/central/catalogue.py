"""The service catalogue: what the city offers at its terminals, as the kiosk shows it."""

from __future__ import annotations

from typing import Final

from sandbox.people import City

Text = dict[str, str]


def text(zh: str, en: str) -> Text:
    """A text in the city's two languages."""
    return {"zh-CN": zh, "en": en}


PURPOSES: Final[dict[str, Text]] = {
    "school": text("子女入学", "School enrolment"),
    "loan": text("申请贷款", "Loan application"),
    "purchase": text("购房资格审核", "Home purchase"),
    "other": text("其他用途", "Other purpose"),
}
HOUSING: Final = "housing_situation"
SCOPES: Final = ("990000", "990100", "990102", "990103", "990221")
LAW: Final = text(
    "《中华人民共和国民法典》第二百一十八条；《不动产登记暂行条例》第二十七条、第二十八条",
    "Civil Code, Art. 218; Interim Regulations on Real Estate Registration, Art. 27 and 28",
)
FREE: Final = text("免费", "Free of charge")
COMING: Final = text("即将开通，请到窗口办理", "Coming soon; please ask at a counter")


def services(city: City) -> list[dict[str, object]]:
    """Every service of the home page, in its order there."""
    return [_housing(city), *_not_yet()]


def _housing(city: City) -> dict[str, object]:
    scopes = [
        {"value": region.code, "names": dict(region.names)}
        for region in city.regions
        if region.code in SCOPES
    ]
    purposes = [{"value": value, "names": names} for value, names in PURPOSES.items()]
    return {
        "code": HOUSING,
        "names": text("个人住房情况查询", "Housing situation certificate"),
        "summary": text(
            "查询本人名下住房，打印证明（含无房证明）",
            "See the homes registered in your name and print a sealed certificate",
        ),
        "icon": "home_search",
        "category": "enquire",
        "available": True,
        "materials": [text("本人居民身份证", "Your resident ID card")],
        "fee": FREE,
        "time_limit": text("即时办结，约 3 分钟", "At once, about 3 minutes"),
        "legal_basis": LAW,
        "requires_devices": ["id_card", "certificate_printer"],
        "requires_link": True,
        "offline": "hidden",
        "reach": "city",
        "person_checks": ["face", "sms"],
        "steps": [
            _step("identify", documents=["resident", "hmt_residence", "foreign_permanent"]),
            _step("consent"),
            _step("person_check"),
            _step("housing_enquiry", scopes=scopes, purposes=purposes),
            _step("housing_result"),
            _step("document"),
            _step("print_document"),
            _step("slip"),
            _step("rating"),
            _step("farewell"),
        ],
    }


def _step(kind: str, **params: object) -> dict[str, object]:
    return {"kind": kind, "params": params}


def _not_yet() -> list[dict[str, object]]:
    """Services that the menu already names; their steps come when they open."""
    return [
        _closed(
            "presale_notice_registration",
            text("预购商品房预告登记", "Pre-sale notice registration"),
            text(
                "网签合同备案后申请预告登记",
                "Register a notice for a home bought before completion",
            ),
            icon="apply",
            category="apply",
            fee=text("每件 80 元，按规定减免", "80 yuan each, waived where the rules say so"),
            days=text("1 个工作日", "1 working day"),
        ),
        _closed(
            "certificate_check",
            text("证书核验", "Certificate check"),
            text("扫码核验不动产权证书、登记证明和查询结果", "Check a certificate by its QR code"),
            icon="shield_check",
            category="check",
        ),
        _closed(
            "case_progress",
            text("办理进度查询", "Case progress"),
            text("查询登记业务办到哪一步", "See how far your case is"),
            icon="progress",
            category="progress",
        ),
        _closed(
            "payment",
            text("缴费与票据", "Payment and receipts"),
            text(
                "扫码缴纳登记费和税款，打印电子票据", "Pay fees and taxes by QR, print the receipt"
            ),
            icon="pay",
            category="pay",
            fee=text("按缴款单", "As stated in the payment order"),
        ),
        _closed(
            "guide",
            text("办事指南", "Service guide"),
            text("查看并打印各项业务的办理条件和材料", "Conditions and papers for each service"),
            icon="certificate",
            category="guide",
        ),
    ]


def _closed(
    code: str,
    names: Text,
    summary: Text,
    *,
    icon: str,
    category: str,
    fee: Text = FREE,
    days: Text | None = None,
) -> dict[str, object]:
    return {
        "code": code,
        "names": names,
        "summary": summary,
        "icon": icon,
        "category": category,
        "available": False,
        "unavailable_reason": COMING,
        "materials": [],
        "fee": fee,
        "time_limit": days or text("即时办结", "At once"),
        "legal_basis": LAW,
        "requires_devices": [],
        "requires_link": True,
        "offline": "hidden",
        "reach": "city",
        "person_checks": [],
        "steps": [],
    }
