"""Keeps what a person has just typed from being overwritten by an older view of the core's."""

from __future__ import annotations

from collections.abc import Callable


class Echo:
    """One field's value on the glass, and what was sent of it but not yet seen coming back.

    The core answers each edit with a whole view; a quick finger is ahead of it. An answer to an
    earlier edit leaves the newer value alone and has it sent again, since the core drops an
    intent that answers an old view. Anything else the core says (also with an error) is the truth.
    """

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._sent: list[str] = []
        self._seen: str | None = None
        self.value = ""

    def take_over(self, older: Echo) -> None:
        """Go on where the same field, drawn in another size, stood."""
        self._sent = list(older._sent)
        self._seen = older._seen
        self.value = older.value

    def typed(self, value: str) -> None:
        """Somebody changed the field."""
        self.value = value
        self._sent.append(value)
        self._send(value)

    def told(self, value: str, *, final: bool) -> None:
        """The core's view says ``value``; ``final``: it also says something new about it."""
        behind = bool(self._sent) and (value in self._sent[:-1] or value == self._seen)
        self._seen = value
        if value != self.value and behind and not final:
            self._sent = [self.value]
            self._send(self.value)
            return
        self._sent.clear()
        self.value = value
