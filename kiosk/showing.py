"""Documents on the glass: a slot for each page, by subject, one document of each at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.papers.pages import PageImage
from kiosk.pixels import PixelSlots


@dataclass(frozen=True, slots=True)
class _Shown:
    source_id: str
    slots: tuple[str, ...]


class ShownDocuments:
    """Used from the core's loop. ``source_id``: of the enquiry, case, receipt or certificate."""

    def __init__(self, slots: PixelSlots) -> None:
        self._slots = slots
        self._shown: dict[str, _Shown] = {}

    def show(self, subject: str, source_id: str, pages: Sequence[PageImage]) -> tuple[str, ...]:
        """Put the pages into slots, whose names come back. OSError: there are none then."""
        self.remove(subject)
        names: list[str] = []
        try:
            for number, page in enumerate(pages, 1):
                slot = self._slots.create(f"{subject}-{number}", page.width, page.height)
                names.append(slot.name)
                self._slots.put(slot, page.width, page.height, 0.0, page.rgb)
        except OSError:
            self._take_back(names)
            raise
        self._shown[subject] = _Shown(source_id, tuple(names))
        return tuple(names)

    def shows(self, subject: str, source_id: str) -> bool:
        """Whether it is this document of the subject that was shown last."""
        shown = self._shown.get(subject)
        return shown is not None and shown.source_id == source_id

    def remove(self, subject: str) -> None:
        """All pages of the subject's document, also those that the next one has no slot for."""
        shown = self._shown.pop(subject, None)
        if shown is not None:
            self._take_back(shown.slots)

    def forget(self) -> None:
        """The visit is over."""
        for subject in tuple(self._shown):
            self.remove(subject)

    def _take_back(self, names: Sequence[str]) -> None:
        for name in names:
            self._slots.remove(name)
