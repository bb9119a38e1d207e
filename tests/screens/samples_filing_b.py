"""Sample pages: data compared, lists, a review, an order, a case's stages, a check's verdict."""

from __future__ import annotations

from collections.abc import Callable

from screens.models.base import Bar, Button, Chrome, Fact, Notice, Page, Steps
from screens.models.filing import (
    ComparedField,
    ComparePage,
    ListItem,
    ListPage,
    PayLine,
    PayPage,
    ReviewPage,
    ReviewSection,
    SourceValue,
    Stage,
    StagesPage,
    VerdictPage,
)
from screens.models.words import Plain, Words
from tests.screens.sample_words import LEAVE, bar, fact, t

STEPS = (
    t("须知", "Before you start"),
    t("本人核验", "Identity check"),
    t("核对合同", "Your contract"),
    t("填写申请", "Application form"),
    t("签名", "Signature"),
    t("提交", "Filing"),
    t("缴费", "Payment"),
)
HOUSING = t("住建局", "Housing bureau")
TAX = t("税务局", "Tax office")
REGISTRY = t("不动产登记簿", "Land register")
WHERE = "云江市临湖区望江街道梧桐里社区 18 栋 2 单元 601 室"


def steps(current: int) -> Steps:
    return Steps(names=STEPS, current=current)


def said(*values: tuple[Words, str]) -> tuple[SourceValue, ...]:
    return tuple(SourceValue(source=source, value=Plain(value=value)) for source, value in values)


def agreed(label: Words, value: str) -> ComparedField:
    return ComparedField(
        label=label,
        values=said((HOUSING, value), (TAX, value)),
        verdict="agrees",
        verdict_text=t("住建、税务一致", "Both agree"),
    )


AGREED = (
    agreed(t("合同编号", "Contract no."), "YJ-2026-0311-0088"),
    agreed(t("买受人", "Buyer"), "欧阳明月"),
    agreed(t("出卖人", "Seller"), "云江梧桐置业有限公司"),
    agreed(t("坐落", "Location"), WHERE),
    agreed(t("建筑面积", "Floor area"), "89.60 m²"),
    agreed(t("合同总价", "Contract price"), "1,286,000.00 元"),
    agreed(t("签订日期", "Signed on"), "2026-03-11"),
)
SINGLE = ComparedField(
    label=t("开发商授权", "Developer's consent"),
    values=said((HOUSING, "2026-02-01 起有效")),
    verdict="single",
    verdict_text=t("住建已查到", "Found"),
)
TAX_PAID = agreed(t("契税", "Deed tax"), "已缴 19,290.00 元")
NAMES_DIFFER = ComparedField(
    label=t("买受人姓名", "Buyer's name"),
    values=said((HOUSING, "欧阳明月"), (TAX, "欧阳朋月"), (REGISTRY, "欧阳明月")),
    verdict="differs",
    verdict_text=t("不一致", "Not the same"),
)
AREA_DIFFERS = ComparedField(
    label=t("建筑面积", "Floor area"),
    values=said((HOUSING, "89.60 m²"), (TAX, "96.80 m²")),
    verdict="differs",
    verdict_text=t("住建、税务不一致", "The two offices do not agree"),
)
TAX_UNKNOWN = ComparedField(
    label=t("契税缴纳情况", "Deed tax"),
    values=said((TAX, "—")),
    verdict="unknown",
    verdict_text=t("没有查到", "not found"),
)


def compare(c: Chrome) -> Page:
    return ComparePage(
        page_id="compare",
        chrome=c,
        steps=steps(2),
        bar=bar(("没有问题，继续", "All right, go on")),
        heading=t("请看一下，这些信息都对吗？", "Please look: is all of this right?"),
        title=Plain(value="商品房买卖合同 YJ-2026-0311-0088"),
        summary=t("9 项信息，住建和税务都一致", "All 9 items agree between the two offices"),
        fields=(*AGREED, TAX_PAID, SINGLE),
    )


