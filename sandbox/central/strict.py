"""The base of every request's model: nothing coerced, nothing unknown, nothing changed."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Strict(BaseModel):
    """A message that must fit the contract exactly."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Short = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""A code, a name, a key: anything a client may choose freely within reason."""
