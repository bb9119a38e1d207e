"""``python -m screens --socket PATH [--windowed WxH] [--gap-log FILE]``."""

from __future__ import annotations

import argparse
import logging
import resource
import sys
from pathlib import Path

from screens.app import Options, run


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def main(arguments: list[str]) -> int:
    """Start the screen; the exit code."""
    parser = argparse.ArgumentParser(prog="screens", description="The kiosk's screen process.")
    parser.add_argument("--socket", type=Path, required=True, help="the core's AF_UNIX socket")
    parser.add_argument("--windowed", type=_size, metavar="WxH", help="a window of this size")
    parser.add_argument("--gap-log", type=Path, metavar="FILE", help="write loop gaps here")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the visitor
    return run(Options(given.socket, given.windowed, given.gap_log))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
