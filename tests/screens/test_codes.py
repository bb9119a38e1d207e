"""The payer's QR code as a phone sees it, its time, and holding a code up to the camera."""

from __future__ import annotations

import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from screens.controls.context import Context
from screens.controls.qr_code import LONGEST, QrCode, modules_of
from screens.controls.sentence import Sentence
from screens.models.filing import QrPage
from screens.models.intents import Pressed
from screens.pages.qr import QrBody
from screens.pages.scan import ScanBody
from tests.screens import samples
from tests.screens import samples_filing_a as filing
from tests.screens.glass import Glass, glass


def _page(**changes: object) -> QrPage:
    page = filing.qr(samples.chrome()).model_copy(update=changes)
    assert isinstance(page, QrPage)
    return page


def _read(widget: QWidget) -> list[str]:
    """What a phone would read off the glass."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = bytes(image.constBits())
    stride, wide, high = image.bytesPerLine(), image.width(), image.height()
    plain = b"".join(rows[y * stride : y * stride + wide] for y in range(high))
    view = memoryview(plain).cast("B", (high, wide))
    return [found.text for found in zxingcpp.read_barcodes(view)]


def _body(made: Glass, page: QrPage, now: list[float]) -> QrBody:
    """A body of its own with a clock of ours."""
    made.show(page)
    context = Context(made.frame.context.theme, made.wording, made.slots, made.intents.append)
    body = QrBody(context, lambda: now[0])
    body.show_page(page)
    return body


def _said(body: QrBody) -> list[str]:
    return [s.text() for s in body.findChildren(Sentence) if s.text()]


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1280, 1024)])
@pytest.mark.parametrize("elder", [False, True])
def test_a_phone_reads_the_code(qtbot: QtBot, size: tuple[int, int], elder: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    made = glass(qtbot, *size)
    page = _page(chrome=samples.chrome(elder=elder))
    made.show(page)
    assert _read(made.window) == [page.qr]
    code = made.window.findChild(QrCode)
    assert isinstance(code, QrCode)
    if size == (1080, 1920):
        assert code.whole_side >= 0.45 * 1080


@pytest.mark.parametrize("length", [1, 20, 333, LONGEST])
def test_every_length_is_crisp(qtbot: QtBot, length: int) -> None:
    made = glass(qtbot)
    page = _page(qr=("HTTPS://pay.example/" + "aZ9-" * 300)[:length])
    made.show(page)
    assert _read(made.window) == [page.qr]


def test_what_cannot_be_a_code_is_not_drawn() -> None:
    assert modules_of("") == ()
    assert modules_of("x" * (LONGEST + 1)) == ()
    assert modules_of("🏠" * LONGEST) == ()
    assert len(modules_of("x" * LONGEST)) > 100


def test_the_codes_text_is_told_to_nobody(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(_page())
    told = [
        w.accessibleName() + w.accessibleDescription() + w.toolTip() + w.objectName()
        for w in made.window.findChildren(QWidget)
    ]
    assert not any("yunting" in text for text in told)
    assert "付款二维码" in told
    assert "微信 · 支付宝 · 云闪付 · 数字人民币" in told


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (0.0, "还有 4 分 30 秒"),
        (0.4, "还有 4 分 30 秒"),
        (30.0, "还有 4 分 0 秒"),
        (211.0, "还有 59 秒"),
        (269.5, "还有 1 秒"),
        (270.0, "二维码已过期，请不要再扫"),
        (9999.0, "二维码已过期，请不要再扫"),
    ],
)
def test_the_time_left_is_said(qtbot: QtBot, after: float, words: str) -> None:
    now = [1000.0]
    body = _body(glass(qtbot), _page(), now)
    now[0] += after
    body.tick()
    assert words in _said(body)


def test_an_expired_code_cannot_be_read(qtbot: QtBot) -> None:
    now = [1000.0]
    made = glass(qtbot)
    body = _body(made, _page(), now)
    body.resize(900, 1200)
    assert _read(body) == [_page().qr]
    now[0] += 270
    body.tick()
    assert body.code.expired
    assert _read(body) == []


def test_the_time_runs_from_the_first_showing(qtbot: QtBot) -> None:
    now = [1000.0]
    body = _body(glass(qtbot), _page(), now)
    now[0] += 100
    body.show_page(_page())
    assert "还有 2 分 50 秒" in _said(body)
    larger = QrBody(body.context, lambda: now[0])
    larger.take_over(body)
    larger.show_page(_page())
    assert "还有 2 分 50 秒" in _said(larger)
    body.show_page(_page(qr="https://pay.example/another"))
    assert "还有 4 分 30 秒" in _said(body)


def test_a_code_without_an_end_has_no_clock(qtbot: QtBot) -> None:
    body = _body(glass(qtbot), _page(expires_in_s=0), [1000.0])
    assert not any("还有" in text or "过期" in text for text in _said(body))
    assert not body.code.expired


def test_a_code_that_goes_is_forgotten(qtbot: QtBot) -> None:
    body = _body(glass(qtbot), _page(), [1000.0])
    body.forget()
    assert body.code.whole_side == 0


def test_a_camera_page_shows_its_picture_and_lets_go(qtbot: QtBot) -> None:
    made = glass(qtbot)
    body = made.show(filing.scan(samples.chrome())).body
    assert isinstance(body, ScanBody)
    assert body.live.image is not None
    assert body.live.accessibleName() == "镜头画面"
    QTest.mouseClick(made.button("没有二维码，输入编号"), Qt.MouseButton.LeftButton)
    assert [i.name for i in made.intents if isinstance(i, Pressed)] == ["type"]
    made.slots.drop("live")
    made.window.slot_gone("live")
    assert body.live.image is None


def test_a_wrong_code_is_said_under_the_picture(qtbot: QtBot) -> None:
    made = glass(qtbot)
    body = made.show(filing.scan(samples.chrome())).body
    wrong = filing.scan_wrong(samples.chrome()).model_copy(update={"page_id": "scan"})
    assert made.show(wrong).body is body
    assert "这不是不动产证书上的码，请换一个码试试。" in [s.text() for s in made.sentences()]
