"""Sample pages: documents that go into a reader, and the card terminal."""

from __future__ import annotations

from collections.abc import Callable

from screens.models.base import Bar, Button, Chrome, Page
from screens.models.pages import DevicePage
from tests.screens.sample_words import bar, steps, t


def social_card(c: Chrome) -> Page:
    return DevicePage(
        page_id="social-card",
        chrome=c,
        steps=steps(1),
        bar=bar(),
        heading=t("请插入您的社会保障卡", "Please insert your social-security card"),
        device="social_card",
        sentence=t("芯片朝下插到底，读完再拔", "Chip end first, all the way in, until we say so"),
    )


def id_or_social(c: Chrome) -> Page:
    return DevicePage(
        page_id="id-or-social",
        chrome=c,
        steps=steps(1),
        bar=bar(),
        heading=t("请放上您的身份证", "Please put your ID card on the reader"),
        device="id_or_social",
        sentence=t(
            "身份证平放在感应区不要动，社保卡插入读卡口，屏幕换页后再拿走",
            "Lay an ID card flat, or insert a social-security card; "
            "leave it until the screen moves on",
        ),
    )


def payment_pad(c: Chrome) -> Page:
    return DevicePage(
        page_id="payment-pad",
        chrome=c,
        steps=steps(5),
        bar=Bar(),
        busy=True,
        heading=t("请在刷卡机上付款", "Please pay at the card terminal"),
        device="payment_pad",
        sentence=t(
            "金额 80.00 元。请按刷卡机的提示刷卡或扫码",
            "Amount: 80.00 yuan. Follow the terminal: card or QR code.",
        ),
        actions=(Button(name="cancel_payment", text=t("取消付款", "Cancel the payment")),),
    )


PAGES: dict[str, Callable[[Chrome], Page]] = {
    make.__name__: make for make in (social_card, id_or_social, payment_pad)
}