def compare_differs(c: Chrome) -> Page:
    return ComparePage(
        page_id="compare-differs",
        chrome=c,
        steps=steps(2),
        bar=bar(
            ("继续", "Go on"), why=t("请先改正不一致的信息", "What differs must be mended first")
        ),
        heading=t("有 2 项信息对不上", "Two items do not agree"),
        title=Plain(value="商品房买卖合同 YJ-2026-0311-0088"),
        summary=t(
            "有 2 项不一致，请到税务窗口更正后再来",
            "Two items differ. Please have them mended at the tax counter, then come back",
        ),
        fields=(*AGREED[:4], AREA_DIFFERS, *AGREED[5:], NAMES_DIFFER, TAX_UNKNOWN),
    )


def compare_unknown(c: Chrome) -> Page:
    return ComparePage(
        page_id="compare-unknown",
        chrome=c,
        steps=steps(2),
        bar=bar(),
        heading=t("有 1 项现在查不到", "One item cannot be looked up now"),
        title=Plain(value="商品房买卖合同 YJ-2026-0311-0088"),
        summary=t(
            "税务系统暂时没有答复，稍后再查", "The tax office has not answered; try again later"
        ),
        fields=(
            TAX_UNKNOWN,
            *(one.model_copy(update={"verdict_text": t("一致", "agree")}) for one in AGREED),
            SINGLE.model_copy(update={"verdict_text": t("已查到", "found")}),
        ),
    )


def item(
    number: int,
    title: tuple[str, str],
    state: tuple[str, str],
    tone: str,
    *,
    why: Words | None = None,
) -> ListItem:
    return ListItem(
        button=Button(name=f"case:{number}", text=t(*title), enabled=why is None, why=why),
        title=t(*title),
        lines=(
            Plain(value=WHERE),
            t(f"受理编号 2026 0309 0001 {7400 + number}", f"Case 2026 0309 0001 {7400 + number}"),
            t(f"2026 年 3 月 {number} 日申请", f"Filed on {number} March 2026"),
        ),
        state=t(*state),
        tone=tone,
    )


ADVANCE = ("预购商品房预告登记", "Advance notice of a purchase")
MORTGAGE = ("预购商品房抵押权预告登记", "Advance notice of a mortgage on a new dwelling")
RUNNING = ("办理中", "In progress")
DUE = ("等待缴费", "Payment due")
BOOKED = ("已登簿", "Registered")
REFUSED = ("未受理", "Not accepted")


def contracts(c: Chrome) -> Page:
    ready, not_yet = t("可以办理", "Can be filed"), t("暂时不能办", "Not yet")
    addresses = (WHERE, "云江市江北区滨河路 5 号 3 栋 1102 室")
    return ListPage(
        page_id="contracts",
        chrome=c,
        steps=steps(2),
        bar=bar(),
        heading=t("您要办哪一份？", "Which one is it about?"),
        sentence=t("下面是查到的、您名下的合同", "These contracts are in your name"),
        items=tuple(
            ListItem(
                button=Button(name=f"choose:{at}", text=Plain(value=address)),
                title=Plain(value=address),
                lines=(t(f"合同编号 YJ-2026-0{at}", f"Contract YJ-2026-0{at}"),),
                state=not_yet if at else ready,
                tone="wait" if at else "done",
            )
            for at, address in enumerate(addresses)
        ),
    )


def cases(c: Chrome) -> Page:
    kinds = ((ADVANCE, RUNNING, "info"), (MORTGAGE, DUE, "wait"), (ADVANCE, BOOKED, "done"))
    items = [item(at + 1, *kinds[at % 3]) for at in range(19)]
    why = t("这件要到窗口办", "This one is handled at a counter")
    items.insert(2, item(20, MORTGAGE, REFUSED, "danger", why=why))
    return ListPage(
        page_id="cases",
        chrome=c,
        bar=bar(),
        heading=t("您要看哪一件？", "Which case would you like to see?"),
        sentence=t("最近的排在最前面", "The latest comes first"),
        items=tuple(items),
    )


def cases_none(c: Chrome) -> Page:
    return ListPage(
        page_id="cases-none",
        chrome=c,
        bar=bar(),
        heading=t("没有查到您的办件", "No case of yours was found"),
        items=(),
        nothing=t(
            "您名下没有正在办理或已办结的业务", "Nothing is under way or finished in your name"
        ),
    )


