"""What a visitor (and the hand on the panel) can do: the verbs that visits are written in."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from sandbox.devices.twin import Json
from sandbox.presser import LOOK_EVERY_S, NotThere, Presser
from sandbox.visits import words, words_check, words_filing
from sandbox.visits.panel_client import PanelClient, Row
from sandbox.visits.setting import Kiosk
from sandbox.visits.tidying import tidy_up

T = TypeVar("T")
PATIENCE_S: Final = 20.0
CHALLENGE_S: Final = 60.0
DELIVERED_S: Final = 45.0
HOME_AGAIN_S: Final = 60.0
_TOLD: Final = {
    words.TURN_LEFT: "left",
    words.TURN_RIGHT: "right",
    words.LOOK_STRAIGHT: "straight",
}
_WAYS_HOME: Final = (
    words.FINISH,
    words.END_NOW,
    words_filing.DO_NOT_PAY,
    words_filing.KEEP,
    words_check.SEEN,
    words.CLOSE_HELP,
    words.LEAVE,
    words.SKIP,
    words.NEXT,
)


class Disbelief(Exception):
    """Something on the glass, in the ledger or on paper is not as the visit expects."""


class Visitor:
    """One person at one kiosk.

    ``passing`` is told the headings seen while waiting, ``notable`` the name of a state of a page
    that is worth a picture.
    """

    def __init__(
        self,
        presser: Presser,
        panel: PanelClient,
        kiosk: Kiosk,
        passing: Callable[[str], None] = lambda _heading: None,
        notable: Callable[[str, str], None] = lambda _name, _reads: None,
    ) -> None:
        self.presser = presser
        self.panel = panel
        self.kiosk = kiosk
        self.passing = passing
        self.notable = notable
        self._ledger = panel.ledger()
        self._paper = self._papers()
        self._texts = len(panel.phone())

    def sees(self, heading: str, timeout_s: float = PATIENCE_S) -> None:
        """Wait for the page of that heading."""
        self.presser.wait_for_heading(
            lambda seen: seen == heading, heading, timeout_s, passing=self.passing
        )

    def reads(self, sentence: str, timeout_s: float = PATIENCE_S) -> None:
        """Wait until the words stand somewhere on the page."""
        self.presser.wait_until(lambda page: page.reads(sentence), repr(sentence), timeout_s)

    def reads_nothing_of(self, *secrets: str) -> None:
        """Disbelief if one of the words stands on the page (only its place is told)."""
        page = self.presser.page()
        for text in page.texts:
            if any(secret in text.replace(" ", "") for secret in secrets):
                raise Disbelief(f"something personal stands on the page {page.heading!r}")

    def presses(self, button: str, timeout_s: float = PATIENCE_S) -> None:
        """Press the button of that name."""
        self.presser.press(button, timeout_s)

    def does(self, twin: str, verb: str, **arguments: Json) -> None:
        """Pull at a twin."""
        self.panel.do(twin, verb, **arguments)

    def turns_as_told(self, timeout_s: float = CHALLENGE_S) -> None:
        """Read what to do from the page and turn the head so, until the page has gone."""
        deadline = time.monotonic() + timeout_s
        done = ""
        while True:
            page = self.presser.page()
            if page.heading and page.heading != words.FACE:
                return
            told = next((text for text in _TOLD if page.reads(text)), "")
            if told and told != done:
                self._turn(told)
                done = told
            if time.monotonic() > deadline:
                raise NotThere(f"the face check did not end in {timeout_s:g} s; there is {page}")
            time.sleep(LOOK_EVERY_S)  # another process: looked at again

    def _turn(self, told: str) -> None:
        """Do as the sentence says; a page that asks for a turn is worth a picture before that."""
        direction = _TOLD[told]
        if direction != "straight":
            self.notable(f"turn-{direction}", told)
        self.panel.do("camera", "turn", direction=direction)

    def types_the_code_from_the_phone(self) -> None:
        """Wait for the message of this visit and type what it says."""
        message = self._awaited(lambda: self.panel.phone()[self._texts :], "a text message")[-1]
        self.presser.type_digits(str(message["code"]))

    def centre_saw(self, **rows: int) -> None:
        """Wait until the ledger has so many more rows than before the visit, and not more."""

        def more(table: str) -> int:
            return len(self.new_rows(table))

        self._awaited(lambda: all(more(table) >= count for table, count in rows.items()), f"{rows}")
        seen = {table: more(table) for table in rows}
        if seen != rows:
            raise Disbelief(f"the centre saw {seen}, not {rows}")

    def new_rows(self, table: str) -> list[Row]:
        """What the centre wrote into a table since this visit began."""
        return self.panel.ledger()[table][len(self._ledger[table]) :]

    def awaits(self, what: str, look: Callable[[], T]) -> T:
        """Wait until that is something. NotThere says ``what`` did not come."""
        return self._awaited(look, what)

    def awaits_row(
        self, table: str, wanted: Callable[[Row], bool], what: str, timeout_s: float = DELIVERED_S
    ) -> Row:
        """Wait until one of the table's new rows is as wanted. NotThere says ``what`` is not."""

        def look() -> list[Row]:
            return [row for row in self.new_rows(table) if wanted(row)]

        return self._awaited(look, what, timeout_s)[-1]

    def new_papers(self) -> dict[str, int]:
        """How many certificates and slips came out since this visit began."""
        return {kind: count - self._paper[kind] for kind, count in self._papers().items()}

    def papers_came(self, *, certificates: int, slips: int) -> None:
        """Disbelief unless exactly so many came out."""
        seen = self.new_papers()
        if seen != {"certificates": certificates, "slips": slips}:
            raise Disbelief(f"{seen} came out, not {certificates} certificates and {slips} slips")

    def tidies_up(self) -> None:
        """Undo whatever a visit pulls at, and take the cards along."""
        tidy_up(self.panel)

    def goes_home(self, timeout_s: float = HOME_AGAIN_S) -> None:
        """From whatever page, by the ways out that it has, to a home page that is ready."""
        deadline = time.monotonic() + timeout_s
        while True:
            page = self.presser.page()
            tile = page.button(words.SERVICE)
            if page.heading == words.HOME and tile is not None and tile.enabled:
                return
            for name in _WAYS_HOME:
                button = page.button(name)
                if button is not None and button.enabled:
                    self.presser.press_at(button.rectangle.centre)
                    break
            if time.monotonic() > deadline:
                raise NotThere(f"no way home within {timeout_s:g} s; there is {page}")
            time.sleep(5 * LOOK_EVERY_S)  # another process: looked at again

    def _papers(self) -> dict[str, int]:
        certificates = self.panel.state("certificate_printer")["documents"]
        slips = self.panel.state("slip_printer")["tickets"]
        if not isinstance(certificates, list) or not isinstance(slips, int):
            raise Disbelief("the printers' states are not what this program knows")
        return {"certificates": len(certificates), "slips": slips}

    def _awaited(self, look: Callable[[], T], what: str, timeout_s: float = DELIVERED_S) -> T:
        deadline = time.monotonic() + timeout_s
        while True:
            if seen := look():
                return seen
            if time.monotonic() > deadline:
                raise NotThere(f"{what} did not come within {timeout_s:g} s")
            time.sleep(5 * LOOK_EVERY_S)  # another process: looked at again
