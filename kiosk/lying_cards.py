"""Cards that lie in a reader and are not to be read: dealt with already, or left by who has gone.

A contact reader reads what is in it again and again, unlike an ID-card module, which waits for the
card to be lifted. Without this memory a forgotten card would be shown to the next visitor, and a
wrong one would be judged for ever, in a visit that never falls idle.
"""

from __future__ import annotations

from devices.api import Media, Status


class LyingCards:
    """By device, from its status; a card is gone when the reader has been seen empty."""

    def __init__(self) -> None:
        self._media: dict[str, Media] = {}
        self._not_again: set[str] = set()

    def seen(self, status: Status) -> None:
        """A reader's status."""
        self._media[status.device_id] = status.media
        if status.media is Media.ABSENT:
            self._not_again.discard(status.device_id)

    def dealt_with(self, device_id: str) -> None:
        """The card in it was read, or can't be."""
        self._not_again.add(device_id)

    def visit_ended(self) -> None:
        """What lies in a reader now is the last visitor's."""
        present = {name for name, media in self._media.items() if media is Media.PRESENT}
        self._not_again |= present

    def must_go_first(self, device_id: str) -> bool:
        """Whether this reader is to be left alone until it is empty."""
        return device_id in self._not_again
