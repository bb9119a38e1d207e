"""A person's eyes and finger at the kiosk: finds by accessible name, presses with real input.

AT-SPI only finds; XTEST (xdotool) presses, since an accessibility action would also press what
lies hidden under something else, and would not be seen by the idle clock (docs/adr/0004).
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox.accessibility import Node, NotAnswering, Onlooker

LOOK_EVERY_S = 0.06
PATIENCE_S = 15.0
DOUBLE_CLICK_S = 0.5
"""Two presses of one place within 0.4 s are a double click to Qt, which no calm finger makes."""
DRAG_STEP_S = 0.012
_NEAR_PX = 30


class NotThere(Exception):
    """What was looked for did not come; the text says what was on the page instead."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was showing at one moment."""

    nodes: tuple[Node, ...]

    @property
    def heading(self) -> str:
        """The page's heading; empty when there is none (yet)."""
        node = self.heading_node
        return node.name if node is not None else ""

    @property
    def heading_node(self) -> Node | None:
        """The label whose object name is ``heading``: the last part of its accessible id."""
        labels = (n for n in self.nodes if n.identifier.rpartition(".")[2] == "heading")
        return next((label for label in labels if label.name), None)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that can be read, in reading order; a button's explanation after it."""
        return tuple(text for node in self.nodes for text in (node.name, node.description) if text)

    def button(self, name: str) -> Node | None:
        """The button of that visible name; an enabled one before a grey one."""
        named = [node for node in self.nodes if node.is_button and node.name == name]
        return next((node for node in named if node.enabled), named[0] if named else None)

    def reads(self, words: str) -> bool:
        """Whether the words stand anywhere on the page."""
        return any(words in text for text in self.texts)

    def __str__(self) -> str:
        buttons = [
            node.name if node.enabled else f"({node.name})" for node in self.nodes if node.is_button
        ]
        others = [text for text in self.texts if text not in buttons]
        return f"heading {self.heading!r}, buttons {buttons}, texts {others}"


class Presser:
    """Looks and presses on one display. Times are in seconds."""

    def __init__(self, env: Mapping[str, str], application: str = "screens") -> None:
        self._env = dict(env)
        self._onlooker = Onlooker(env["DBUS_SESSION_BUS_ADDRESS"], application)
        self._heading: Node | None = None
        self._pressed_at = 0.0
        self._pressed_where = (-1000, -1000)

    def close(self) -> None:
        """Hang up."""
        self._onlooker.close()

    def page(self) -> Page:
        """Everything that is showing now; an empty page while no screen answers."""
        try:
            page = Page(self._onlooker.look())
        except NotAnswering:
            page = Page(())
        self._heading = page.heading_node
        return page

    def heading(self) -> str:
        """The heading now. Cheap while the page stays."""
        return self._heading.name if self._same_heading() and self._heading else self.page().heading

    def texts(self) -> tuple[str, ...]:
        """Every text on the page."""
        return self.page().texts

    def wait_until(
        self, wanted: Callable[[Page], bool], what: str, timeout_s: float = PATIENCE_S
    ) -> Page:
        """Look until the page is as wanted; NotThere says ``what`` did not come."""
        deadline = time.monotonic() + timeout_s
        while True:
            page = self.page()
            if wanted(page):
                return page
            if time.monotonic() > deadline:
                raise NotThere(f"{what} did not come within {timeout_s:g} s; there is {page}")
            time.sleep(LOOK_EVERY_S)  # another process: looked at again

    def wait_for(self, name: str, timeout_s: float = PATIENCE_S) -> Node:
        """Wait for a node of that accessible name."""

        def find(page: Page) -> Node | None:
            return next((node for node in page.nodes if node.name == name), None)

        page = self.wait_until(lambda page: find(page) is not None, repr(name), timeout_s)
        found = find(page)
        if found is None:
            raise NotThere(f"{name!r} has gone again; there is {page}")
        return found

    def wait_for_heading(
        self,
        wanted: Callable[[str], bool],
        what: str,
        timeout_s: float = PATIENCE_S,
        *,
        passing: Callable[[str], None] = lambda _heading: None,
    ) -> str:
        """Wait for a page by its heading. ``passing`` is told each other heading seen meanwhile."""
        deadline = time.monotonic() + timeout_s
        last = ""
        while True:
            heading = self.heading()
            if heading and wanted(heading):
                return heading
            if heading and heading != last:
                passing(heading)
                last = heading
            if time.monotonic() > deadline:
                raise NotThere(
                    f"the page {what!r} did not come within {timeout_s:g} s; there is {self.page()}"
                )
            time.sleep(LOOK_EVERY_S)  # another process: looked at again

    def press(self, name: str, timeout_s: float = PATIENCE_S) -> None:
        """Wait until the button is there and not grey, and press it."""

        def enabled(page: Page) -> bool:
            node = page.button(name)
            return node is not None and node.enabled

        page = self.wait_until(enabled, f"a button {name!r} that can be pressed", timeout_s)
        button = page.button(name)
        if button is not None:
            self.press_at(button.rectangle.centre)

    def press_under(self, label: str, name: str, timeout_s: float = PATIENCE_S) -> None:
        """Press the nearest button of that name below a text, where several have the same name."""

        def find(page: Page) -> Node | None:
            labels = [node for node in page.nodes if not node.is_button and label in node.name]
            top = min((node.rectangle.y for node in labels), default=None)
            if top is None:
                return None
            below = [
                node
                for node in page.nodes
                if node.is_button and node.name == name and node.enabled and node.rectangle.y > top
            ]
            return min(below, key=lambda node: node.rectangle.y, default=None)

        page = self.wait_until(
            lambda page: find(page) is not None, f"a button {name!r} under {label!r}", timeout_s
        )
        button = find(page)
        if button is not None:
            self.press_at(button.rectangle.centre)

    def type_digits(self, digits: str) -> None:
        """Type on the on-screen keypad."""
        page = self.wait_until(
            lambda page: all(page.button(digit) is not None for digit in digits), "the keypad"
        )
        for digit in digits:
            key = page.button(digit)
            if key is not None:
                self.press_at(key.rectangle.centre)

    def press_at(self, where: tuple[int, int]) -> None:
        """Touch the glass at a place, as one calm press."""
        near = all(abs(a - b) < _NEAR_PX for a, b in zip(where, self._pressed_where, strict=True))
        if near:
            # two presses so near and so soon would be a double click
            time.sleep(
                max(0.0, self._pressed_at + DOUBLE_CLICK_S - time.monotonic())
            )  # another process: looked at again
        self._xdotool("mousemove", *map(str, where), "click", "1")
        self._pressed_at, self._pressed_where = time.monotonic(), where

    def draw(self, name: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draw with the finger on the node of that name; places in parts of its width and height.

        Each stroke stays within the node, as a hand that signs does.
        """
        area = self.wait_for(name).rectangle
        for stroke in strokes:
            self.drag(
                [(area.x + int(area.width * x), area.y + int(area.height * y)) for x, y in stroke]
            )

    def drag(self, path: Sequence[tuple[int, int]]) -> None:
        """Press at the first place, move through the others, and let go."""
        (first, *others) = path
        pause = ("sleep", str(DRAG_STEP_S))  # else the moves in between are taken as one
        moves = [word for place in others for word in (*pause, "mousemove", *map(str, place))]
        start = ("mousemove", *map(str, first), "mousedown", "1")
        self._xdotool(*start, *moves, "mouseup", "1")

    def _same_heading(self) -> bool:
        if self._heading is None:
            return False
        try:
            return self._onlooker.still(self._heading)
        except NotAnswering:
            return False

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._env, check=True, capture_output=True)
