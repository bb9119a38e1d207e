"""``python -m kiosk --config FILE [--core-only]``, ``doctor --config FILE``, ``version``."""

from __future__ import annotations

import argparse
import logging
import resource
import signal
import sys
from pathlib import Path

from kiosk.config import BadConfig, Config, load


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 fine, 1 a fault was found, 2 the configuration can't be used."""
    asked = _parser().parse_args(arguments)
    _log_to_stderr()
    try:
        config = load(asked.config) if asked.config is not None else None
    except BadConfig as exc:
        print(exc, file=sys.stderr)
        return 2
    if asked.command == "version":
        return _version()
    if config is None or asked.config is None:
        print("--config FILE is needed", file=sys.stderr)
        return 2
    if asked.command == "doctor":
        return _doctor(config)
    return _core(config) if asked.core_only else _parent(asked.config, config)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="A self-service terminal.")
    parser.add_argument("command", nargs="?", choices=("run", "doctor", "version"), default="run")
    parser.add_argument("--config", type=Path, help="the machine's TOML file")
    parser.add_argument("--core-only", action="store_true", help="no screen: it is started apart")
    return parser


def _log_to_stderr() -> None:
    """Named loggers only: a library that logs to the root has not thought about what it says."""
    handler = logging.StreamHandler()
    handler.addFilter(lambda record: record.name != "root")
    form = "%(asctime)s %(name)s %(levelname)s %(message)s"
    logging.basicConfig(level=logging.INFO, format=form, handlers=[handler])


def _version() -> int:
    from kiosk.core import VERSION  # noqa: PLC0415 - so that a bad configuration is told quickly

    print(VERSION)
    return 0


def _doctor(config: Config) -> int:
    from kiosk.doctor import examine  # noqa: PLC0415 - only what is asked for

    logging.getLogger().setLevel(logging.CRITICAL)
    findings = examine(config)
    for finding in findings:
        print(finding)
    return 1 if any(finding.wrong for finding in findings) else 0


def _core(config: Config) -> int:
    from kiosk.core import Core  # noqa: PLC0415 - only what is asked for

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold the visitor
    core = Core(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: core.stop())
    core.run()
    return 0


def _parent(path: Path, config: Config) -> int:
    from kiosk import parent  # noqa: PLC0415 - only what is asked for

    return parent.run(path, config)


if __name__ == "__main__":
    sys.exit(main())
