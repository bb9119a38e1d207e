"""What happens at a press, an update, a switch of language, and when nobody is there."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from screens.controls.buttons import Press
from screens.controls.choice_cards import OptionCard
from screens.models.base import Bar
from screens.models.intents import Edited, Painted, Pressed, Touched
from screens.models.pages import CodePage, FacePage, PreviewPage
from screens.models.words import Text
from screens.pages.code import CodeBody
from screens.pages.echo import Echo
from screens.pages.face import FaceBody
from screens.pages.preview import PreviewBody
from screens.window import Window
from screens.wording import Wording
from tests.screens import samples
from tests.screens.glass import Glass, glass


def _press(made: Glass, name: str) -> None:
    QTest.mouseClick(made.button(name), Qt.MouseButton.LeftButton)


def _pressed(made: Glass) -> list[str]:
    return [i.name for i in made.intents if isinstance(i, Pressed)]


@pytest.mark.parametrize(
    ("name", "button", "intent"),
    [
        ("home", "个人住房情况查询", "tile:housing"),
        ("consent", "短信验证码", "way:sms"),
        ("confirm", "是我本人", "next"),
        ("confirm", "返回", "back"),
        ("confirm", "退出", "leave"),
        ("rating", "不满意", "rate:2"),
        ("preview", "下一页", "page:next"),
        ("face", "改用短信验证码", "way:sms"),
        ("unknown", "呼叫工作人员", "call"),
        ("idle", "再给我时间", "more"),
        ("home", "English", "language:en"),
        ("home", "关怀模式", "elder"),
        ("home", "帮助 12345", "help"),
    ],
)
def test_a_press_says_its_name(qtbot: QtBot, name: str, button: str, intent: str) -> None:
    made = glass(qtbot)
    made.show(samples.PAGES[name](samples.chrome()))
    _press(made, button)
    assert _pressed(made) == [intent]


def test_a_grey_button_says_nothing_and_says_why(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(samples.choices(samples.chrome()))
    _press(made, "查询")
    assert _pressed(made) == []
    assert "请先选择用途" in [s.text() for s in made.sentences()]


def test_a_finger_presses_like_a_mouse(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(samples.consent(samples.chrome()))
    finger = QTest.createTouchDevice(QPointingDevice.DeviceType.TouchScreen)
    button = made.button("人脸识别")
    at = button.mapTo(made.window, button.rect().center())
    handle = made.window.windowHandle()
    QTest.touchEvent(handle, finger).press(1, at, handle).commit()
    QTest.touchEvent(handle, finger).release(1, at, handle).commit()
    qtbot.waitUntil(lambda: _pressed(made) == ["way:face"])


def test_the_same_page_keeps_its_widgets(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = samples.confirm(samples.chrome())
    before = made.show(page)
    body, leave = before.body, made.button("退出")
    after = made.show(page.model_copy(update={"bar": Bar(leave=samples.LEAVE)}))
    assert (after, after.body, made.button("退出")) == (before, body, leave)
    assert not after.bottom.forward.isVisible()
    assert made.show(samples.guide(samples.chrome())) is not before


def test_a_change_of_language_redraws_in_place(qtbot: QtBot) -> None:
    made = glass(qtbot)
    frame = made.show(samples.consent(samples.chrome()))
    again = made.show(samples.consent(samples.chrome(language="en")))
    assert again is frame
    assert made.button("Use my face").name == "way:face"
    assert again.heading.heading.text() == "How shall we make sure that it is you?"
    assert [s.text() for s in made.sentences() if "方式" in s.text()] == []


def test_a_page_tells_once_that_it_is_painted(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(samples.home(samples.chrome()))
    qtbot.waitUntil(lambda: Painted(page_id="home") in made.intents)
    made.show(samples.home(samples.chrome(language="en")))
    QApplication.processEvents()
    assert made.intents.count(Painted(page_id="home")) == 1


def test_digits_go_out_at_once_and_the_last_comes_back(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(samples.code(samples.chrome()))
    for key in ("9", "0", "删除", "7", "1", "5"):
        _press(made, key)
    sent = [i.value for i in made.intents if isinstance(i, Edited)]
    assert sent == ["4829", "48290", "4829", "48297", "482971"]


def test_an_older_answer_does_not_take_a_digit_away() -> None:
    sent: list[str] = []
    echo = Echo(sent.append)
    echo.told("", final=False)
    echo.typed("1")
    echo.typed("12")
    echo.told("1", final=False)
    assert (echo.value, sent) == ("12", ["1", "12", "12"])
    echo.told("12", final=False)
    echo.told("12", final=False)
    assert (echo.value, sent) == ("12", ["1", "12", "12"])


def test_a_refusal_by_the_core_empties_the_field(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = samples.code(samples.chrome()).model_copy(update={"value": ""})
    made.show(page)
    _press(made, "5")
    error = samples.t("数字不对", "Not right")
    frame = made.show(page.model_copy(update={"error": error}))
    assert isinstance(frame.body, CodeBody)
    assert frame.body.boxes.accessibleName() == "已输入 0 位，共 6 位"
    assert isinstance(page, CodePage)


def test_an_option_is_chosen_at_once(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(samples.choices(samples.chrome()))
    _press(made, "办理贷款")
    assert Edited(field="purpose", value="loan") in made.intents
    chosen = [b.value for b in made.buttons() if isinstance(b, OptionCard) and b.chosen]
    assert chosen == ["city", "loan"]


def test_the_idle_question_hides_what_lies_under_it(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(samples.idle(samples.chrome()))
    assert sorted(b.accessibleName() for b in made.buttons()) == ["再给我时间", "结束办理"]
    assert [s.text() for s in made.sentences() if "990102" in s.text()] == []
    page = samples.idle(samples.chrome()).model_copy(update={"countdown": None})
    made.show(page)
    assert "是我本人" in [b.accessibleName() for b in made.buttons()]


def test_the_document_is_covered_and_uncovered(qtbot: QtBot) -> None:
    made = glass(qtbot)
    frame = made.show(samples.preview(samples.chrome()))
    body = frame.body
    assert isinstance(body, PreviewBody)
    assert body.still.isVisible()
    body.cover_up()
    assert not body.still.isVisible()
    _press(made, "内容已遮住，点这里继续查看")
    assert body.still.isVisible()
    assert isinstance(samples.preview(samples.chrome()), PreviewPage)


def test_pictures_are_let_go_when_their_slot_is_gone(qtbot: QtBot) -> None:
    made = glass(qtbot)
    body = made.show(samples.face(samples.chrome())).body
    assert isinstance(body, FaceBody)
    assert body.live.image is not None
    made.slots.drop("live")
    made.window.slot_gone("live")
    assert body.live.image is None
    assert isinstance(samples.face(samples.chrome()), FacePage)


def test_an_old_picture_is_greyed(qtbot: QtBot) -> None:
    made = glass(qtbot)
    body = made.show(samples.face(samples.chrome())).body
    assert isinstance(body, FaceBody)
    assert not body.live.late
    made.slots.take("live", *samples.memory(4, 2, bytes(24), stamp=98.9))
    body.live.pull()
    assert body.live.late


def test_touches_are_told_once_a_second(qtbot: QtBot) -> None:
    made = glass(qtbot)
    now = [50.0]
    window = Window(made.wording, made.slots, datetime.now, monotonic=lambda: now[0])
    qtbot.addWidget(window, before_close_func=lambda w: w.hide())
    touched: list[object] = []
    window.intended.connect(touched.append)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window.watch_touches(application)
    for at in (50.0, 50.4, 50.9, 51.0, 51.5):
        now[0] = at
        QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    application.removeEventFilter(window)
    assert touched.count(Touched()) == 2


def _double(button: Press) -> None:
    """The second half of a double tap, as Qt delivers it."""
    at = QPointF(button.rect().center())
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    plain = Qt.KeyboardModifier.NoModifier
    for kind, held in (
        (QEvent.Type.MouseButtonDblClick, left),
        (QEvent.Type.MouseButtonRelease, none),
    ):
        event = QMouseEvent(kind, at, button.mapToGlobal(at), left, held, plain)
        QApplication.sendEvent(button, event)


@pytest.mark.parametrize(("turned", "presses"), [(True, ["next"]), (False, ["next", "next"])])
def test_a_double_tap_does_not_press_the_next_page(
    qtbot: QtBot,
    turned: bool,  # noqa: FBT001 - pytest gives it by name
    presses: list[str],
) -> None:
    made = glass(qtbot)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    made.window.watch_touches(application)
    made.show(samples.guide(samples.chrome()))
    _press(made, "开始办理")
    if turned:
        made.show(samples.confirm(samples.chrome()))
    _double(made.button("是我本人" if turned else "开始办理"))
    application.removeEventFilter(made.window)
    assert _pressed(made) == presses


def test_a_missing_word_is_logged_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    wording = Wording({"zh-CN": {"a": "你好，{name}"}, "en": {}})
    wording.language = "en"
    assert wording.say(Text(key="a", args={"name": "{name}"})) == "你好，{name}"
    assert wording.say(Text(key="nowhere")) == ""
    assert "nowhere" in caplog.text


def test_forgetting_leaves_nothing_on_the_glass(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(samples.confirm(samples.chrome()))
    made.window.forget()
    QApplication.processEvents()
    assert made.window.frame is None
    assert made.buttons() == []
