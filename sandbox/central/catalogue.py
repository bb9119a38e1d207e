"""The service catalogue: what the city offers at its terminals, as the kiosk shows it."""

from __future__ import annotations

from typing import Final

from sandbox.central import catalogue_filing
from sandbox.central.catalogue_words import AT_ONCE, COMING, FREE, Text, choices, step, text
from sandbox.people import City

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
CHECKED_PLACES: Final = [
    {
        "value": "990000",
        "names": text("云汀市", "Yunting City"),
        "short": "云",
        "place": "云汀市",
    },
]
"""Offices whose numbers are ``<short>(<year>)<place>不动产权第<7 digits>号``, or …不动产证明第…."""
CHECKED_DOCUMENTS: Final = [
    {"value": "resident", "names": text("居民身份证", "Resident ID card")},
    {"value": "hmt_residence", "names": text("港澳台居民居住证", "HK, Macao, Taiwan permit")},
    {"value": "foreign_permanent", "names": text("外国人永久居留身份证", "Permanent residence ID")},
]
"""A holder's documents by whose numbers a certificate can be checked."""
CERTIFICATE_CHECK_LAW: Final = text(
    "《不动产登记暂行条例》第二十七条；《国务院关于在线政务服务的若干规定》第十条",
    "Interim Regulations on Real Estate Registration, Art. 27; State Council Provisions on "
    "Online Government Services, Art. 10",
)


def services(city: City) -> list[dict[str, object]]:
    """Every service of the home page, in its order there."""
    return [
        _housing(city),
        *catalogue_filing.applications(),
        *catalogue_filing.about_own_cases(),
        _certificate_check(),
        *_not_yet(),
    ]


def _housing(city: City) -> dict[str, object]:
    scopes = [
        {"value": region.code, "names": dict(region.names)}
        for region in city.regions
        if region.code in SCOPES
    ]
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
            step("identify", documents=["resident", "hmt_residence", "foreign_permanent"]),
            step("consent"),
            step("person_check"),
            step("housing_enquiry", scopes=scopes, purposes=choices(PURPOSES)),
            step("housing_result"),
            step("document", subject="enquiry"),
            step("print_document", subject="enquiry"),
            step("slip"),
            step("rating"),
            step("farewell"),
        ],
    }


def _certificate_check() -> dict[str, object]:
    return {
        "code": "certificate_check",
        "names": text("证书核验", "Certificate check"),
        "summary": text(
            "扫码或输入证号，核对证书、证明是不是真的、现在还有没有效",
            "By QR code or number: is a certificate real, and is it still in force?",
        ),
        "icon": "shield_check",
        "category": "check",
        "available": True,
        "materials": [
            text(
                "要核验的证书、证明或查询结果；没有二维码的，请知道证号和权利人证件号码",
                "The certificate or result to check; without a QR code, its number and the "
                "holder's document number",
            )
        ],
        "fee": FREE,
        "time_limit": AT_ONCE,
        "legal_basis": CERTIFICATE_CHECK_LAW,
        "requires_devices": [],
        "requires_link": False,
        "offline": "works",
        "reach": "city",
        "person_checks": [],
        "steps": [
            step("certificate_check", places=CHECKED_PLACES, documents=CHECKED_DOCUMENTS),
            step("rating"),
            step("farewell"),
        ],
    }


def _not_yet() -> list[dict[str, object]]:
    """Services that the menu already names; their steps come when they open."""
    return [
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
        "time_limit": AT_ONCE,
        "legal_basis": LAW,
        "requires_devices": [],
        "requires_link": True,
        "offline": "hidden",
        "reach": "city",
        "person_checks": [],
        "steps": [],
    }
