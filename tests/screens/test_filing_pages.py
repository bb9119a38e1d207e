"""Compared data, lists, reviews, orders, stages, verdicts: what is seen, turned to and pressed."""

from __future__ import annotations

from itertools import pairwise
from typing import Protocol, cast

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from screens.controls.amount import Amount
from screens.controls.choice_cards import PictureCard
from screens.controls.list_card import ListCard
from screens.controls.paged import PagedColumn
from screens.controls.tag import Tag
from screens.models.base import Page
from screens.models.filing import ComparePage, ListPage, PayPage, ReviewPage, StagesPage
from screens.models.intents import Pressed
from screens.models.words import Plain
from screens.pages.compare import gravest_first
from tests.screens import samples
from tests.screens.glass import Glass, glass

SIZES = [(1080, 1920), (1920, 1080), (1280, 1024)]
LONG = ["compare_differs", "cases", "review_long", "pay_long", "verdict_offline"]


class HasPages(Protocol):
    paged: PagedColumn


def drawn(qtbot: QtBot, name: str, **mode: str | bool) -> tuple[Glass, Page]:
    made = glass(qtbot)
    page = samples.PAGES[name](samples.chrome(**mode))  # pyright: ignore[reportArgumentType] - language and elder
    made.show(page)
    return made, page


def paged(made: Glass) -> PagedColumn:
    return cast("HasPages", made.frame.body).paged


def press(made: Glass, name: str) -> None:
    QTest.mouseClick(made.button(name), Qt.MouseButton.LeftButton)


def pressed(made: Glass) -> list[str]:
    return [one.name for one in made.intents if isinstance(one, Pressed)]


def told(made: Glass) -> list[str]:
    """The words on the glass: labels and tags by the names they have for a reader."""
    tags = [one.accessibleName() for one in made.window.findChildren(Tag) if one.isVisible()]
    return [one.text() for one in made.sentences()] + tags


def leaf_through(made: Glass) -> list[list[str]]:
    """Turn to each page and say what it tells; each must be whole."""
    own, seen = made.wording.own, [told(made)]
    _whole(made)
    while len(paged(made).pages) > 1 and made.button(own("next_page")).isEnabled():
        press(made, own("next_page"))
        QApplication.processEvents()
        _whole(made)
        cards = [b.accessibleName() for b in made.buttons() if isinstance(b, ListCard)]
        seen.append([*told(made), *cards])
    return seen


def _whole(made: Glass) -> None:
    assert [s.text() for s in made.sentences() if s.cut_off()] == []
    assert [b.accessibleName() for b in made.buttons() if b.cut_off()] == []
    column = paged(made)
    inside = column.rect()
    parts = column.findChildren(QWidget, options=_DIRECT)
    shown = [part for part in parts if part.isVisible()]
    assert [part for part in shown if not inside.contains(part.geometry())] == []
    for one, other in pairwise(sorted(shown, key=lambda part: part.y())):
        assert one.geometry().bottom() < other.y()


_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LONG)
def test_every_page_that_is_turned_to_is_whole(
    qtbot: QtBot, name: str, size: tuple[int, int]
) -> None:
    for elder, language in ((False, "zh-CN"), (True, "en")):
        made = glass(qtbot, *size)
        made.show(samples.PAGES[name](samples.chrome(language=language, elder=elder)))
        seen = leaf_through(made)
        assert len(seen) == len(paged(made).pages)


def test_what_differs_comes_first_with_each_sources_value(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "compare_differs")
    assert isinstance(page, ComparePage)
    assert [field.verdict for field in gravest_first(page.fields)][:4] == [
        "differs",
        "differs",
        "unknown",
        "agrees",
    ]
    first = told(made)
    for word in ("89.60 m²", "96.80 m²", "欧阳朋月", "住建局", "税务局", "不动产登记簿"):
        assert word in first
    assert {"不一致", "住建、税务不一致"} <= set(first)
    assert "1,286,000.00 元" not in first


def test_what_agrees_is_told_once_with_its_verdict(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "compare")
    assert isinstance(page, ComparePage)
    words = told(made)
    assert words.count("YJ-2026-0311-0088") == 1
    assert words.count("住建、税务一致") == 8
    assert words.count("住建已查到") == 1
    assert "住建局" not in words


@pytest.mark.parametrize("name", ["compare_differs", "compare_unknown", "compare"])
def test_no_field_is_lost_between_the_pages(qtbot: QtBot, name: str) -> None:
    made, page = drawn(qtbot, name, language="en", elder=True)
    assert isinstance(page, ComparePage)
    seen = [word for words in leaf_through(made) for word in words]
    for field in page.fields:
        assert seen.count(made.wording.say(field.label)) == 1
        assert made.wording.say(field.verdict_text) in seen
        assert {made.wording.say(one.value) for one in field.values} <= set(seen)


