"""The real process: starts without a core, ends with 0 at SIGTERM and leaves its gap log."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from screens.models.wire import Hello, HelloBody, Splitter, View, ViewBody, decode_to_core, encode
from tests.screens import samples

ROOT = Path(__file__).parents[2]


def test_the_process_draws_and_ends(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen(1)
        listener.settimeout(20)
        log = tmp_path / "gaps.json"
        command = [sys.executable, "-m", "screens", "--socket", str(tmp_path / "s")]
        options = ["--windowed", "540x960", "--gap-log", str(log)]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        with subprocess.Popen([*command, *options], cwd=ROOT, env=environment) as process:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(20)
                page = samples.any_page("home")
                connection.sendall(encode(Hello(seq=0, body=HelloBody(strings=samples.TABLES))))
                connection.sendall(encode(View(seq=3, body=ViewBody(page=page))))
                first = Splitter().feed(connection.recv(1 << 16))[0]
                process.send_signal(signal.SIGTERM)
                assert process.wait(20) == 0
    said = decode_to_core(first)
    assert (said.seq, said.body.intent.kind) == (3, "painted")
    assert json.loads(log.read_text())["ticks"] >= 0
