"""``python -m sandbox [--directory DIR]``: the city alone; ``visit NAME`` and ``demo`` drive it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

DIRECTORY = Path("build/city")


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 when all went as it should."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["visit"]:
        from sandbox import visit  # noqa: PLC0415 - needs a display's tools

        return visit.main(words[1:])
    if words[:1] == ["demo"]:
        from sandbox import demo  # noqa: PLC0415 - needs a display's tools

        return demo.main(words[1:])
    asked = _parser().parse_args(words)
    return _city(
        asked.directory, asked.panel_port, dict(pair.split("=", 1) for pair in asked.screen)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox",
        description="A city on your desk.",
        epilog="sandbox visit --help, sandbox demo --help: visits that are made by themselves",
    )
    parser.add_argument("--directory", type=Path, default=DIRECTORY)
    parser.add_argument("--panel-port", type=int, default=0)
    parser.add_argument(
        "--screen",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a line of the kiosk's [screen] section, e.g. gap_log=/path",
    )
    return parser


def _city(directory: Path, panel_port: int, screen: dict[str, str]) -> int:
    from sandbox.city import SandboxCity  # noqa: PLC0415 - takes a second
    from sandbox.panel import Panel  # noqa: PLC0415 - as above

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    city = SandboxCity(directory)
    panel = Panel(city, panel_port)
    try:
        city.start(screen=screen)
        panel.start()
        described = json.dumps(city.describe(panel.url), indent=1)
        (city.directory / "city.json").write_text(described, encoding="utf-8")
        print(f"panel: {panel.url}", flush=True)
        stopping.wait()
    finally:
        panel.stop()
        city.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
