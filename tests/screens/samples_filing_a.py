"""Sample pages: forms, a signature, a payment code, a code held up to the camera."""

from __future__ import annotations

from collections.abc import Callable

from screens.models.base import Bar, Button, Chrome, Page, Steps
from screens.models.filing import (
    FieldOption,
    FormField,
    FormPage,
    QrPage,
    ScanPage,
    SignaturePage,
)
from screens.models.words import Plain
from tests.screens.sample_words import LEAVE, bar, t

STEPS = (
    t("须知", "Before you start"),
    t("本人核验", "Identity check"),
    t("核对合同", "Your contract"),
    t("填写申请", "Application form"),
    t("签名", "Signature"),
    t("提交", "Filing"),
    t("缴费", "Payment"),
)
TO_CHECK = t("请把标红的地方改好，再按“下一步”。", "Please mend what is marked red, then go on.")


def steps(current: int) -> Steps:
    return Steps(names=STEPS, current=current)


def options(*texts: tuple[str, str, str]) -> tuple[FieldOption, ...]:
    return tuple(FieldOption(value=value, text=t(zh, en)) for value, zh, en in texts)


PHONE = FormField(
    field="contact_phone",
    label=t("联系电话", "Phone number"),
    input="digits",
    length=11,
    hint=t("11 位手机号码", "11 digits"),
)
AREA = FormField(
    field="share",
    label=t("您占的份额", "Your share"),
    input="digits",
    length=3,
    unit=t("%", "%"),
    hint=t("1 到 100 的整数", "A whole number, 1 to 100"),
)
DELIVERY = FormField(
    field="certificate_delivery",
    label=t("怎样领取证书", "How to get the certificate"),
    input="choice",
    options=options(
        ("electronic", "只要电子证书", "Electronic only"),
        ("self_service", "自助机打印", "At a machine"),
        ("counter", "窗口领取", "At the counter"),
        ("post", "邮寄到家", "By post"),
    ),
)
PAYMENT = FormField(
    field="payment_method",
    label=t("付款方式", "How the home is paid"),
    input="choice",
    value="loan",
    options=options(
        ("full", "一次付清", "In full"),
        ("loan", "贷款", "Loan"),
        ("instalments", "分期付款", "Instalments"),
    ),
)
YES_NO = options(("true", "是", "Yes"), ("false", "否", "No"))
ID_NUMBER = FormField(
    field="holder_id",
    label=t("权利人身份证号", "Holder's ID number"),
    input="id_number",
    length=18,
    hint=t("18 位，最后一位可能是 X", "18 characters; the last may be X"),
)
NUMBER = FormField(
    field="number",
    label=t("证书编号", "Certificate number"),
    input="code",
    length=16,
    hint=t("印在证书右下角", "Printed at the lower right"),
)


def form(c: Chrome) -> Page:
    """Three fields of which one is a choice of four, nothing filled in."""
    return FormPage(
        page_id="form",
        chrome=c,
        steps=steps(3),
        bar=bar(("下一步", "Next"), why=t("请先填完这一页", "Please fill in this page first")),
        heading=t("请填写怎样联系您", "How can we reach you?"),
        fields=(PHONE, AREA, DELIVERY),
    )


def form_filled(c: Chrome) -> Page:
    return form(c).model_copy(
        update={
            "page_id": "form-filled",
            "bar": bar(("下一步", "Next")),
            "sentence": t("填错了可以随时改。", "You can change everything later."),
            "fields": (
                PHONE.model_copy(update={"value": "13812345601"}),
                AREA.model_copy(update={"value": "50"}),
                DELIVERY.model_copy(update={"value": "self_service"}),
            ),
        }
    )


def form_wrong(c: Chrome) -> Page:
    phone = {"value": "1381234", "error": t("还少 4 位", "4 digits are missing")}
    share = {"value": "180", "error": t("不能大于 100", "Not more than 100")}
    delivery = {"error": t("请选一种领取方式", "Please choose one of them")}
    return form(c).model_copy(
        update={
            "page_id": "form-wrong",
            "bar": bar(("下一步", "Next")),
            "fields": (
                PHONE.model_copy(update=phone),
                AREA.model_copy(update=share),
                DELIVERY.model_copy(update=delivery),
            ),
        }
    )


def form_phone(c: Chrome) -> Page:
    """Two fields, one of them a choice of three: the common page."""
    return form(c).model_copy(
        update={
            "page_id": "form-phone",
            "fields": (PAYMENT, PHONE.model_copy(update={"value": "138"})),
        }
    )


def form_id(c: Chrome) -> Page:
    error = t("最后一位不对，请对照证件检查", "The last character does not fit. Please check it")
    return FormPage(
        page_id="form-id",
        chrome=c,
        steps=steps(1),
        bar=bar(("下一步", "Next")),
        heading=t("请输入权利人的证件号码", "Please enter the holder's ID number"),
        sentence=t(
            "和证书上印的一样，不要加空格。", "As it is printed on the certificate, no spaces."
        ),
        fields=(ID_NUMBER.model_copy(update={"value": "990102194803150027", "error": error}),),
    )


