"""The album keeps no page twice and none that went away under the camera; the demo checks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from sandbox.demo import wrong_with_pictures
from sandbox.visits.album import Album, Picture, empty
from sandbox.visits.parts import look
from sandbox.visits.scripts import VISITS
from sandbox.visits.step import Step, StepResult


def _picture(shade: int) -> Image.Image:
    return Image.new("RGB", (8, 8), (shade, shade, shade))


def _shades(*shades: int) -> Iterator[Image.Image]:
    """Each picture twice, as of a page that stands still."""
    return (_picture(shade) for shade in shades for _ in range(2))


def test_pictures_are_numbered_in_order(tmp_path: Path) -> None:
    album = Album(tmp_path, _shades(1, 2).__next__)
    album.take("home", lambda: "主页")
    album.take("guide", lambda: "须知")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01-home.png", "02-guide.png"]
    assert [picture.heading for picture in album.pictures] == ["主页", "须知"]


def test_only_what_an_earlier_visit_left_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("01-home.png", "slip.png", "certificate.pdf", "steps.md", "logs/city.log"):
        (tmp_path / name).touch()
    (tmp_path / "thesis.md").touch()
    empty(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"logs", "thesis.md"}
    assert list((tmp_path / "logs").iterdir()) == []


def test_no_picture_is_kept_twice(tmp_path: Path) -> None:
    album = Album(tmp_path, lambda: _picture(7))
    assert album.take("home", lambda: "主页") is not None
    assert album.take("again", lambda: "主页") is None
    assert [path.name for path in tmp_path.iterdir()] == ["01-home.png"]


def test_a_page_that_goes_away_meanwhile_is_not_kept(tmp_path: Path) -> None:
    headings = iter(["正在查询", "查询结果出来了"])
    album = Album(tmp_path, lambda: _picture(7))
    assert album.take("enquiring", headings.__next__) is None
    assert album.take("nothing", lambda: "") is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_half_drawn_is_looked_at_again(tmp_path: Path) -> None:
    drawn = iter([_picture(1), _picture(2), _picture(3), _picture(3)])
    album = Album(tmp_path, drawn.__next__)
    album.take("home", lambda: "主页")
    with Image.open(tmp_path / "01-home.png") as kept:
        assert kept.getpixel((0, 0)) == (3, 3, 3)


def test_a_live_page_is_kept_once_it_moves(tmp_path: Path) -> None:
    drawn = iter([_picture(1), _picture(1), _picture(5)])
    album = Album(tmp_path, drawn.__next__)
    album.take("face", lambda: "请看镜头", live=True)
    with Image.open(tmp_path / "01-face.png") as kept:
        assert kept.getpixel((0, 0)) == (5, 5, 5)


def _result(picture: Picture) -> StepResult:
    return StepResult(Step("x", "x", look, picture.heading), picture.heading, 0.1, picture=picture)


def _results(directory: Path, shades: list[int], headings: list[str]) -> list[StepResult]:
    results: list[StepResult] = []
    for number, (shade, heading) in enumerate(zip(shades, headings, strict=True), 1):
        file = f"{number:02d}-page.png"
        _picture(shade).save(directory / file)
        results.append(_result(Picture(file, heading, "")))
    return results


def test_ten_pages_with_ten_headings_are_enough(tmp_path: Path) -> None:
    results = _results(tmp_path, list(range(10)), [f"页面{n}" for n in range(10)])
    assert wrong_with_pictures(tmp_path, results) == []


def test_too_few_pages_or_headings_are_told(tmp_path: Path) -> None:
    results = _results(tmp_path, list(range(9)), ["页面"] * 9)
    assert wrong_with_pictures(tmp_path, results) == [
        "only 9 pictures",
        "only 1 different headings",
    ]


def test_equal_pictures_are_told(tmp_path: Path) -> None:
    results = _results(tmp_path, [*range(9), 8], [f"页面{n}" for n in range(10)])
    assert wrong_with_pictures(tmp_path, results) == ["two pictures are equal"]


def test_a_picture_that_no_row_names_is_told(tmp_path: Path) -> None:
    results = _results(tmp_path, list(range(10)), [f"页面{n}" for n in range(10)])
    _picture(99).save(tmp_path / "11-stray.png")
    told = wrong_with_pictures(tmp_path, results)
    assert told == ["the table does not list the pictures that are there"]


def test_every_visit_begins_and_ends_at_the_home_page() -> None:
    for build in VISITS.values():
        visit = build()
        assert visit.steps[0].sees == visit.steps[-1].sees, visit.name
        assert all(step.name.replace("-", "").isalnum() for step in visit.steps)
