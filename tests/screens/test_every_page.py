"""Each kind of page, in both languages and modes: whole, reachable, large enough, in its place."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest
from PySide6.QtCore import QPoint, QRect
from pytestqt.qtbot import QtBot

from screens.controls.buttons import Press
from screens.models.pages import AnyPage
from screens.pages.table import BODIES
from screens.wording import builtin_tables
from tests.screens import samples
from tests.screens.glass import Glass, glass

LANGUAGES = ("zh-CN", "en")
PORTRAIT = list(product(samples.PAGES, LANGUAGES, (False, True)))
LANDSCAPE = list(product(samples.PAGES, [(1920, 1080), (1280, 1024)]))


def _drawn(qtbot: QtBot, name: str, language: str, size: tuple[int, int], *, elder: bool) -> Glass:
    made = glass(qtbot, *size)
    made.show(samples.PAGES[name](samples.chrome(language=language, elder=elder)))
    return made


def _place(made: Glass, button: Press) -> QRect:
    return QRect(button.mapTo(made.window, QPoint(0, 0)), button.size())


def _check_whole(made: Glass) -> None:
    cut = [s.text() for s in made.sentences() if s.cut_off()]
    assert cut == []
    wide = [s.text() for s in made.sentences() if s.block(s.width()).widest > s.width() + 1]
    assert wide == []
    glass_area = made.window.rect()
    outside = [
        b.accessibleName() for b in made.buttons() if not glass_area.contains(_place(made, b))
    ]
    assert outside == []
    assert [b.accessibleName() for b in made.buttons() if b.cut_off()] == []


@pytest.mark.parametrize(("name", "language", "elder"), PORTRAIT)
def test_nothing_is_cut_off(qtbot: QtBot, name: str, language: str, elder: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    made = _drawn(qtbot, name, language, (1080, 1920), elder=elder)
    _check_whole(made)


@pytest.mark.parametrize(("name", "size"), LANDSCAPE)
def test_landscape_is_whole(qtbot: QtBot, name: str, size: tuple[int, int]) -> None:
    _check_whole(_drawn(qtbot, name, "en", size, elder=True))
    _check_whole(_drawn(qtbot, name, "zh-CN", size, elder=False))


@pytest.mark.parametrize(("name", "language"), list(product(samples.PAGES, LANGUAGES)))
def test_buttons_are_large_apart_and_have_one_name_each(
    qtbot: QtBot, name: str, language: str
) -> None:
    made = _drawn(qtbot, name, language, (1080, 1920), elder=False)
    buttons = made.buttons()
    names = [b.accessibleName() for b in buttons]
    assert all(names)
    assert len(set(names)) == len(names)
    assert [b.accessibleName() for b in buttons if min(b.width(), b.height()) < 96] == []
    places = [_place(made, b) for b in buttons]
    for at, one in enumerate(places):
        near = one.adjusted(-15, -15, 15, 15)
        assert not any(near.intersects(other) for other in places[at + 1 :])


@pytest.mark.parametrize("name", samples.PAGES)
def test_what_must_be_touched_is_within_reach(qtbot: QtBot, name: str) -> None:
    made = _drawn(qtbot, name, "zh-CN", (1080, 1920), elder=False)
    body = [b for b in made.buttons() if not made.frame.top.isAncestorOf(b)]
    assert [b.accessibleName() for b in body if _place(made, b).top() < 1920 // 3] == []


@pytest.mark.parametrize(("name", "language"), list(product(samples.PAGES, LANGUAGES)))
def test_the_heading_can_be_read_from_outside(qtbot: QtBot, name: str, language: str) -> None:
    made = _drawn(qtbot, name, language, (1080, 1920), elder=False)
    headings = [s for s in made.sentences() if s.objectName() == "heading"]
    assert len(headings) == 1
    page = samples.PAGES[name](samples.chrome(language=language))
    expected = made.wording.own("still_there") if page.countdown else made.wording.say(page.heading)
    assert headings[0].accessibleName() == expected != ""


def test_the_bottom_strip_has_the_same_places_everywhere(qtbot: QtBot) -> None:
    made = glass(qtbot)
    places: dict[str, list[QRect]] = {}
    for make in samples.PAGES.values():
        frame = made.show(make(samples.chrome()))
        if frame.overlay is None:
            for name in ("back", "leave", "forward"):
                button: Press = getattr(frame.bottom, name)
                if button.isVisible():
                    places.setdefault(name, []).append(_place(made, button))
    assert set(places) == {"back", "leave", "forward"}
    for name, found in places.items():
        assert all(place == found[0] for place in found), name


def test_the_elder_mode_is_larger(qtbot: QtBot) -> None:
    made = glass(qtbot)
    normal = made.show(samples.guide(samples.chrome())).heading.heading.font().pixelSize()
    large = made.show(samples.guide(samples.chrome(elder=True))).heading.heading.font().pixelSize()
    assert large >= normal * 1.2


def test_every_model_has_its_widget() -> None:
    union = get_args(get_args(AnyPage)[0])
    assert set(union) == set(BODIES)


def test_the_screens_own_words_are_in_both_languages() -> None:
    tables = builtin_tables()
    assert set(tables["zh-CN"]) == set(tables["en"])
    for key, text in tables["zh-CN"].items():
        assert samples.placeholders(text) == samples.placeholders(tables["en"][key]), key
