"""The words on the glass of applications, payments and a person's own cases. See words.py."""

from __future__ import annotations

from typing import Final

# services
PRESALE: Final = "预购商品房预告登记"
TRANSFER: Final = "新建商品房转移登记"
PROGRESS: Final = "办理进度查询"
CERTIFICATES: Final = "电子证照"


def guide(service: str) -> str:
    """The heading of a service's first page."""
    return f"{service}：办理前请看"


# headings
PREPARING: Final = "正在核对信息"
COMPARED: Final = "这些信息已经查到，不用再交材料"
NOT_YET: Final = "信息已经查到，还有事要先办好"
HINDERED: Final = "这份合同现在还不能办理"
WHICH: Final = "您要办哪一份？"
FORM: Final = "请填写申请表"
QUESTIONS: Final = "请如实回答"
REVIEW: Final = "请核对，没有问题再签名"
SIGNATURE: Final = "请在框里签名"
SUBMIT: Final = "签名都齐了，现在提交吗？"
SUBMITTING: Final = "正在提交申请"
ACCEPTED: Final = "申请已受理"
NOTICE: Final = "这是登记中心给您的通知书"
FETCHING_ORDER: Final = "正在取缴费单"
PAYMENT: Final = "请选择付款方式"
BEGINNING: Final = "正在准备付款"
QR: Final = "请用手机扫码付款"
PAD: Final = "请在刷卡机上付款"
CLOSING: Final = "正在取消付款"
CANCELLED: Final = "付款已取消"
DECLINED: Final = "付款没有成功"
NOT_KNOWN: Final = "还不能确认是否已扣款"
FETCHING_RECEIPT: Final = "正在取电子票据"
RECEIPT: Final = "这是您的财政电子票据"
WITHDRAW: Final = "确定要撤回这件申请吗？"
CASES: Final = "您要看哪一件？"
BOOKED: Final = "这件已经办好"
AWAITS_PAYMENT: Final = "这件等您缴费"
OWN_CERTIFICATE: Final = "这是您的电子证照"
WITHDRAWN: Final = "请取回您的身份证"
LIST_OF_CERTIFICATES: Final = "您的电子证照"


def turn_of(name: str) -> str:
    """The heading that calls the next applicant."""
    return f"请{name}到机器前"


def page_of(page: int, pages: int) -> str:
    """What stands under the heading of a form or of questions."""
    return f"第 {page} 页，共 {pages} 页"


# sentences
ALL_AGREE: Final = "各部门的信息一致"
WRONG_PHONE: Final = "请输入11位手机号码，第一位是1。"
TAX_UNPAID: Final = "契税还没有缴"
NO_FACE_WITHOUT_PHOTO: Final = "社保卡不能用来刷脸"
NO_FEE: Final = "这件不收费"
PAY_NEXT: Final = "然后缴费"
NOTHING_TAKEN: Final = "没有扣款。"
NOT_TWICE: Final = "请不要重复付款"
TAKEN_BACK: Final = "申请已撤回。如已缴费，将按原路退回。"
STAGES: Final = ("网上申请", "自动审核", "自动登簿", "在线缴费", "电子证照")

# fields, questions and their options, from the centre's catalogue
PHONE: Final = "联系电话"
ELECTRONIC: Final = "只要电子证照"
IN_FULL: Final = "一次付清"
ONE_CERTIFICATE: Final = "每位共有人各领一本证书？：否"
UTILITIES_TOO: Final = "水、电、气、有线电视、宽带一起过户？：是"
YES: Final = "是"
NO: Final = "否"
WANTED: Final = "您自己的真实意思"
TRUE: Final = "都真实、有效"
DISPUTE: Final = "有没有争议"
SHARED: Final = "和别人一起买"

# buttons
WHY_NOT_YET: Final = "看要先办什么"
LOOK_AGAIN: Final = "重新查一次"
CLEAR: Final = "清空"
TO_SIGN: Final = "没有问题，去签名"
SIGN_AGAIN: Final = "重新签"
SIGNED: Final = "签好了"
SIGNATURE_AREA: Final = "签名区"
HAND_IN: Final = "提交申请"
SEE_NOTICE: Final = "查看通知书"
BY_QR: Final = "手机扫码付款"
BY_PAD: Final = "刷卡机付款"
LATER: Final = "以后再缴"
DO_NOT_PAY: Final = "不付了"
WITHDRAW_IT: Final = "撤回申请"
WITHDRAW_NOW: Final = "确定撤回"
KEEP: Final = "不撤回，继续"
I_AM_HERE: Final = "我到了，开始"
SEE_CERTIFICATE: Final = "查看电子证照"
