"""Forms: what a key sends and when, which field has the keys, and what a redraw leaves alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from screens.base import Frame
from screens.controls import key_grids
from screens.controls.choice_cards import OptionCard
from screens.controls.field_box import FieldBox, grouped
from screens.models.base import Page
from screens.models.filing import FormField, FormPage
from screens.models.intents import Edited, Pressed
from screens.pages.form import FormBody
from tests.screens import samples
from tests.screens import samples_filing_a as filing
from tests.screens.glass import Glass, glass


def _press(made: Glass, *names: str) -> None:
    for name in names:
        QTest.mouseClick(made.button(name), Qt.MouseButton.LeftButton)


def _sent(made: Glass) -> list[str]:
    """What was typed, chosen and pressed, in order."""
    return [
        f"{one.field}={one.value}" if isinstance(one, Edited) else one.name
        for one in made.intents
        if isinstance(one, (Edited, Pressed))
    ]


def _body(frame: Frame) -> FormBody:
    assert isinstance(frame.body, FormBody)
    return frame.body


def _with(page: Page, **values: str) -> FormPage:
    """The page as the core sends it when it knows these values."""
    assert isinstance(page, FormPage)
    fields = tuple(
        field.model_copy(update={"value": values.get(field.field, field.value)})
        for field in page.fields
    )
    return page.model_copy(update={"fields": fields})


def test_each_key_is_sent_before_what_is_pressed_next(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = filing.form_filled(samples.chrome())
    made.show(_with(page, contact_phone="1381234560"))
    _press(made, "1", "下一步")
    assert _sent(made) == ["contact_phone=13812345601", "next"]


def test_keys_delete_and_clear(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(filing.form_phone(samples.chrome()))
    _press(made, "1", "删除", "删除", "清空", "删除", "7")
    expected = ["1381", "138", "13", "", "7"]
    assert _sent(made) == [f"contact_phone={value}" for value in expected]


def test_a_full_field_takes_no_more(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(_with(filing.form_phone(samples.chrome()), contact_phone="13812345601"))
    _press(made, "9")
    assert _sent(made) == []


def test_an_older_answer_loses_no_key(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = _with(filing.form_phone(samples.chrome()), contact_phone="")
    body = _body(made.show(page))
    _press(made, "1", "3", "8")
    assert _body(made.show(_with(page, contact_phone="13"))) is body
    assert body.value_of("contact_phone") == "138"
    _press(made, "5")
    assert _sent(made)[-1] == "contact_phone=1385"


def test_the_cores_own_value_is_shown(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = filing.form_phone(samples.chrome())
    body = _body(made.show(page))
    made.show(_with(page, contact_phone="13900000000", payment_method="full"))
    assert body.value_of("contact_phone") == "13900000000"
    chosen = [b.accessibleName() for b in made.buttons() if isinstance(b, OptionCard) and b.chosen]
    assert chosen == ["一次付清"]


def test_a_change_of_mode_keeps_what_was_typed_and_where(qtbot: QtBot) -> None:
    made = glass(qtbot)
    body = _body(made.show(filing.form(samples.chrome())))
    _press(made, "1", "3", "您占的份额", "5")
    larger = _body(made.show(filing.form(samples.chrome(elder=True))))
    assert larger is not body
    assert (larger.value_of("contact_phone"), larger.value_of("share")) == ("13", "5")
    assert larger.focused == "share"


@pytest.mark.parametrize(
    ("phone", "share", "focused", "expected"),
    [
        ({}, {}, "", "contact_phone"),
        ({"value": "138"}, {}, "", "share"),
        ({"value": "138"}, {"value": "5"}, "", "contact_phone"),
        ({}, {"value": "500", "error": samples.t("太大", "too large")}, "", "share"),
        ({}, {}, "share", "share"),
        ({}, {}, "certificate_delivery", "contact_phone"),
    ],
)
def test_where_the_keys_write_at_first(
    qtbot: QtBot,
    phone: dict[str, object],
    share: dict[str, object],
    focused: str,
    expected: str,
) -> None:
    made = glass(qtbot)
    fields = (
        filing.PHONE.model_copy(update=phone),
        filing.AREA.model_copy(update=share),
        filing.DELIVERY,
    )
    page = filing.form(samples.chrome()).model_copy(update={"fields": fields, "focused": focused})
    body = _body(made.show(page))
    assert body.focused == expected
    boxes = [b for b in made.buttons() if isinstance(b, FieldBox) and b.focused]
    assert len(boxes) == 1


def test_a_touched_field_keeps_the_keys_until_another_is_wrong(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = filing.form(samples.chrome())
    body = _body(made.show(page))
    _press(made, "您占的份额")
    made.show(page)
    assert body.focused == "share"
    wrong = filing.PHONE.model_copy(update={"error": samples.t("请填写", "please fill in")})
    page = page.model_copy(update={"fields": (wrong, filing.AREA, filing.DELIVERY)})
    assert _body(made.show(page)).focused == "contact_phone"
    _press(made, "您占的份额")
    assert _body(made.show(page)).focused == "share"
    told = page.model_copy(update={"focused": "contact_phone"})
    assert _body(made.show(told)).focused == "contact_phone"


def test_only_an_id_number_has_the_key_x(qtbot: QtBot) -> None:
    made = glass(qtbot)
    fields = (filing.PHONE, filing.ID_NUMBER)
    page = filing.form(samples.chrome()).model_copy(update={"fields": fields})
    made.show(page)
    assert "X" not in [b.accessibleName() for b in made.buttons()]
    _press(made, "权利人身份证号", "9", "X")
    assert _sent(made) == ["holder_id=9", "holder_id=9X"]


def test_a_code_has_letters(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(_with(filing.form_code(samples.chrome()), number=""))
    _press(made, "Y", "0", "Z")
    assert _sent(made) == ["number=Y", "number=Y0", "number=Y0Z"]


def test_an_option_is_sent_and_marked(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(filing.form(samples.chrome()))
    _press(made, "窗口领取")
    assert _sent(made) == ["certificate_delivery=counter"]
    card = made.button("窗口领取")
    assert isinstance(card, OptionCard)
    assert card.chosen
    assert card.accessibleDescription() == "已选"


def test_equal_options_are_told_apart_by_their_field(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(filing.form_choices(samples.chrome()))
    _press(made, "房子现在出租吗？：否", "分别持证吗？：否")
    assert _sent(made) == ["lease=false", "parcel=false"]


def test_an_error_is_said_with_its_field(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(filing.form_wrong(samples.chrome()))
    assert made.button("联系电话").accessibleDescription() == "已输入 7 位 还少 4 位"
    texts = [s.text() for s in made.sentences()]
    assert {"还少 4 位", "不能大于 100", "请选一种领取方式"} <= set(texts)
    assert "11 位手机号码" not in texts


def test_what_is_typed_is_told_to_nobody(qtbot: QtBot) -> None:
    made = glass(qtbot)
    made.show(filing.form_id(samples.chrome()))
    told = [b.accessibleName() + b.accessibleDescription() for b in made.buttons()]
    told += [s.text() for s in made.sentences()]
    assert not any("9901" in text for text in told)
    assert [b.shown for b in made.buttons() if isinstance(b, FieldBox)] == ["990102 19480315 0027"]


def test_other_fields_on_the_same_page_are_drawn_anew(qtbot: QtBot) -> None:
    made = glass(qtbot)
    page = filing.form(samples.chrome())
    made.show(page)
    made.show(page.model_copy(update={"fields": (filing.ID_NUMBER,)}))
    assert "联系电话" not in [b.accessibleName() for b in made.buttons()]
    _press(made, "X")
    assert _sent(made) == ["holder_id=X"]


@pytest.mark.parametrize(
    ("value", "kind", "length", "shown"),
    [
        ("13812345601", "digits", 11, "138 1234 5601"),
        ("1381", "digits", 11, "138 1"),
        ("990102194803150025", "id_number", 18, "990102 19480315 0025"),
        ("2026030900017421", "digits", 16, "2026 0309 0001 7421"),
        ("100", "digits", 3, "100"),
        ("YJ2026B0417", "code", 16, "YJ2026B0417"),
        ("", "digits", 11, ""),
    ],
)
def test_numbers_are_grouped_as_they_are_read(
    value: str, kind: str, length: int, shown: str
) -> None:
    assert grouped(value, kind, length) == shown


@pytest.mark.parametrize(
    ("cells", "signs"),
    [
        (key_grids.DIGITS, "0123456789"),
        (key_grids.LOW_DIGITS, "0123456789"),
        (key_grids.ID_NUMBER, "0123456789X"),
        (key_grids.LOW_ID_NUMBER, "0123456789X"),
        (key_grids.CODE, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (key_grids.WIDE_CODE, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ],
)
def test_every_sign_has_one_key(cells: key_grids.Cells, signs: str) -> None:
    placed = key_grids.places(cells)
    assert set(placed) == {*signs, "delete", "clear"}
    assert len({len(line.split()) for line in cells}) == 1
    covered = sum(place.rows * place.columns for place in placed.values())
    assert covered == sum(cell != "." for line in cells for cell in line.split())


def test_four_fields_are_drawn(qtbot: QtBot) -> None:
    made = glass(qtbot)
    field = FormField(
        field="y", label=samples.t("丙", "C"), input="digits", length=11, value="1", error=None
    )
    page = filing.form(samples.chrome()).model_copy(
        update={"fields": (filing.PHONE, filing.ID_NUMBER, filing.NUMBER, field)}
    )
    made.show(page)
    assert len([b for b in made.buttons() if isinstance(b, FieldBox)]) == 4