def certificates(c: Chrome) -> Page:
    kinds = (
        (t("不动产权证书", "Ownership certificate"), t("现行有效", "Valid"), "done"),
        (t("不动产登记证明", "Registration proof"), t("已注销", "Cancelled"), "danger"),
        (t("不动产登记证明", "Registration proof"), None, "info"),
    )
    return ListPage(
        page_id="certificates",
        chrome=c,
        bar=bar(),
        heading=t("您的电子证照", "Your e-certificates"),
        sentence=t("共 3 件", "3 in all"),
        items=tuple(
            ListItem(
                button=Button(name=f"view:{at}", text=t("查看", "View")),
                title=kind,
                lines=(Plain(value=f"云（2026）云江市不动产权第 000742{at} 号"),),
                state=state,
                tone=tone,
            )
            for at, (kind, state, tone) in enumerate(kinds)
        ),
    )


EDIT = t("修改", "Change")
PROPERTY = ReviewSection(
    title=t("不动产", "The property"),
    rows=(
        fact(t("坐落", "Location"), WHERE, strong=True),
        fact(t("合同编号", "Contract number"), "YJ-2026-0311-0088"),
        fact(t("完税情况", "Tax"), t("契税已缴", "Deed tax paid")),
        fact(t("登记费", "Registration fee"), t("免费", "Free of charge")),
    ),
)
FORM = ReviewSection(
    title=t("您填写的内容", "What you filled in"),
    rows=(
        fact(t("联系电话", "Phone number"), "138****5601"),
        fact(t("您占的份额", "Your share"), "100 %"),
        fact(t("怎样领取证书", "How to get the certificate"), t("只要电子证书", "Electronic only")),
    ),
    edit=Button(name="edit_form", text=EDIT),
)


def question(chinese: str, english: str, *, yes: bool) -> Fact:
    return fact(t(chinese, english), t("是", "Yes") if yes else t("否", "No"))


RECORD = ReviewSection(
    title=t("询问记录", "Questions and answers"),
    rows=(
        question(
            "申请登记是您的真实意思吗？", "Is this application what you truly want?", yes=True
        ),
        question(
            "这套房屋有没有共有人没有到场？", "Is there a co-owner who is not here?", yes=False
        ),
        question(
            "这套房屋是否已经出租、抵押或者被查封？",
            "Is this dwelling let, mortgaged or seized?",
            yes=False,
        ),
        question(
            "您是否知道提供虚假材料要承担法律责任？",
            "Do you know that false papers have legal consequences?",
            yes=True,
        ),
    ),
    edit=Button(name="edit_record", text=EDIT),
)


def review(c: Chrome) -> Page:
    return ReviewPage(
        page_id="review",
        chrome=c,
        steps=steps(4),
        bar=bar(("没有问题，去签名", "All right, sign")),
        heading=t("请核对，签名后就不能改了", "Please check. After signing it can't be changed."),
        sentence=t(
            "要改哪一部分，就按它旁边的“修改”。", "To change a part, press Change beside it."
        ),
        sections=(PROPERTY, FORM, RECORD),
    )


def review_short(c: Chrome) -> Page:
    return ReviewPage(
        page_id="review-short",
        chrome=c,
        steps=steps(5),
        bar=bar(("提交申请", "Hand it in")),
        heading=t("签名都齐了，现在提交吗？", "Everybody has signed. Hand it in now?"),
        sections=(
            ReviewSection(
                title=t("申请事项", "The application"),
                rows=(
                    fact(t("业务", "Service"), t(*ADVANCE)),
                    fact(t("坐落", "Location"), WHERE),
                ),
            ),
            ReviewSection(
                title=t("已签名的申请人", "Signed by"),
                rows=(
                    fact(t("第 1 位", "First"), "欧阳明月"),
                    fact(t("第 2 位", "Second"), "司马青"),
                ),
            ),
        ),
    )


