"""Signing: with mouse and finger, what is sent, what a redraw keeps, what stays afterwards."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from screens.base import Frame
from screens.controls.ink import ASPECT, MAX_STROKES, Ink
from screens.controls.signature_canvas import SignatureCanvas
from screens.models.intents import MAX_POINTS, Drawn, Pressed
from screens.pages.signature import SignatureBody
from tests.screens import samples
from tests.screens import samples_filing_a as filing
from tests.screens.glass import Glass, glass

_LEFT = Qt.MouseButton.LeftButton


def _body(frame: Frame) -> SignatureBody:
    assert isinstance(frame.body, SignatureBody)
    return frame.body


def _draw(canvas: SignatureCanvas, *places: tuple[float, float]) -> None:
    """One stroke through places in parts of the canvas."""
    points = [QPoint(round(x * canvas.width()), round(y * canvas.height())) for x, y in places]
    QTest.mousePress(canvas, _LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, _LEFT, pos=points[-1])


def _drawn(made: Glass) -> list[Drawn]:
    return [intent for intent in made.intents if isinstance(intent, Drawn)]


def _inked(image: QImage) -> int:
    """How many of 100 x 100 places have ink."""
    return sum(
        image.pixelColor(x * image.width() // 100, y * image.height() // 100).alpha() > 0
        for x in range(100)
        for y in range(100)
    )


def test_each_stroke_sends_them_all(qtbot: QtBot) -> None:
    made = glass(qtbot)
    canvas = _body(made.show(filing.signature(samples.chrome()))).canvas
    _draw(canvas, (0.2, 0.3), (0.4, 0.3), (0.6, 0.5))
    _draw(canvas, (0.5, 0.2), (0.5, 0.8))
    first, second = _drawn(made)
    assert (first.field, len(first.strokes), len(second.strokes)) == ("signature", 1, 2)
    assert second.strokes[0] == first.strokes[0]
    assert [(round(x, -2), round(y, -2)) for x, y, _ in first.strokes[0]] == [
        (2000, 3000),
        (4000, 3000),
        (6000, 5000),
    ]
    times = [ms for stroke in second.strokes for _, _, ms in stroke]
    assert times[0] == 0
    assert times == sorted(times)
    assert canvas.dried.pixelColor(canvas.width() // 2, canvas.height() // 2).alpha() > 0


def test_a_finger_signs_like_a_mouse(qtbot: QtBot) -> None:
    made = glass(qtbot)
    canvas = _body(made.show(filing.signature(samples.chrome()))).canvas
    finger = QTest.createTouchDevice(QPointingDevice.DeviceType.TouchScreen)
    handle = made.window.windowHandle()

    def at(x: float, y: float) -> QPoint:
        place = QPoint(round(x * canvas.width()), round(y * canvas.height()))
        return canvas.mapTo(made.window, place)

    QTest.touchEvent(handle, finger).press(1, at(0.1, 0.1), handle).commit()
    for x in (0.2, 0.3, 0.4):
        QTest.touchEvent(handle, finger).move(1, at(x, 0.4), handle).commit()
    QTest.touchEvent(handle, finger).release(1, at(0.4, 0.4), handle).commit()
    qtbot.waitUntil(lambda: len(_drawn(made)) == 1)
    (stroke,) = _drawn(made)[0].strokes
    assert (round(stroke[0][0], -2), round(stroke[-1][0], -2)) == (1000, 4000)
    assert len(stroke) >= 3


def test_a_dot_is_a_stroke_also_right_after_another(qtbot: QtBot) -> None:
    made = glass(qtbot)
    canvas = _body(made.show(filing.signature(samples.chrome()))).canvas
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    made.window.watch_touches(application)
    QTest.mouseClick(canvas, _LEFT, pos=QPoint(100, 100))
    spot = QPointF(120, 100)
    for kind in (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease):
        held = _LEFT if kind == QEvent.Type.MouseButtonDblClick else Qt.MouseButton.NoButton
        plain = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, spot, canvas.mapToGlobal(spot), _LEFT, held, plain)
        QApplication.sendEvent(canvas, event)
    application.removeEventFilter(made.window)
    assert [len(stroke) for stroke in _drawn(made)[-1].strokes] == [1, 1]


def test_a_redraw_keeps_the_ink(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = filing.signature(samples.chrome())
    body = _body(made.show(page))
    _draw(body.canvas, (0.1, 0.5), (0.5, 0.6), (0.9, 0.5))
    before, sent = _inked(body.canvas.dried), body.canvas.strokes
    again = page.model_copy(update={"error": samples.t("太短", "Too short")})
    assert _body(made.show(again)).canvas.strokes == sent
    english = samples.chrome(language="en", elder=True)
    larger = _body(made.show(page.model_copy(update={"chrome": english})))
    assert larger is not body
    assert larger.canvas.strokes == sent
    assert _inked(larger.canvas.dried) == pytest.approx(before, rel=0.3)
    _draw(larger.canvas, (0.3, 0.3), (0.4, 0.3))
    assert len(_drawn(made)[-1].strokes) == 2


def test_a_stroke_under_way_is_kept_too(qtbot: QtBot) -> None:
    made = glass(qtbot)
    body = _body(made.show(filing.signature(samples.chrome())))
    QTest.mousePress(body.canvas, _LEFT, pos=QPoint(50, 60))
    QTest.mouseMove(body.canvas, QPoint(200, 60))
    larger = _body(made.show(filing.signature(samples.chrome(elder=True))))
    assert [len(drawn.strokes) for drawn in _drawn(made)] == [1]
    assert larger.canvas.strokes == _drawn(made)[0].strokes


def test_only_a_new_attempt_empties_the_sheet(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = filing.signature(samples.chrome())
    body = _body(made.show(page))
    _draw(body.canvas, (0.1, 0.5), (0.9, 0.5))
    QTest.mouseClick(made.button("重写"), _LEFT)
    assert [i.name for i in made.intents if isinstance(i, Pressed)] == ["clear"]
    assert len(body.canvas.strokes) == 1
    assert _body(made.show(page.model_copy(update={"attempt": 1}))) is body
    assert body.canvas.strokes == ()
    assert _inked(body.canvas.dried) == 0
    _draw(body.canvas, (0.1, 0.5), (0.9, 0.5))
    made.show(page.model_copy(update={"attempt": 1}))
    assert len(body.canvas.strokes) == 1


@pytest.mark.parametrize("way", ["another page", "forgotten"])
def test_nothing_of_the_ink_stays(qtbot: QtBot, way: str) -> None:
    made = glass(qtbot)
    canvas = _body(made.show(filing.signature(samples.chrome()))).canvas
    _draw(canvas, (0.1, 0.5), (0.9, 0.5))
    picture = canvas.dried
    assert _inked(picture) > 0
    del picture
    if way == "forgotten":
        made.window.forget()
    else:
        made.window.show_view(samples.home(samples.chrome()))
    assert canvas.strokes == ()
    assert _inked(canvas.dried) == 0
    assert len(_drawn(made)) == 1


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1280, 1024)])
def test_the_canvas_has_its_proportion_and_its_name(qtbot: QtBot, size: tuple[int, int]) -> None:
    made = glass(qtbot, *size)
    canvas = _body(made.show(filing.signature(samples.chrome()))).canvas
    assert canvas.width() / canvas.height() == pytest.approx(ASPECT, rel=0.01)
    assert canvas.width() > min(size) * 0.55
    assert canvas.accessibleName() == "签名区"
    made.show(filing.signature(samples.chrome(language="en")))
    assert canvas.accessibleName() == "Signature area"


def test_the_bounds_of_an_intent_hold_whatever_is_scribbled() -> None:
    rng = random.Random(7)  # noqa: S311 - scribbles, no secrets
    ink = Ink()
    refused = 0
    for at in range(MAX_STROKES + 20):
        refused += not ink.begin(rng.random(), rng.random(), at * 1000)
        for ms in range(5_000 if at < 4 else 400):
            ink.extend(rng.uniform(-0.1, 1.1), rng.uniform(-0.1, 1.1), at * 1000 + ms)
        ink.end(0.5, 0.5, at * 1000 + 999_999_999)
    sent = Drawn(field="f", strokes=ink.strokes)
    assert sum(map(len, sent.strokes)) <= MAX_POINTS
    assert refused > 0
    assert ink.full


def test_a_long_stroke_is_thinned_and_goes_on() -> None:
    ink = Ink()
    ink.begin(0, 0.5, 0)
    for at in range(1, 30_001):
        ink.extend((at % 100) / 100, (at // 100) / 300, at)
    ink.end(1, 1, 40_000)
    (stroke,) = Drawn(field="f", strokes=ink.strokes).strokes
    assert 900 < len(stroke) <= 2_000
    assert (stroke[0], stroke[-1]) == ((0, 5_000, 0), (10_000, 10_000, 40_000))


def test_too_much_is_said_on_the_page(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = filing.signature(samples.chrome())
    body = _body(made.show(page))
    for at in range(MAX_STROKES):
        QTest.mouseClick(body.canvas, _LEFT, pos=QPoint(20 + at * 4, 60))
    words = "这里已经写满。要改，请按“重写”重新写。"
    assert words not in [s.text() for s in made.sentences()]
    QTest.mouseClick(body.canvas, _LEFT, pos=QPoint(300, 200))
    assert words in [s.text() for s in made.sentences()]
    assert max(len(drawn.strokes) for drawn in _drawn(made)) == MAX_STROKES
    made.show(page.model_copy(update={"attempt": 1}))
    assert words not in [s.text() for s in made.sentences()]
