"""Keeps an eye on the centre: heartbeat, and the signed documents that the menu lives on.

One plain thread. What was believed is kept by the snapshots, so that a restart without the line
still has a menu; what is past its time or badly signed is not used.
"""

from __future__ import annotations

import base64
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.central.client import CentralClient
from kiosk.central.errors import Busy, CentralError, Refused
from kiosk.central.models import Catalogue, Configuration, Heartbeat, Signed
from kiosk.central.models_trust import RevocationList, TrustList
from kiosk.central.trust import Doubt, SignedDocument, Untrusted, open_signed, require_valid
from offline_cache.snapshot import Snapshots

log = logging.getLogger(__name__)

REFRESH_S = 60.0
_Content = TypeVar("_Content", bound=Signed)


@dataclass(frozen=True, slots=True)
class Documents:
    """What is believed now. None: never had a good one, or only one that is past its time."""

    configuration: Configuration | None = None
    catalogue: Catalogue | None = None
    trust: TrustList | None = None
    revocations: RevocationList | None = None
    expired: frozenset[str] = frozenset()
    """Names of those of which there is one past its time and none that still holds."""
    refused: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of those that the centre now sends and that are not used -> why, for the operator."""


class CentreWatch:
    """``line`` and ``documents`` are called on the watch's thread: they must only post."""

    def __init__(
        self,
        client: CentralClient,
        snapshots: Snapshots,
        key: Ed25519PublicKey,
        *,
        now: Callable[[], datetime],
        heartbeat: Callable[[], Heartbeat],
        line: Callable[[bool], None],
        documents: Callable[[Documents], None],
        interval_s: float,
    ) -> None:
        self._client = client
        self._snapshots = snapshots
        self._key = key
        self._now = now
        self._heartbeat = heartbeat
        self._line = line
        self._documents = documents
        self._interval_s = interval_s
        self._last: Documents | None = None
        self._opened: dict[str, tuple[SignedDocument, Signed]] = {}
        self._came_expired: set[str] = set()
        self._refused: dict[str, str] = {}
        self._refreshed = float("-inf")
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="centre-watch", daemon=True)

    def start(self) -> None:
        """Tell what the snapshots hold, then begin to ask."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stop after the call under way; False when it hung."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def look_now(self) -> None:
        """Somebody's call failed: find out at once whether the line is down."""
        self._wake.set()

    def step(self) -> None:
        """One heartbeat, and the documents when they are due."""
        up = self._beat()
        self._line(up)
        if up and time.monotonic() - self._refreshed >= REFRESH_S and not self._refresh():
            self._line(False)  # noqa: FBT003 - a callback's one argument
        self._tell()

    def _run(self) -> None:
        self._guarded(self._tell)
        while not self._stopping.is_set():
            self._guarded(self.step)
            self._wake.wait(self._interval_s)
            self._wake.clear()

    @staticmethod
    def _guarded(call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:
            log.exception("the watch on the centre stumbled")

    def _beat(self) -> bool:
        """Whether the centre answered as itself. A refusal is an answer: the line is up."""
        try:
            self._client.heartbeat(self._heartbeat())
        except Refused as exc:
            log.warning("heartbeat refused: %s", exc)
        except Busy:
            pass
        except CentralError as exc:
            log.info("no heartbeat: %s", exc)
            return False
        return True

    def _refresh(self) -> bool:
        """Whether the line held. A document that is refused does not keep the others away."""
        try:
            all_answered = [
                self._fetch("configuration", Configuration, self._client.configuration),
                self._fetch("catalogue", Catalogue, self._client.catalogue),
                self._fetch("trust", TrustList, self._client.trust_list),
                self._fetch("revocations", RevocationList, self._client.revocations),
            ]
        except CentralError as exc:
            log.info("documents not refreshed: %s", exc)
            return False
        if all(all_answered):
            self._refreshed = time.monotonic()
        return True

    def _fetch(
        self, name: str, model: type[Signed], ask: Callable[[str], SignedDocument | None]
    ) -> bool:
        """Ask for one document; False when the centre gave none, else it was looked at."""
        held = self._snapshots.get(name)
        usable = held is not None and self._held(name, model) is not None
        try:
            fetched = ask(held.etag if held is not None and usable else "")
        except (Refused, Busy) as exc:
            log.warning("%s not given: %s", name, exc)
            return False
        if fetched is not None:
            self._judge(name, model, fetched)
        else:
            self._refused.pop(name, None)  # what the centre has is what is held
        return True

    def _judge(self, name: str, model: type[Signed], fetched: SignedDocument) -> None:
        """Keep it if it may be believed."""
        held = self._snapshots.get(name)
        held_version = held.version if held is not None else None
        try:
            content = open_signed(
                fetched, model, self._key, now=self._now(), held_version=held_version
            )
        except Untrusted as exc:
            if self._refused.get(name) != str(exc):
                log.warning("%s of the centre is not used: %s", name, exc)
            self._refused[name] = str(exc)
            if exc.reason is Doubt.EXPIRED:
                self._came_expired.add(name)
            return
        self._came_expired.discard(name)
        self._refused.pop(name, None)
        self._snapshots.put(
            name,
            version=content.version,
            etag=fetched.etag,
            signature=base64.b64decode(fetched.signature),
            body=fetched.body,
        )

    def _tell(self) -> None:
        believed = Documents(
            configuration=self._held("configuration", Configuration),
            catalogue=self._held("catalogue", Catalogue),
            trust=self._held("trust", TrustList),
            revocations=self._held("revocations", RevocationList),
        )
        missing = {name for name in self._came_expired if getattr(believed, name) is None}
        believed = replace(believed, expired=frozenset(missing), refused=dict(self._refused))
        if believed != self._last:
            self._last = believed
            self._report_unreadable(believed.catalogue)
            self._documents(believed)

    @staticmethod
    def _report_unreadable(catalogue: Catalogue | None) -> None:
        if catalogue is not None and catalogue.unreadable:
            names = ", ".join(catalogue.unreadable)
            log.warning("services that this version can't read are hidden: %s", names)

    def _held(self, name: str, model: type[_Content]) -> _Content | None:
        """The kept document if it still holds: its time is looked at again each time."""
        held = self._snapshots.get(name)
        if held is None:
            return None
        document = SignedDocument(held.body, base64.b64encode(held.signature).decode(), held.etag)
        try:
            return self._open(name, document, model)
        except Untrusted as exc:
            if exc.reason is not Doubt.EXPIRED:
                log.warning("kept %s is not used: %s", name, exc)
            else:
                self._came_expired.add(name)
            return None

    def _open(self, name: str, document: SignedDocument, model: type[_Content]) -> _Content:
        """Check and read it; the same bytes as last time are only asked for their time."""
        before, content = self._opened.get(name, (None, None))
        if before == document and isinstance(content, model):
            require_valid(content, self._now())
            return content
        opened = open_signed(document, model, self._key, now=self._now())
        self._opened[name] = (document, opened)
        return opened