def review_long(c: Chrome) -> Page:
    rows = tuple(
        fact(
            t(f"第 {at} 项材料", f"Paper no. {at}"),
            t("已核对，与原件一致", "Checked, as the original"),
        )
        for at in range(1, 25)
    )
    papers = ReviewSection(
        title=t("材料清单", "Papers"), rows=rows, edit=Button(name="edit_papers", text=EDIT)
    )
    page = review(c)
    return page.model_copy(
        update={"page_id": "review-long", "sections": (PROPERTY, papers, FORM, RECORD)}
    )


def yuan(amount: str) -> Words:
    return t(f"{amount} 元", f"{amount} yuan")


REGISTRATION_FEE = PayLine(
    label=t("不动产登记费（住宅）", "Registration fee (dwelling)"),
    payee=t("收款单位：云江市财政局", "To: Yunjiang finance bureau"),
    amount=yuan("80.00"),
)
COPY_FEE = PayLine(
    label=t("证书工本费", "Certificate"),
    payee=t("收款单位：云江市财政局", "To: Yunjiang finance bureau"),
    amount=yuan("10.00"),
)
DEED_TAX = PayLine(
    label=t("契税（合同总价 1,286,000.00 元的 1.5 %）", "Deed tax (1.5 % of 1,286,000.00 yuan)"),
    payee=t(
        "收款单位：国家税务总局云江市临湖区税务局", "To: Tax office of Linhu district, Yunjiang"
    ),
    amount=yuan("19,290.00"),
)
BY_QR = Button(name="way:qr", text=t("手机扫码付款", "By phone, with a QR code"))
BY_PAD = Button(name="way:pad", text=t("刷卡机付款", "At the card terminal"))


def pay(c: Chrome) -> Page:
    return PayPage(
        page_id="pay",
        chrome=c,
        steps=steps(6),
        bar=Bar(forward=Button(name="later", text=t("以后再缴", "Pay later"))),
        heading=t("请选择付款方式", "How would you like to pay?"),
        sentence=t("一次付清，自动分到各收款单位。", "One payment; each office gets its share."),
        lines=(REGISTRATION_FEE, COPY_FEE),
        total=yuan("90.00"),
        ways=(BY_QR, BY_PAD),
    )


def pay_long(c: Chrome) -> Page:
    why = t("刷卡机暂停使用", "Card terminal out of use")
    page = pay(c)
    return page.model_copy(
        update={
            "page_id": "pay-long",
            "lines": (REGISTRATION_FEE, COPY_FEE, DEED_TAX, DEED_TAX, REGISTRATION_FEE),
            "total": yuan("38,750.00"),
            "ways": (BY_QR, BY_PAD.model_copy(update={"enabled": False, "why": why})),
            "notice": Notice(
                tone="wait",
                text=t(
                    "上一次付款没有完成，没有扣款。",
                    "The last attempt did not go through; nothing was charged.",
                ),
            ),
        }
    )


def pay_shown(c: Chrome) -> Page:
    return PayPage(
        page_id="pay-shown",
        chrome=c,
        bar=bar(("知道了", "All right")),
        heading=t("这是您的缴费单", "This is your payment order"),
        lines=(REGISTRATION_FEE,),
        total=yuan("80.00"),
    )


def stage(
    name: tuple[str, str], state: str, at: str | None = None, note: Words | None = None
) -> Stage:
    words = {
        "done": ("已完成", "done"),
        "current": ("正在办", "now"),
        "todo": ("未开始", "not yet"),
        "not_needed": ("不需要", "not needed"),
    }
    return Stage(
        name=t(*name),
        state=state,
        state_text=t(*words[state]),
        at=Plain(value=at) if at else None,
        note=note,
    )


FILED = ("网上申请", "Filed online")
EXAMINED = ("自动审核", "Examined")
ENTERED = ("自动登簿", "Registered")
PAID = ("在线缴费", "Paid online")
ISSUED = ("电子证照", "E-certificate")