def test_values_that_differ_are_opened_whatever_the_verdict_says(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "compare_unknown")
    assert isinstance(page, ComparePage)
    values = (*page.fields[1].values, *page.fields[2].values)
    told_apart = page.fields[0].model_copy(update={"values": values})
    made.show(page.model_copy(update={"fields": (told_apart,)}))
    assert {"YJ-2026-0311-0088", "欧阳明月", "没有查到"} <= set(told(made))


def test_the_page_stays_open_when_the_same_page_comes_again(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "cases")
    assert isinstance(page, ListPage)
    before = [b.accessibleName() for b in made.buttons() if isinstance(b, ListCard)]
    press(made, "下一页")
    second = [b for b in made.buttons() if isinstance(b, ListCard)]
    assert {b.accessibleName() for b in second}.isdisjoint(before)
    made.show(page.model_copy(update={"sentence": Plain(value="18 件")}))
    assert [b for b in made.buttons() if isinstance(b, ListCard)] == second
    made.show(page.model_copy(update={"items": page.items[:2]}))
    assert len([b for b in made.buttons() if isinstance(b, ListCard)]) == 2
    assert [b for b in made.buttons() if b.accessibleName() == "下一页"] == []


def test_turning_goes_no_further_than_the_ends(qtbot: QtBot) -> None:
    made, _ = drawn(qtbot, "review")
    last = len(paged(made).pages)
    assert last > 1
    press(made, "上一页")
    assert f"第 1 页，共 {last} 页" in told(made)
    for _ in range(last + 2):
        press(made, "下一页")
    assert f"第 {last} 页，共 {last} 页" in told(made)
    assert pressed(made) == []


def test_each_thing_on_a_list_is_found_by_a_name_of_its_own(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "cases")
    assert isinstance(page, ListPage)
    names = [b.accessibleName() for b in made.window.findChildren(ListCard)]
    assert len(set(names)) == len(page.items)
    assert all(
        name.startswith(("预购商品房预告登记", "预购商品房抵押权预告登记")) for name in names
    )
    made.show(samples.PAGES["contracts"](page.chrome))
    press(made, "云江市江北区滨河路 5 号 3 栋 1102 室")
    assert pressed(made) == ["choose:1"]


def test_a_thing_on_a_later_page_is_pressed(qtbot: QtBot) -> None:
    made, _ = drawn(qtbot, "cases")
    for _ in range(2):
        press(made, "下一页")
    cards = [b for b in made.buttons() if isinstance(b, ListCard)]
    press(made, cards[0].accessibleName())
    assert pressed(made) == [cards[0].name]
    assert cards[0].name.startswith("case:")


def test_a_grey_thing_on_a_list_says_why_and_nothing_else(qtbot: QtBot) -> None:
    made, _ = drawn(qtbot, "cases")
    grey = [b for b in made.buttons() if isinstance(b, ListCard) and not b.isEnabled()]
    assert ["这件要到窗口办" in b.accessibleDescription() for b in grey] == [True]
    press(made, grey[0].accessibleName())
    assert pressed(made) == []


def test_verbs_that_are_alike_are_told_apart(qtbot: QtBot) -> None:
    made, _ = drawn(qtbot, "certificates")
    press(made, "查看 不动产权证书")
    press(made, "查看 不动产登记证明 云（2026）云江市不动产权第 0007422 号")
    assert pressed(made) == ["view:0", "view:2"]


def test_an_empty_list_says_so(qtbot: QtBot) -> None:
    made, _ = drawn(qtbot, "cases_none")
    assert "您名下没有正在办理或已办结的业务" in told(made)
    assert [b for b in made.buttons() if isinstance(b, ListCard)] == []


def test_a_section_is_changed_by_its_own_button(qtbot: QtBot) -> None:
    made, _ = drawn(qtbot, "review")
    press(made, "修改：您填写的内容")
    press(made, "下一页")
    press(made, "修改：询问记录")
    assert pressed(made) == ["edit_form", "edit_record"]
    assert "修改：不动产" not in [b.accessibleName() for b in made.window.findChildren(ListCard)]


def test_a_section_over_several_pages_repeats_its_head(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "review_long")
    assert isinstance(page, ReviewPage)
    seen = leaf_through(made)
    assert sum("材料清单" in words for words in seen) >= 2
    words = [word for one in seen for word in one]
    for section in page.sections:
        for fact in section.rows:
            assert words.count(made.wording.say(fact.label)) == 1