def form_code(c: Chrome) -> Page:
    return FormPage(
        page_id="form-code",
        chrome=c,
        bar=bar(("核验", "Check")),
        heading=t("请输入证书编号和持证人证件号", "Certificate number and holder's ID number"),
        fields=(
            NUMBER.model_copy(update={"value": "YJ2026B0417"}),
            ID_NUMBER.model_copy(update={"value": "990102"}),
        ),
        focused="number",
    )


def form_choices(c: Chrome) -> Page:
    """Four questions with the same two answers, and no keys."""
    texts = (
        ("parcel", "分别持证吗？", "A certificate for each owner?", "true"),
        ("utilities", "水电气视网一起过户吗？", "Move water, power and gas too?", "false"),
        ("school", "已经知道学区安排吗？", "Do you know the school district?", ""),
        ("lease", "房子现在出租吗？", "Is the home let now?", ""),
    )
    fields = tuple(
        FormField(field=field, label=t(zh, en), input="choice", value=value, options=YES_NO)
        for field, zh, en, value in texts
    )
    return form(c).model_copy(
        update={
            "page_id": "form-choices",
            "heading": t("还有四个问题", "Four more questions"),
            "fields": fields,
        }
    )


def form_long(c: Chrome) -> Page:
    """As much as a catalogue may bring: four fields, long words, long options."""
    delivery = DELIVERY.model_copy(
        update={
            "label": t(
                "登记完成以后，您希望用哪种方式领取不动产权证书",
                "How would you like to get the certificate of title",
            ),
            "error": t(
                "请选一种领取方式，以后可以到窗口更改",
                "Please choose one; it can be changed at the counter later",
            ),
        }
    )
    return form(c).model_copy(
        update={
            "page_id": "form-long",
            "fields": (PHONE, ID_NUMBER.model_copy(update={"value": "99"}), PAYMENT, delivery),
            "notice": None,
        }
    )


def signature(c: Chrome) -> Page:
    return SignaturePage(
        page_id="signature",
        chrome=c,
        steps=steps(4),
        bar=bar(("签好了", "I have signed"), why=t("请先签名", "Please sign first")),
        heading=t("请用手指在方框里签名", "Please sign in the box with your finger"),
        field="signature",
        statement=t(
            "我已看过申请内容，确认全部属实，并申请办理预购商品房预告登记。",
            "I have read the application. Everything in it is true and I ask for registration.",
        ),
        signer=Plain(value="欧阳明月"),
        clear=Button(name="clear", text=t("重写", "Sign again")),
    )


def signature_wrong(c: Chrome) -> Page:
    error = t("签名太短，请把姓名写完整。", "This is too short. Please write your whole name.")
    return signature(c).model_copy(
        update={"page_id": "signature-wrong", "attempt": 1, "error": error}
    )


def qr(c: Chrome) -> Page:
    return QrPage(
        page_id="qr",
        chrome=c,
        steps=steps(6),
        bar=Bar(leave=LEAVE),
        heading=t("请用手机扫码付款", "Please pay with your phone"),
        total=t("80.00 元", "80.00 yuan"),
        qr="https://pay.yunting.example/q/7F3K2M9QX4T8?a=8000&m=990101&t=260309102455",
        expires_in_s=270,
        sentence=t("不动产登记费，共 1 件", "Registration fee, 1 unit"),
        channels=(
            t("微信", "WeChat"),
            t("支付宝", "Alipay"),
            t("云闪付", "UnionPay"),
            t("数字人民币", "e-CNY"),
        ),
        actions=(Button(name="other", text=t("换一种付款方式", "Pay another way")),),
    )


def scan(c: Chrome) -> Page:
    return ScanPage(
        page_id="scan",
        chrome=c,
        bar=bar(),
        heading=t("请把证书上的二维码对准镜头", "Hold the certificate's QR code up to the lens"),
        live="live",
        sentence=t("对准方框，离镜头约一掌远", "Into the frame, a hand's breadth from the lens"),
        actions=(Button(name="type", text=t("没有二维码，输入编号", "No code: type the number")),),
    )


def scan_wrong(c: Chrome) -> Page:
    error = t(
        "这不是不动产证书上的码，请换一个码试试。",
        "This code is not from a certificate of title. Please try the one printed on it.",
    )
    return scan(c).model_copy(update={"page_id": "scan-wrong", "error": error})


PAGES: dict[str, Callable[[Chrome], Page]] = {
    make.__name__: make
    for make in (
        form,
        form_filled,
        form_wrong,
        form_phone,
        form_id,
        form_code,
        form_choices,
        form_long,
        signature,
        signature_wrong,
        qr,
        scan,
        scan_wrong,
    )
}
