"""The hand on the panel: the city's verbs over its JSON API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import cast

from sandbox.devices.twin import Json

TIMEOUT_S = 30.0
Row = dict[str, Json]


class PanelRefused(Exception):
    """The panel did not do it, and says why; or does not answer."""


class PanelClient:
    """``url`` as city.json tells it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def do(self, twin: str, verb: str, **arguments: Json) -> None:
        """Pull at a twin. PanelRefused with the twin's own sentence."""
        self._send(f"/api/{twin}/{verb}", json.dumps(arguments).encode())

    def state(self, twin: str) -> Row:
        """What an onlooker sees of a twin."""
        return self.states()[twin]

    def states(self) -> dict[str, Row]:
        """The same of every twin that the city has."""
        return cast("dict[str, Row]", self._send("/api/state"))

    def phone(self) -> list[Row]:
        """Text messages sent so far, newest last: to, text, code."""
        return cast("list[Row]", self._send("/api/phone"))

    def codes(self) -> dict[str, object]:
        """QR texts to hold up: ``good`` by certificate number, ``forged`` by kind, other kinds."""
        return cast("dict[str, object]", self._send("/api/codes"))

    def ledger(self) -> dict[str, list[Row]]:
        """What the centre has written down."""
        return cast("dict[str, list[Row]]", self._send("/api/ledger"))

    def _send(self, path: str, body: bytes | None = None) -> object:
        request = urllib.request.Request(  # noqa: S310 - the panel's own http address
            self._url + path, data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
                return cast("object", json.loads(answer.read()))
        except urllib.error.HTTPError as exc:
            raise PanelRefused(f"{path}: {exc.read().decode(errors='replace')}") from None
        except OSError as exc:
            raise PanelRefused(f"{path}: the panel does not answer: {exc}") from None
