"""Child of test_kill.py: keeps, delivers and settles until it is killed, telling each on stdout."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from offline_cache.delivery import Delivered, Entry, Record, Verdict
from offline_cache.intents import IntentKind, Intents
from offline_cache.keys import load_or_create_key
from offline_cache.outbox import Outbox
from offline_cache.store import Store


def tell(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # one write: no half line in the pipe


def deliver(entry: Entry) -> Verdict:
    tell("sent", entry.key, entry.case)
    return Delivered()


def main(directory: Path, life: str) -> None:
    store = Store(directory / "cache.db", load_or_create_key(directory / "key"))
    tell("opened", store.recovery.value)
    outbox, intents = Outbox(store, time.time), Intents(store, time.time)
    number = 0
    while True:
        number += 1
        key, case = f"{life}-{number}", f"case-{number % 3}"
        outbox.put(key, case, "step", key.encode() * 50)
        tell("kept", key, case)
        intents.begin(f"i-{key}", IntentKind.PRINT_SLIP, {"case": case})
        tell("begun", f"i-{key}")
        report = Record(f"r-{key}", case, "print_outcome", b"printed")
        intents.settle(f"i-{key}", "printed", {}, also_put=[report])
        tell("settled", f"i-{key}")
        outbox.deliver_due(deliver, limit=1 + number % 2)


main(Path(sys.argv[1]), sys.argv[2])