@pytest.mark.parametrize("size", SIZES)
def test_amounts_end_at_one_edge_and_the_total_is_the_largest(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    made = glass(qtbot, *size)
    made.show(samples.PAGES["pay_long"](samples.chrome()))
    amounts = [one for one in made.window.findChildren(Amount) if one.isVisible()]
    ends = {one.mapTo(made.window, QPoint(one.width(), 0)).x() for one in amounts}
    assert len(ends) == 1
    total = next(one for one in amounts if one.text() == "38,750.00 元")
    others = [s.font().pixelSize() for s in made.sentences() if s is not total]
    assert total.font().pixelSize() > max(others)


def test_the_ways_to_pay_are_equal_and_a_grey_one_says_why(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "pay_long")
    assert isinstance(page, PayPage)
    ways = [b for b in made.buttons() if isinstance(b, PictureCard)]
    assert [b.isEnabled() for b in ways] == [True, False]
    assert len({(b.width(), b.height()) for b in ways}) == 1
    assert ways[1].accessibleDescription() == "刷卡机暂停使用"
    press(made, "刷卡机付款")
    press(made, "手机扫码付款")
    assert pressed(made) == ["way:qr"]


def test_an_order_that_is_only_shown_has_no_ways(qtbot: QtBot) -> None:
    made, _ = drawn(qtbot, "pay_shown")
    assert [b for b in made.buttons() if isinstance(b, PictureCard)] == []
    assert {"应缴合计", "80.00 元"} <= set(told(made))


def test_every_stage_is_told_in_words(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "stages")
    assert isinstance(page, StagesPage)
    words = told(made)
    for stage in page.stages:
        assert made.wording.say(stage.name) in words
    states = [one.accessibleName() for one in made.window.findChildren(Tag) if one.isVisible()]
    assert sorted(states) == sorted(made.wording.say(stage.state_text) for stage in page.stages)
    assert {"2026 0309 0001 7421", "2026-03-09 10:26", "这件不收费"} <= set(words)


@pytest.mark.parametrize("size", SIZES)
def test_a_verdict_says_what_it_proves_and_what_not(qtbot: QtBot, size: tuple[int, int]) -> None:
    made = glass(qtbot, *size)
    made.show(samples.PAGES["verdict_offline"](samples.chrome()))
    words = {word for page in leaf_through(made) for word in page}
    assert {"签名有效，今天的状态没有查到", "能说明什么", "不能说明什么"} <= words
    assert "二维码里的内容没有被改动过。" in words
    assert "2026-03-08 以后的注销或换证，这里看不到。" in words
    press(made, "再核验一次")
    assert pressed(made) == ["retry"]


def test_a_verdict_without_lists_has_no_titles_for_them(qtbot: QtBot) -> None:
    for size in SIZES:
        made = glass(qtbot, *size)
        made.show(samples.PAGES["verdict_forged"](samples.chrome()))
        assert {"能说明什么", "不能说明什么"}.isdisjoint(told(made))
        assert "二维码是伪造或被改动的" in told(made)


def test_data_is_never_read_as_markup(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "stages")
    made.show(page.model_copy(update={"title": Plain(value="<b>栋</b>&amp;")}))
    assert "<b>栋</b>&amp;" in told(made)
    labels = made.window.findChildren(QLabel)
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("name", ["compare_differs", "cases", "review", "pay", "stages", "verdict"])
def test_an_update_keeps_the_widgets_and_speaks_the_other_language(qtbot: QtBot, name: str) -> None:
    made, _ = drawn(qtbot, name)
    frame, before = made.frame, set(made.window.findChildren(Tag))
    assert made.show(samples.PAGES[name](samples.chrome())) is frame
    assert set(made.window.findChildren(Tag)) == before
    page = samples.PAGES[name](samples.chrome(language="en"))
    made.show(page)
    assert made.wording.say(page.heading) in told(made)
    _whole(made)


class _Requests(QObject):
    """Counts how often a column is asked to lay out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.mark.parametrize("name", ["compare_differs", "cases", "review", "pay_long", "stages"])
def test_laying_out_comes_to_rest(qtbot: QtBot, name: str) -> None:
    made, page = drawn(qtbot, name, elder=True)
    for _ in range(5):
        QCoreApplication.processEvents()
    requests = _Requests()
    paged(made).installEventFilter(requests)
    for _ in range(5):
        QCoreApplication.processEvents()
    assert requests.count == 0
    made.window.show_view(page)
    for _ in range(5):
        QCoreApplication.processEvents()
    assert requests.count <= 2


def test_the_open_page_survives_being_drawn_smaller(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "compare_differs")
    press(made, "下一页")
    frame, opened = made.frame, "契税缴纳情况"
    assert opened in told(made)
    long = Plain(value="核对结果：" + "住建部门与税务部门登记的信息不一致，" * 22)
    made.show(page.model_copy(update={"summary": long}))
    assert made.frame is not frame
    assert opened in told(made)


def test_larger_text_opens_where_smaller_text_was(qtbot: QtBot) -> None:
    made, page = drawn(qtbot, "review_long")
    press(made, "下一页")
    first = _labels(made)[0]
    made.show(samples.PAGES["review_long"](samples.chrome(elder=True)))
    assert first in _labels(made)
    assert len(_labels(made)) < 10
    made.show(page)
    assert first in _labels(made)


def _labels(made: Glass) -> list[str]:
    return [word for word in told(made) if word.startswith("第") and word.endswith("材料")]
