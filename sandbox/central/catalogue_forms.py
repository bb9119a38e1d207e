"""The forms and the questioning record of the two applications, as data of the catalogue.

A form is a JSON Schema (2020-12) and, beside it, how each field is shown: its words, and what a
valid value looks like for somebody who has typed another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.central.catalogue_words import YES_NO, Text, choices, text

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its rule and its words."""

    name: str
    rule: dict[str, object]
    kind: str
    """``choice``, ``digits``, ``code`` or ``yes_no``."""
    label: Text
    errors: Text
    """What to put here, in plain words."""
    group: int
    """The form's page, from 0."""
    options: dict[str, Text] | None = None
    hint: Text | None = None

    def shown(self) -> dict[str, object]:
        """As ``ui`` lists it."""
        told: dict[str, object] = {
            "field": self.name,
            "label": self.label,
            "kind": self.kind,
            "errors": self.errors,
            "group": self.group,
        }
        if self.options is not None:
            told["options"] = choices(self.options)
        if self.hint is not None:
            told["hint"] = self.hint
        return told


def _choice(
    name: str, label: Text, errors: Text, group: int, options: dict[str, Text], hint: Text | None
) -> Field:
    rule: dict[str, object] = {"type": "string", "enum": list(options)}
    return Field(name, rule, "choice", label, errors, group, options, hint)


def _yes_no(name: str, label: Text, hint: Text, group: int) -> Field:
    errors = text("请选择“是”或“否”。", "Please choose yes or no.")
    return Field(name, {"type": "boolean"}, "yes_no", label, errors, group, hint=hint)


PHONE: Final = Field(
    "contact_phone",
    {"type": "string", "pattern": "^1[0-9]{10}$", "maxLength": 11},
    "digits",
    text("联系电话", "Mobile number"),
    text(
        "请输入11位手机号码，第一位是1。",
        "Please type a mobile number: 11 digits, the first one is 1.",
    ),
    0,
    hint=text("办理结果会发短信到这个号码", "We text the result to this number"),
)
DELIVERY: Final = _choice(
    "certificate_delivery",
    text("领证方式", "How you want to receive it"),
    text("请选择一种领证方式。", "Please choose one way."),
    0,
    {
        "electronic": text("只要电子证照", "Electronic only"),
        "self_service": text("自助机打印纸质证", "Print it at a self-service machine"),
        "counter": text("到窗口领取纸质证", "Collect it at a counter"),
        "post": text("邮寄，邮费自付", "By post (you pay the postage)"),
    },
    text(
        "电子证照与纸质证效力相同，登记完成后马上可以查看",
        "The electronic one counts the same as paper and is ready at once",
    ),
)
PAYMENT: Final = _choice(
    "payment_method",
    text("房款付款方式", "How the home is paid for"),
    text("请选择一种付款方式。", "Please choose one."),
    1,
    {
        "full": text("一次付清", "In full"),
        "loan": text("银行贷款", "With a bank loan"),
        "instalments": text("分期付款", "In instalments"),
    },
    text("按购房合同上写的选择", "As your purchase contract says"),
)
OWNERSHIP: Final = _choice(
    "joint_ownership",
    text("共有方式", "Who owns it"),
    text(
        "请按合同选择：只有一位买受人选“单独所有”，两位以上选“共同共有”或“按份共有”。",
        "Please choose as in the contract: one buyer, sole; two or more, jointly or by shares.",
    ),
    1,
    {
        "sole": text("单独所有（一个人）", "Sole owner (one person)"),
        "joint": text("共同共有（如夫妻）", "Jointly, no shares (such as a couple)"),
        "shares": text("按份共有（分份额）", "By shares"),
    },
    text("已按合同为您填好，请核对", "Filled in from your contract; please check"),
)
SEPARATE: Final = _yes_no(
    "separate_certificates",
    text("每位共有人各领一本证书？", "A certificate for each owner?"),
    text(
        "第一本不收工本费，每多一本收10元；一个人购房请选“否”",
        "The first one costs nothing, each further one 10 yuan. If you buy alone, choose no",
    ),
    2,
)
UTILITIES: Final = _yes_no(
    "utilities_transfer",
    text(
        "水、电、气、有线电视、宽带一起过户？", "Transfer water, power, gas, TV and internet too?"
    ),
    text("选“是”，不用再到各家单位跑", "Choose yes and you need not visit each company"),
    2,
)
PRESALE_FIELDS: Final = (PHONE, DELIVERY, PAYMENT, OWNERSHIP)
TRANSFER_FIELDS: Final = (*PRESALE_FIELDS, SEPARATE, UTILITIES)


def schema(fields: tuple[Field, ...]) -> dict[str, object]:
    """The rules of a form; every field must be there and nothing else may."""
    return {
        "$schema": DIALECT,
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: field.rule for field in fields},
        "required": [field.name for field in fields],
    }


def form(fields: tuple[Field, ...]) -> dict[str, object]:
    """The parameters of the form's step."""
    return {
        "title": text("填写申请表", "Fill in the application"),
        "schema": schema(fields),
        "ui": [field.shown() for field in fields],
    }


def _question(
    code: str, question: Text, required: str = "", otherwise: Text | None = None
) -> dict[str, object]:
    asked: dict[str, object] = {"code": code, "text": question, "options": choices(YES_NO)}
    if otherwise is not None:
        asked |= {"required": required, "otherwise": otherwise}
    return asked


def questions(subject: Text) -> list[dict[str, object]]:
    """The questioning record (民法典 212); ``subject`` is what is applied for."""
    zh, en = subject["zh-CN"], subject["en"]
    window = "请先不要在自助机上办理，到登记大厅人工窗口说明情况，工作人员会帮您处理。"
    counter = "Please don't go on at this machine. Tell the staff at a counter; they will help."
    return [
        _question(
            "true_intent",
            text(
                f"申请办理“{zh}”，是您自己的真实意思吗？",
                f"Do you yourself want this: {en}?",
            ),
            "yes",
            text(f"办理登记必须出于您本人的意愿。{window}", f"It must be your own wish. {counter}"),
        ),
        _question(
            "materials_true",
            text(
                "您提供的信息都真实、有效，您愿意承担相应的法律责任吗？",
                "Is all you tell us true, and do you take legal responsibility for it?",
            ),
            "yes",
            text(
                f"信息有误会影响您的权利。{window}",
                f"Wrong information can harm your rights. {counter}",
            ),
        ),
        _question(
            "dispute",
            text(
                "这套房有没有争议，比如有人不同意您买、正在打官司？",
                "Is there any dispute about this home, such as a lawsuit?",
            ),
            "no",
            text(
                f"有争议的，要先解决争议才能登记。{window}",
                f"A dispute must be settled before registration. {counter}",
            ),
        ),
        _question(
            "shared",
            text(
                "这套房是您和别人一起买的吗（包括夫妻共有）？",
                "Are you buying it together with somebody else (a spouse included)?",
            ),
        ),
    ]
