"""Several names in one sentence, none of which is broken at a line's end."""

from __future__ import annotations

from typing_extensions import override

from screens.controls.sentence import Sentence
from screens.controls.typeset import Block, typeset

_BETWEEN = " · "


class Names(Sentence):
    """Names with points between them."""

    def say_names(self, names: list[str]) -> None:
        """Show these."""
        self.say(_BETWEEN.join(filter(None, names)))

    @override
    def block(self, width: int) -> Block:
        lines: list[str] = []
        for name in self.text().split(_BETWEEN):
            longer = lines[-1] + _BETWEEN + name if lines else ""
            if longer and typeset(longer, self.font(), 100_000).widest <= width:
                lines[-1] = longer
            else:
                lines.append(name)
        return typeset("\n".join(lines), self.font(), width, centred=self._centred)
