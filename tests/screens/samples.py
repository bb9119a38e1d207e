"""Sample pages of every kind, with their own words: realistic, invented, two languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from screens.models.base import Bar, Button, Chrome, Countdown, Notice, Page
from screens.models.pages import (
    AnyPage,
    ChoiceGroup,
    ChoicesPage,
    CodePage,
    ConfirmPage,
    DevicePage,
    FacePage,
    FarewellPage,
    GuidePage,
    HomePage,
    Option,
    OutcomePage,
    PreviewPage,
    RatingPage,
    ResultItem,
    ResultPage,
    Tile,
    WaitPage,
    Way,
    WaysPage,
)
from screens.models.words import Plain, Words
from tests.screens import samples_devices, samples_filing_a, samples_filing_b
from tests.screens.sample_pixels import fill_slots, memory
from tests.screens.sample_words import (
    BACK,
    LEAVE,
    STEPS,
    TABLES,
    bar,
    chrome,
    fact,
    steps,
    t,
)

__all__ = [
    "BACK",
    "LEAVE",
    "PAGES",
    "STEPS",
    "TABLES",
    "any_page",
    "chrome",
    "fill_slots",
    "memory",
    "placeholders",
    "t",
]


def tile(
    name: str, icon: str, texts: tuple[str, str], more: tuple[str, str], *, off: bool = False
) -> Tile:
    return Tile(
        button=Button(
            name=f"tile:{name}",
            text=t(*texts),
            enabled=not off,
            why=t("本机暂未开通", "Not offered at this machine yet") if off else None,
        ),
        icon=icon,
        summary=t(*more),
        elsewhere=t("请到 3 号人工窗口", "Please go to counter 3") if off else None,
    )


def home(c: Chrome) -> Page:
    tiles = (
        tile(
            "housing",
            "home_search",
            ("个人住房情况查询", "My housing record"),
            ("查询名下住房，打印带章证明", "See what you own and get a sealed certificate"),
        ),
        tile(
            "check",
            "shield_check",
            ("证书核验", "Check a certificate"),
            ("核对证书是否真实有效", "See whether it is genuine and current"),
            off=True,
        ),
        tile(
            "apply",
            "apply",
            ("申请办理", "Apply"),
            ("转移、抵押等登记", "Transfer, mortgage and more"),
            off=True,
        ),
        tile(
            "progress",
            "progress",
            ("办理进度", "Progress"),
            ("用业务编号查进度", "Look up your case number"),
        ),
        tile(
            "pay",
            "pay",
            ("缴费与票据", "Pay and receipts"),
            ("登记费和税款一次缴清", "Fees and taxes in one payment"),
            off=True,
        ),
        tile(
            "guide",
            "help",
            ("办事指南", "Guides"),
            ("需要带什么、多久、多少钱", "What to bring, how long, how much"),
        ),
    )
    return HomePage(
        page_id="home",
        chrome=c,
        heading=t("您好，请选择要办理的业务", "Welcome. What would you like to do?"),
        subheading=t(
            "点一下就开始，中途可以随时退出。", "Touch to begin. You can leave at any time."
        ),
        tiles=tiles,
    )


def home_fault(c: Chrome) -> Page:
    page = home(c)
    states: tuple[Words, ...] = (
        t("网络不通，正在恢复", "No network, being restored"),
        t("证明打印机缺纸", "Certificate printer out of paper"),
    )
    return page.model_copy(
        update={"page_id": "home-fault", "chrome": c.model_copy(update={"states": states})}
    )


def guide(c: Chrome) -> Page:
    return GuidePage(
        page_id="guide",
        chrome=c,
        steps=steps(0),
        bar=bar(("开始办理", "Start")),
        heading=t("查询个人住房情况，约需 3 分钟", "Your housing record takes about 3 minutes"),
        facts=(
            fact(
                t("需要带", "Bring"), t("本人居民身份证", "Your own resident ID card"), strong=True
            ),
            fact(t("费用", "Cost"), t("免费", "Free of charge"), strong=True),
            fact(
                t("您会得到", "You get"),
                t(
                    "加盖电子印章的查询证明一份，和一张凭条",
                    "One certificate with an electronic seal, and a slip",
                ),
            ),
            fact(
                t("查询范围", "Covers"),
                t("云江市全市，自 1998 年起的登记", "All of Yunjiang, records since 1998"),
            ),
            fact(
                t("我们怎样用您的信息", "Your data"),
                t(
                    "只用于这次查询，办完即从本机清除",
                    "Used for this enquiry only, then erased from this machine",
                ),
            ),
        ),
    )


def card(c: Chrome) -> Page:
    return DevicePage(
        page_id="card",
        chrome=c,
        steps=steps(1),
        bar=bar(),
        heading=t("请放上您的身份证", "Please put your ID card on the reader"),
        device="id_card",
        sentence=t(
            "平放在屏幕下方的读卡区，不要拿开",
            "Lay it flat on the reader below the screen and leave it there",
        ),
    )


def card_bad(c: Chrome) -> Page:
    page = card(c)
    notice = Notice(
        tone="danger",
        text=t(
            "没有读出来。请拿起身份证，重新平放一次。",
            "The card could not be read. Please lift it and lay it flat again.",
        ),
    )
    return page.model_copy(update={"page_id": "card-bad", "notice": notice, "busy": True})


def confirm(c: Chrome) -> Page:
    return ConfirmPage(
        page_id="confirm",
        chrome=c,
        steps=steps(1),
        bar=bar(("是我本人", "Yes, this is me")),
        heading=t("请核对，这是您本人吗？", "Please check: is this you?"),
        portrait="portrait",
        facts=(
            fact(t("姓名", "Name"), "欧阳明月", strong=True),
            fact(t("身份证号", "ID number"), "990102 19480315 0025", strong=True),
            fact(t("性别", "Sex"), t("女", "Female")),
            fact(t("有效期至", "Valid until"), t("长期", "Without limit")),
            fact(t("住址", "Address"), "云江市临湖区望江街道梧桐里社区 18 栋 2 单元 601 室"),
        ),
    )


def consent(c: Chrome) -> Page:
    return WaysPage(
        page_id="consent",
        chrome=c,
        steps=steps(2),
        bar=bar(),
        heading=t("用哪种方式确认是您本人？", "How shall we make sure that it is you?"),
        paragraphs=(
            t(
                "两种方式效果一样，由您选择。不选人脸识别，不影响办理。",
                "Both ways count the same; you choose. Everything works without a face too.",
            ),
            t(
                "人脸照片只在本机比对，不上传、不保存。",
                "Your face is compared on this machine only; it is not sent or kept.",
            ),
        ),
        ways=(
            Way(
                button=Button(name="way:face", text=t("人脸识别", "Use my face")),
                icon="face",
                explanation=t(
                    "看着屏幕，按提示转头，约 20 秒",
                    "Look at the screen and turn your head, about 20 seconds",
                ),
            ),
            Way(
                button=Button(name="way:sms", text=t("短信验证码", "Text message")),
                icon="phone",
                explanation=t(
                    "发到您登记的手机 138****5601", "A code to your registered phone 138****5601"
                ),
            ),
        ),
    )


def face(c: Chrome) -> Page:
    return FacePage(
        page_id="face",
        chrome=c,
        steps=steps(2),
        bar=bar(),
        live="live",
        heading=t("请看着屏幕，跟着提示做", "Look at the screen and follow along"),
        sentence=t("慢慢向左转头", "Slowly turn your head left"),
        turn="left",
        done=1,
        total=3,
        actions=(Button(name="way:sms", text=t("改用短信验证码", "Use a text message instead")),),
    )


def code(c: Chrome) -> Page:
    return CodePage(
        page_id="code",
        chrome=c,
        steps=steps(2),
        bar=bar(("确认", "Confirm"), why=t("请先输满 6 位数字", "Please enter all 6 digits")),
        heading=t("请输入短信里的 6 位数字", "Enter the 6 digits from the message"),
        field="sms",
        length=6,
        value="482",
        sentence=t("已发到 138****5601，5 分钟内有效", "Sent to 138****5601, valid for 5 minutes"),
        actions=(
            Button(
                name="resend",
                text=t("重新发送", "Send again"),
                enabled=False,
                why=t("48 秒后可以重新发送", "Again in 48 seconds"),
            ),
        ),
    )


def code_wrong(c: Chrome) -> Page:
    error = t(
        "数字不对，还可以再试 2 次。", "These digits are not right. You can try 2 more times."
    )
    return code(c).model_copy(update={"page_id": "code-wrong", "value": "", "error": error})


def choices(c: Chrome) -> Page:
    purposes = (
        ("school", "子女入学", "School enrolment"),
        ("loan", "办理贷款", "A loan"),
        ("fund", "提取公积金", "Housing fund"),
        ("rent", "申请保障房", "Public housing"),
        ("tax", "办理税务", "Tax matters"),
        ("other", "其他", "Something else"),
    )
    return ChoicesPage(
        page_id="choices",
        chrome=c,
        steps=steps(3),
        bar=bar(("查询", "Search"), why=t("请先选择用途", "Please choose a purpose first")),
        heading=t("查哪里，用来做什么？", "Where shall we look, and what is it for?"),
        groups=(
            ChoiceGroup(
                field="scope",
                label=t("查询范围", "Where"),
                chosen="city",
                options=(
                    Option(value="city", text=t("云江市全市", "All of Yunjiang")),
                    Option(value="county", text=t("只查临湖区", "Linhu district only")),
                ),
            ),
            ChoiceGroup(
                field="purpose",
                label=t("用途（会印在证明上）", "Purpose (printed on the certificate)"),
                options=tuple(Option(value=v, text=t(zh, en)) for v, zh, en in purposes),
            ),
        ),
    )


def wait(c: Chrome) -> Page:
    return WaitPage(
        page_id="wait",
        chrome=c,
        steps=steps(4),
        bar=bar(back=False),
        about_s=20,
        heading=t("正在为您查询，请稍等", "We are looking it up for you"),
        sentence=t(
            "正在向登记中心查询，并制作证明", "Asking the registry and preparing your certificate"
        ),
    )


def result(c: Chrome) -> Page:
    item = ResultItem(
        title=Plain(value="云江市临湖区梧桐里 18 栋 2 单元 601 室"),
        facts=(
            fact(t("用途", "Use"), t("住宅", "Dwelling")),
            fact(t("面积", "Area"), t("89.60 平方米", "89.60 m²")),
            fact(t("共有情况", "Ownership"), t("单独所有", "Sole owner")),
            fact(t("登记日期", "Registered"), t("2009 年 6 月 12 日", "12 June 2009")),
        ),
    )
    return ResultPage(
        page_id="result",
        chrome=c,
        steps=steps(4),
        bar=bar(("制作证明", "Make the certificate")),
        heading=t("查到了，请看结果", "Here is what we found"),
        summary=t("您在云江市登记有 1 套住房", "You have 1 registered dwelling in Yunjiang"),
        items=(item,),
        facts=(fact(t("查询时间", "As of"), t("2026 年 3 月 9 日 10:24", "9 March 2026, 10:24")),),
        caution=t(
            "只反映本市登记系统里的情况，不含其他城市。",
            "This covers the registry of this city only, not other cities.",
        ),
    )


def result_none(c: Chrome) -> Page:
    page = result(c)
    return page.model_copy(
        update={
            "page_id": "result-none",
            "items": (),
            "summary": t("您在云江市没有登记的住房", "You have no registered dwelling in Yunjiang"),
        }
    )


def preview(c: Chrome) -> Page:
    return PreviewPage(
        page_id="preview",
        chrome=c,
        steps=steps(5),
        bar=bar(("打印证明", "Print it")),
        heading=t("请看一下证明，没问题就打印", "Please look it over, then print"),
        slots=("page:0", "page:1"),
        current=0,
        seal=t(
            "电子印章有效，由云江市不动产登记中心加盖",
            "The seal is valid and was set by the Yunjiang registry",
        ),
        previous=Button(name="page:previous", text=t("上一页", "Previous page"), enabled=False),
        following=Button(name="page:next", text=t("下一页", "Next page")),
    )


def printing(c: Chrome) -> Page:
    return DevicePage(
        page_id="printing",
        chrome=c,
        steps=steps(5),
        bar=Bar(),
        busy=True,
        done=1,
        total=2,
        device="certificate_printer",
        heading=t("正在打印您的证明", "Your certificate is being printed"),
        sentence=t("纸会从右边的出纸口出来", "The paper comes out of the tray at the right"),
    )


def slip(c: Chrome) -> Page:
    return DevicePage(
        page_id="slip",
        chrome=c,
        steps=steps(5),
        bar=bar(("继续", "Continue"), back=False),
        device="receipt_printer",
        heading=t("请取走凭条", "Please take your slip"),
        sentence=t("从屏幕右下方的小口取出", "It comes out of the small slot at the lower right"),
    )


def camera(c: Chrome) -> Page:
    return DevicePage(
        page_id="camera",
        chrome=c,
        steps=steps(2),
        bar=bar(("准备好了", "I am ready")),
        device="camera",
        heading=t("请站到机器正前方", "Please stand straight in front of the machine"),
        sentence=t(
            "看着屏幕上方的镜头，摘下帽子和口罩",
            "Look at the lens above the screen; take off hat and mask",
        ),
    )


def done(c: Chrome) -> Page:
    return OutcomePage(
        page_id="done",
        chrome=c,
        steps=steps(5),
        bar=bar(("继续", "Continue"), back=False),
        tone="done",
        heading=t("证明打好了", "Your certificate is printed"),
        meaning=t("这份证明与窗口开具的效力相同", "It is as valid as one from the counter"),
        todo=(
            t("从右边出纸口取走证明，共 2 页", "Take the 2 pages from the tray at the right"),
            t("收好凭条，上面有验证码", "Keep the slip: it has the verification code"),
        ),
        reference=Plain(value="2026 0309 0001 7421"),
    )


def unknown(c: Chrome) -> Page:
    return OutcomePage(
        page_id="unknown",
        chrome=c,
        steps=steps(5),
        bar=Bar(leave=LEAVE),
        tone="wait",
        heading=t("不能确定证明是否打好", "We cannot tell whether it was printed"),
        meaning=t(
            "本机不会再打一份，您的查询已经记录",
            "It will not be printed twice; your enquiry is on record",
        ),
        todo=(
            t("看一下出纸口，有纸就请取走", "Look at the tray and take any paper"),
            t(
                "没有纸，请凭编号到 3 号窗口领取",
                "If there is none, collect it at counter 3 with this number",
            ),
        ),
        reference=Plain(value="2026 0309 0001 7421"),
        actions=(Button(name="call", text=t("呼叫工作人员", "Call an attendant")),),
    )


def failed(c: Chrome) -> Page:
    return OutcomePage(
        page_id="failed",
        chrome=c,
        steps=steps(2),
        bar=bar(("再试一次", "Try again"), back=False),
        tone="danger",
        heading=t("没能确认是您本人", "We could not confirm that it is you"),
        meaning=t(
            "什么都没有办理，也没有留下您的照片", "Nothing was done and no picture of you was kept"
        ),
        todo=(
            t("摘下帽子和口罩，再试一次", "Take off hat and mask and try again"),
            t("或者改用短信验证码", "Or use a text message instead"),
        ),
    )


def rating(c: Chrome) -> Page:
    grades = (
        ("非常满意", "Very satisfied"),
        ("满意", "Satisfied"),
        ("基本满意", "Fairly satisfied"),
        ("不满意", "Dissatisfied"),
        ("非常不满意", "Very dissatisfied"),
    )
    return RatingPage(
        page_id="rating",
        chrome=c,
        steps=steps(6),
        bar=Bar(forward=Button(name="skip", text=t("不评价", "Skip"))),
        heading=t("这次办理，您满意吗？", "Were you satisfied with this visit?"),
        grades=tuple(
            Button(name=f"rate:{5 - at}", text=t(*words)) for at, words in enumerate(grades)
        ),
    )


def farewell(c: Chrome) -> Page:
    return FarewellPage(
        page_id="farewell",
        chrome=c,
        bar=Bar(forward=Button(name="finish", text=t("办完了", "Finish"))),
        heading=t("请带走您的身份证和证明", "Please take your ID card and papers"),
        take=("card", "certificate", "slip"),
        sentences=(
            t("您的信息已经从本机清除。", "Your details have been erased from this machine."),
            t("谢谢，再见！", "Thank you and goodbye."),
        ),
    )


def idle(c: Chrome) -> Page:
    countdown = Countdown(
        seconds_left=14,
        total_s=20,
        more=Button(name="more", text=t("再给我时间", "I need more time")),
        leave=Button(name="leave", text=t("结束办理", "End this visit")),
    )
    return confirm(c).model_copy(update={"page_id": "idle", "countdown": countdown})


PAGES: dict[str, Callable[[Chrome], Page]] = {
    make.__name__: make
    for make in (
        home,
        home_fault,
        guide,
        card,
        card_bad,
        confirm,
        consent,
        face,
        code,
        code_wrong,
        choices,
        camera,
        wait,
        result,
        result_none,
        preview,
        printing,
        slip,
        done,
        unknown,
        failed,
        rating,
        farewell,
        idle,
    )
}
PAGES.update(samples_devices.PAGES)
PAGES.update(samples_filing_a.PAGES)
PAGES.update(samples_filing_b.PAGES)


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return set(re.findall(r"\{(\w+)\}", text))


def any_page(name: str) -> AnyPage:
    """A sample as it comes over the wire, in Chinese."""
    return cast("AnyPage", PAGES[name](chrome()))
