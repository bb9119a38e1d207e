"""A visitor at a machine, told as steps. Journey, visits and supervisor are the real ones.

Every page and every intent goes through the link's own codec.
"""

from __future__ import annotations

from typing import Self, cast

from devices.api import Link, Status, Supply
from kiosk.city_time import CityClock
from kiosk.config import Visit
from kiosk.journey import effects, steps
from kiosk.journey.events import Answer, CardSeen, FaceChecked, FaceOutcome
from kiosk.journey.facts import CardFacts
from kiosk.supervisor import DEVICES, Supervisor
from kiosk.visits import Visits
from screens.models import wire
from screens.models.base import Button
from screens.models.intents import Drawn, Edited, Intent, Painted, Pressed, Stroke, Touched
from screens.models.pages import AnyPage
from screens.models.words import Model, Text
from tests.flows.fakes import Desk, FakeLoop, Glass, Story
from tests.flows.samples import NOW, documents, good_card
from tests.flows.samples_filing import STROKES, city_service


class Visitor:
    """Somebody before the machine. Every method is a step; all return the visitor."""

    def __init__(self, story: Story | None = None) -> None:
        self.story = story or Story()
        self.loop = FakeLoop()
        self.glass = Glass()
        self.desk = Desk(self.story)
        self.supervisor = Supervisor(DEVICES)
        self.offset: float | None = 0.0
        clock = CityClock(lambda: self.offset, lambda: NOW)
        self.occupied: list[bool] = []
        self.visits = Visits(
            dict(steps.ALL),
            self.supervisor,
            self.glass,
            self.loop,
            clock,
            times=Visit(idle_s=90, countdown_s=20, closing_s=15),
            first_paint=lambda: None,
            occupied=self.occupied.append,
        )
        self.visits.perform = lambda effect: self.desk.perform(effect, self.visits)
        for name in DEVICES:
            self.supervisor.saw(Status(name, Link.UP, supply=Supply.OK))
        self.supervisor.line(up=True)
        self.visits.take_documents(documents())
        self.visits.redraw()

    @property
    def page(self) -> AnyPage:
        return self.glass.pages[-1]

    @property
    def heading(self) -> str:
        heading = self.page.heading
        return heading.key if isinstance(heading, Text) else str(heading)

    def sees(self, key: str) -> Self:
        """The heading's text key, and nothing personal where nothing personal may be."""
        assert self.heading == key, f"sees {self.heading}, not {key}"
        return self

    def reads(self, fragment: str) -> Self:
        """Somewhere on the page stands this key or value."""
        assert fragment in self.page.model_dump_json(), f"{fragment} is not on {self.heading}"
        return self

    def does_not_read(self, fragment: str) -> Self:
        assert fragment not in self.page.model_dump_json(), f"{fragment} is on {self.heading}"
        return self

    def presses(self, name: str) -> Self:
        """Press a control that is there and not greyed."""
        buttons = {button.name: button for button in find_buttons(self.page)}
        assert name in buttons, f"{name} is not on {self.heading}: {sorted(buttons)}"
        assert buttons[name].enabled, f"{name} is greyed on {self.heading}"
        return self._does(Pressed(name=name))

    def cannot_press(self, name: str) -> Self:
        """The control is missing or greyed, and pressing it all the same does nothing."""
        buttons = {button.name: button for button in find_buttons(self.page)}
        assert name not in buttons or not buttons[name].enabled, f"{name} can be pressed"
        before = self.page
        self._does(Pressed(name=name))
        assert self.page == before, f"{name} did something on {self.heading}"
        return self

    def types(self, field_name: str, value: str) -> Self:
        return self._does(Edited(field=field_name, value=value))

    def touches(self) -> Self:
        return self._does(Touched())

    def waits(self, seconds: float) -> Self:
        self.loop.advance(seconds)
        return self._settle()

    def puts_card(self, card: CardFacts | None = None) -> Self:
        return self.device_says(effects.ReadCard, CardSeen(card or good_card()))

    def turns_head(self, outcome: FaceOutcome = FaceOutcome.MATCHED, band: str = "high") -> Self:
        return self.device_says(effects.CheckFace, FaceChecked(outcome, band))

    def device_says(self, kind: type, answer: Answer) -> Self:
        """The answer to the effect of this kind that waits."""
        self.visits.answer(self.desk.waiting[kind], answer)
        return self._settle()

    def hears(self, kind: type, what: str, done: int = 0, total: int = 0) -> Self:
        self.visits.progress(self.desk.waiting[kind], what, done, total)
        return self._settle()

    def device(self, status: Status) -> Self:
        if self.supervisor.saw(status):
            self.visits.offer_changed()
        return self._settle()

    def line(self, *, up: bool) -> Self:
        if self.supervisor.line(up=up):
            self.visits.offer_changed()
        return self._settle()

    def screen_is_killed(self) -> Self:
        """Another screen process connects and knows nothing: it must be given the whole page."""
        before = self.page
        self.glass.pages.clear()
        self.visits.redraw()
        assert self.page == before
        return self

    def core_is_killed(self) -> Visitor:
        """What starts again: only what is on disk, which is the mark that somebody was at it."""
        cut_short = bool(self.occupied) and self.occupied[-1]
        again = Visitor(self.story)
        if cut_short:
            again.visits.interrupted()
            again.visits.redraw()
        return again

    def _does(self, intent: Intent) -> Self:
        seq = len(self.glass.pages)
        sent = wire.IntentMessage(seq=seq, body=wire.IntentBody(intent=intent))
        came = wire.decode_to_core(wire.encode(sent)[4:])
        self.visits.intent(came.seq, came.body.intent)
        self.visits.intent(seq, Painted(page_id=self.page.page_id))
        return self._settle()

    def _settle(self) -> Self:
        while self.desk.queue:
            self.visits.answer(*self.desk.queue.popleft())
        return self

    def signs(self, strokes: tuple[Stroke, ...] = STROKES) -> Self:
        return self._does(Drawn(field="signature", strokes=strokes))

    def offered_services(self, *codes: str) -> Self:
        """The city's own services on the menu."""
        self.visits.take_documents(documents(*(city_service(code) for code in codes)))
        return self

    # Ways that many stories share.

    def comes_to_the_card(self) -> Self:
        self.sees("home.heading").presses("tile:housing_situation")
        return self.sees("guide.heading").presses("next").sees("card.heading")

    def comes_to_consent(self, card: CardFacts | None = None) -> Self:
        self.comes_to_the_card().puts_card(card).sees("confirm.heading").presses("next")
        return self.sees("consent.heading")

    def is_recognised(self) -> Self:
        self.comes_to_consent().presses("way:face").sees("face.heading").turns_head()
        return self.sees("enquiry.heading")

    def asks(self) -> Self:
        self.types("scope", "990000").types("purpose", "loan").presses("next")
        return self

    def sees_the_certificate(self) -> Self:
        self.is_recognised().asks().sees("result.heading").presses("next")
        return self.sees("preview.heading.enquiry")


def find_buttons(page: AnyPage) -> list[Button]:
    """Every button of a page, wherever it hangs."""
    found: list[Button] = []
    queue: list[object] = [page]
    while queue:
        item = queue.pop()
        if isinstance(item, Button):
            found.append(item)
        elif isinstance(item, tuple):
            queue += cast("tuple[object, ...]", item)
        elif isinstance(item, Model):
            queue += [getattr(item, name) for name in type(item).model_fields]
    return found