def stages(c: Chrome) -> Page:
    return StagesPage(
        page_id="stages",
        chrome=c,
        bar=bar(("看完了", "Done")),
        heading=t("这件正在办理", "This case is in progress"),
        title=t(*ADVANCE),
        reference=Plain(value="2026 0309 0001 7421"),
        stages=(
            stage(FILED, "done", "2026-03-09 10:24"),
            stage(EXAMINED, "done", "2026-03-09 10:26"),
            stage(
                ENTERED,
                "current",
                note=t(
                    "正在核对抵押情况，一般 1 个工作日内完成",
                    "Existing mortgages are being checked; usually done within one working day",
                ),
            ),
            stage(PAID, "not_needed", note=t("这件不收费", "There is no fee")),
            stage(ISSUED, "todo"),
        ),
        sentence=t("办好后会发短信告诉您。", "You will get a text message when it is done."),
    )


def stages_done(c: Chrome) -> Page:
    note = t("电子证照已生成，与纸质证书效力相同", "Issued; it counts as the paper one does")
    return StagesPage(
        page_id="stages-done",
        chrome=c,
        bar=bar(("查看电子证照", "See the e-certificate")),
        heading=t("这件已经办好", "This case is done"),
        title=Plain(value=WHERE),
        reference=Plain(value="2026 0309 0001 7421"),
        stages=tuple(
            stage(name, "done", "2026-03-09 10:24", note if name is ISSUED else None)
            for name in (FILED, EXAMINED, ENTERED, PAID, ISSUED)
        ),
    )


CERTIFICATE = (
    fact(t("种类", "Kind"), t("不动产权证书", "Ownership certificate")),
    fact(t("证号", "Number"), "云（2026）云江市不动产权第 0007421 号", strong=True),
    fact(t("权利人", "Holder"), "欧阳*月"),
    fact(t("坐落", "Location"), WHERE),
    fact(t("核验时间", "Checked"), "2026-03-09 10:24"),
)
AGAIN = Button(name="again", text=t("再核验一份", "Check another"))


def verdict(c: Chrome) -> Page:
    return VerdictPage(
        page_id="verdict",
        chrome=c,
        bar=bar(("看完了", "Done")),
        heading=t("核验结果", "The result of the check"),
        tone="done",
        verdict=t("现行有效", "Valid today"),
        facts=CERTIFICATE,
        proves=(t("以上是登记簿此刻的记载。", "This is what the register says at this moment."),),
        proves_not=(t("不表示以后不会变化。", "It does not say that nothing will change later."),),
        actions=(AGAIN,),
    )


def verdict_offline(c: Chrome) -> Page:
    return VerdictPage(
        page_id="verdict-offline",
        chrome=c,
        bar=bar(("看完了", "Done")),
        heading=t("核验结果", "The result of the check"),
        tone="wait",
        verdict=t("签名有效，今天的状态没有查到", "Signature good; today's state is not known"),
        facts=CERTIFICATE[:4],
        proves=(
            t(
                "由云江市不动产登记中心于 2026-03-01 颁发。",
                "It was issued by the Yunjiang registry on 2026-03-01.",
            ),
            t("二维码里的内容没有被改动过。", "What the code says has not been altered."),
        ),
        proves_not=(
            t(
                "不能说明今天是否仍然有效：没有连上登记中心。",
                "It does not say whether it is still valid today: the registry could not be asked.",
            ),
            t(
                "2026-03-08 以后的注销或换证，这里看不到。",
                "Cancellations after 2026-03-08 are not seen here.",
            ),
        ),
        actions=(Button(name="retry", text=t("再核验一次", "Check again")), AGAIN),
    )


def verdict_forged(c: Chrome) -> Page:
    return VerdictPage(
        page_id="verdict-forged",
        chrome=c,
        bar=Bar(leave=LEAVE),
        heading=t("核验结果", "The result of the check"),
        tone="danger",
        verdict=t("二维码是伪造或被改动的", "The code is forged or altered"),
        actions=(AGAIN,),
    )


PAGES: dict[str, Callable[[Chrome], Page]] = {
    make.__name__: make
    for make in (
        compare,
        compare_differs,
        compare_unknown,
        contracts,
        cases,
        cases_none,
        certificates,
        review,
        review_short,
        review_long,
        pay,
        pay_long,
        pay_shown,
        stages,
        stages_done,
        verdict,
        verdict_offline,
        verdict_forged,
    )
}
