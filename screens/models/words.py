"""What a model says: keys of the string tables, or text the centre delivers per language."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Frozen and closed: an unknown field is an error on either side of the link."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Localised(Model):
    """A text the centre delivers, by language tag (``zh-CN``, ``en``); never translated here."""

    form: Literal["localised"] = "localised"
    by_language: dict[str, str]

    def in_language(self, language: str) -> str:
        """The text in ``language``, else in Chinese, else whatever there is."""
        texts = self.by_language
        return texts.get(language) or texts.get("zh-CN") or next(iter(texts.values()), "")


class Text(Model):
    """A key of kiosk/strings and what fills its placeholders. Never a finished sentence."""

    form: Literal["text"] = "text"
    key: str = Field(min_length=1)
    args: dict[str, str | int | Localised] = {}


class Plain(Model):
    """Data that is the same in every language: a name, a number, a date."""

    form: Literal["plain"] = "plain"
    value: str


Words = Text | Localised | Plain
