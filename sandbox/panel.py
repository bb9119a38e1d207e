"""The panel: put a card on, choose who stands there, pull cables, drop the line, read a phone, pay.

One page for people, and the same verbs as JSON for whoever drives a visit from outside. Loopback
only; ``POST /api/{twin}/{verb}`` with a JSON object of keyword arguments.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import Body, FastAPI
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response

from sandbox.city import SandboxCity
from sandbox.people import UnknownPerson

PAGE = Path(__file__).with_name("panel.html")
_CODE = re.compile(r"\b(\d{6})\b")


def application(city: SandboxCity) -> FastAPI:
    """The panel's routes over a running city."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/", response_class=HTMLResponse)
    def page() -> FileResponse:  # pyright: ignore[reportUnusedFunction] - called by its route
        return FileResponse(PAGE, media_type="text/html")

    @app.get("/api/state")
    def state() -> dict[str, object]:  # pyright: ignore[reportUnusedFunction] - by its route
        return {name: twin.state() for name, twin in city.twins.items()}

    @app.get("/api/people")
    def people() -> list[dict[str, object]]:  # pyright: ignore[reportUnusedFunction] - by its route
        return [{"key": r.key, "kind": r.kind} for r in city.people.residents]

    @app.get("/api/phone")
    def phone() -> list[dict[str, object]]:  # pyright: ignore[reportUnusedFunction] - by its route
        return [_message(dict(row)) for row in city.centre.phone_messages()]

    @app.get("/api/payments")
    def payments() -> list[dict[str, object]]:  # pyright: ignore[reportUnusedFunction] - by its route
        return [dict(code) for code in city.centre.money.open_codes()]

    @app.get("/api/codes")
    def codes() -> dict[str, object]:  # pyright: ignore[reportUnusedFunction] - by its route
        return dict(city.centre.money.codes())

    @app.get("/api/ledger")
    def ledger() -> dict[str, object]:  # pyright: ignore[reportUnusedFunction] - by its route
        return _ledger(city)

    @app.post("/api/{twin}/{verb}")
    def act(twin: str, verb: str, arguments: dict[str, Any] = Body(default={})) -> Response:  # pyright: ignore[reportUnusedFunction, reportExplicitAny] - JSON of any verb  # noqa: B008
        return _act(city, twin, verb, arguments)

    return app


def _act(city: SandboxCity, twin: str, verb: str, arguments: dict[str, object]) -> Response:
    known = city.twins.get(twin)
    call = known.verbs.get(verb) if known is not None else None
    if call is None:
        return JSONResponse({"error": f"there is no {twin}.{verb}"}, status_code=404)
    try:
        call(**arguments)
    except (ValueError, TypeError, KeyError, UnknownPerson) as exc:
        return JSONResponse({"error": str(exc)}, status_code=400)
    return JSONResponse({})


def _message(row: dict[str, object]) -> dict[str, object]:
    text = str(row.get("text", ""))
    found = _CODE.search(text)
    return {"to": row.get("resident"), "text": text, "code": found.group(1) if found else ""}


def _ledger(city: SandboxCity) -> dict[str, object]:
    readers: dict[str, Callable[[], object]] = {
        "sessions": city.centre.sessions,
        "enquiries": city.centre.enquiries,
        "evaluations": city.centre.evaluations,
        "statistics": city.centre.statistics,
        "print_outcomes": city.centre.print_outcomes,
        "orders": city.centre.orders,
        "attempts": city.centre.attempts,
        "pad_results": city.centre.pad_results,
        "incidents": city.centre.incidents,
        "fiscal_receipts": city.centre.fiscal_receipts,
    }
    return {name: read() for name, read in readers.items()}


class Panel:
    """Serves the panel on loopback in a thread."""

    def __init__(self, city: SandboxCity, port: int = 0) -> None:
        settings = uvicorn.Config(
            application(city), host="127.0.0.1", port=port, log_level="warning", lifespan="off"
        )
        self._server = uvicorn.Server(settings)
        self._socket = settings.bind_socket()
        self._socket.listen()  # whoever calls before the thread serves waits, and is not refused
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="panel", daemon=True
        )

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, if it was started, and close the port."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(5.0)
        self._socket.close()
