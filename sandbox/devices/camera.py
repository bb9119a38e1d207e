"""The camera's twin: MJPEG over HTTP, with a scene that the panel directs.

It draws only while somebody watches. It does not know what the kiosk asks for: who presses reads
the screen and calls ``turn``.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np

from sandbox.devices.camera_paper import HeldCode
from sandbox.devices.camera_scene import (
    EYES_PX,
    Figure,
    FlatPhoto,
    Image,
    Portrait,
    Pose,
    hall,
    portrait,
    sway,
)
from sandbox.devices.twin import Json, Verb

FRAMES_PER_S = 15.0
TURN_DEG = 35.0
"""How far a person turns who is asked to: as far as the detector of frontal faces still follows."""
TURN_TIME_S = 0.4
TURNS = {"left": TURN_DEG, "straight": 0.0, "right": -TURN_DEG}
_BOUNDARY = "frame"
_JPEG_QUALITY = 88


class Scene:
    """Who stands before the camera and what they do; a picture for any moment.

    ``people`` are ready portraits by key. Times are in seconds of one clock of the caller.
    """

    def __init__(self, people: Mapping[str, Portrait]) -> None:
        self._people = dict(people)
        self.hall = hall()
        self._figures: dict[tuple[str, str], Figure] = {}
        self._photos: dict[str, FlatPhoto] = {}
        self.person: str | None = None
        self.distance = "near"
        self.direction = "straight"
        self.flat_photo = "none"
        self.code: HeldCode | None = None
        self._from_deg = 0.0
        self._since = 0.0

    def stand(self, person: str | None, distance: str) -> None:
        """Put a person (or nobody) there, looking straight, with empty hands.

        ValueError on an unknown word.
        """
        if person is not None and person not in self._people:
            raise ValueError(f"nobody is called {person}; there are {', '.join(self._people)}")
        if distance not in EYES_PX:
            raise ValueError(f"distance is one of {', '.join(EYES_PX)}")
        self.person, self.distance = person, distance
        self.direction, self._from_deg, self.flat_photo = "straight", 0.0, "none"
        self.code = None

    def turn(self, direction: str, now: float) -> None:
        """Begin to turn the head. ValueError on an unknown direction."""
        if direction not in TURNS:
            raise ValueError(f"direction is one of {', '.join(TURNS)}")
        self._from_deg = self._angle(now)
        self.direction, self._since = direction, now

    def show_photo(self, kind: str, now: float) -> None:
        """Hold up a photo of the person instead ("none" takes it away). ValueError if unknown."""
        if kind not in ("none", *FlatPhoto.KINDS):
            raise ValueError(f"kind is none or one of {', '.join(FlatPhoto.KINDS)}")
        if kind != "none" and self.person is None:
            raise ValueError("there is nobody whose photo could be held up")
        self.flat_photo, self._since = kind, now

    def show_code(self, text: str, *, blurred: bool) -> None:
        """Hold a sheet with a QR code before all else. ValueError when the text is too long."""
        self.code = HeldCode(text, blurred=blurred)

    def hide_code(self) -> None:
        """Put the sheet away."""
        self.code = None

    def picture(self, now: float) -> Image:
        """Draw the scene, 640 by 480, BGR."""
        behind = self._behind(now)
        return behind if self.code is None else self.code.draw(behind, now)

    def _behind(self, now: float) -> Image:
        """Hall and person, without a sheet before them."""
        if self.person is None:
            return self.hall
        if self.flat_photo != "none":
            if self.person not in self._photos:
                self._photos[self.person] = FlatPhoto(self._people[self.person])
            photo = self._photos[self.person]
            return photo.draw(self.hall, self.flat_photo, now - self._since)
        key = (self.person, self.distance)
        if key not in self._figures:
            self._figures[key] = Figure(self._people[self.person], EYES_PX[self.distance])
        body = sway(now)
        pose = Pose(self._angle(now), body.dx, body.dy, body.scale, body.roll_deg)
        return self._figures[key].draw(self.hall, pose)

    def _angle(self, now: float) -> float:
        """The head's angle: from where it was to where it goes, eased at both ends."""
        part = min(1.0, max(0.0, (now - self._since) / TURN_TIME_S))
        eased = part * part * (3 - 2 * part)
        return self._from_deg + (TURNS[self.direction] - self._from_deg) * eased


class CameraTwin:
    """The twin. ``portraits`` are pictures of one face each: a file, or a BGR array."""

    def __init__(
        self,
        portraits: Mapping[str, Path | Image],
        host: str = "127.0.0.1",
        port: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._portraits = dict(portraits)
        self._address = (host, port)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._scene: Scene | None = None
        self._server: _Server | None = None
        self._stalled = threading.Event()

    @property
    def name(self) -> str:
        """How the panel calls it."""
        return "camera"

    @property
    def url(self) -> str:
        """The stream's address; stays the same after ``unplug`` and ``plug``."""
        host, port = self._address
        return f"http://{host}:{port}/video.mjpg"

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """What a hand can do."""
        return {
            "stand": self.stand,
            "turn": self.turn,
            "flat_photo": self.flat_photo,
            "show_code": self.show_code,
            "hide_code": self.hide_code,
            "unplug": self.unplug,
            "plug": self.plug,
            "stall": self.stall,
        }

    def start(self) -> None:
        """Find the faces in the portraits and begin to serve."""
        if self._scene is None:
            people = {key: portrait(_bgr(given)) for key, given in self._portraits.items()}
            self._scene = Scene(people)
        self.plug()

    def stop(self) -> None:
        """End every stream and free the port. Safe to call twice."""
        self.unplug()

    def state(self) -> dict[str, Json]:
        """What an onlooker sees."""
        scene = self._on_stage()
        return {
            "plugged": self._server is not None,
            "stalled": self._stalled.is_set(),
            "watched": self._server is not None and self._server.watched,
            "person": scene.person,
            "distance": scene.distance,
            "direction": scene.direction,
            "flat_photo": scene.flat_photo,
            "code": scene.code is not None,
            "people": list(self._portraits),
        }

    def stand(self, person: str | None, distance: str = "near") -> None:
        """Put a person before the camera, or nobody."""
        with self._lock:
            self._on_stage().stand(person, distance)

    def turn(self, direction: str) -> None:
        """Let the person turn the head: ``left`` is their own left."""
        with self._lock:
            self._on_stage().turn(direction, self._monotonic())

    def flat_photo(self, kind: str = "none") -> None:
        """Hold up a photo of the person: none, still, shift, scale, rotate, tilt."""
        with self._lock:
            self._on_stage().show_photo(kind, self._monotonic())

    def show_code(self, text: str, *, blurred: bool = False) -> None:
        """Hold a sheet with a QR code before the lens; ``blurred``: where it can't be read."""
        with self._lock:
            self._on_stage().show_code(text, blurred=blurred)

    def hide_code(self) -> None:
        """Put the sheet away."""
        with self._lock:
            self._on_stage().hide_code()

    def unplug(self) -> None:
        """Pull the cable: every stream breaks, the port refuses."""
        server, self._server = self._server, None
        if server is not None:
            server.end()

    def plug(self) -> None:
        """Put the cable back, at the same address."""
        if self._server is None:
            self._server = _Server(self._address, self._next_jpeg)
            self._address = (self._address[0], self._server.server_address[1])
            self._server.begin()

    def stall(self, *, on: bool = True) -> None:
        """Freeze: connections stay open, no further picture comes."""
        if on:
            self._stalled.set()
        else:
            self._stalled.clear()

    def jpeg(self) -> bytes:
        """Draw the scene of this moment."""
        with self._lock:
            picture = self._on_stage().picture(self._monotonic())
        made, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if not made:
            raise RuntimeError("JPEG encoding failed")
        return data.tobytes()

    def _next_jpeg(self) -> bytes | None:
        return None if self._stalled.is_set() else self.jpeg()

    def _on_stage(self) -> Scene:
        if self._scene is None:
            raise ValueError("the camera has not been started")
        return self._scene


class _Server(ThreadingHTTPServer):
    """Serves the stream to anyone; one thread each, all ended by ``end``."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], next_jpeg: Callable[[], bytes | None]) -> None:
        super().__init__(address, _Stream)
        self.next_jpeg = next_jpeg
        self.ended = threading.Event()
        self._watchers: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="camera-twin", daemon=True)

    @property
    def watched(self) -> bool:
        """Whether somebody reads the stream now."""
        with self._guard:
            return bool(self._watchers)

    def begin(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def end(self) -> None:
        """Break all streams, refuse new ones, free the port."""
        self.ended.set()
        self.shutdown()
        with self._guard:
            for watcher in self._watchers:
                with contextlib.suppress(OSError):
                    watcher.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self.server_close()

    def joined(self, watcher: socket.socket) -> None:
        """Remember who watches."""
        with self._guard:
            self._watchers.add(watcher)

    def left(self, watcher: socket.socket) -> None:
        """Forget who watched."""
        with self._guard:
            self._watchers.discard(watcher)

    def _serve(self) -> None:
        self.serve_forever(poll_interval=0.05)


class _Stream(BaseHTTPRequestHandler):
    """One watcher's stream."""

    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - always ours
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        """Send pictures until either side ends."""
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.server.joined(self.connection)
        with contextlib.suppress(OSError):
            self.end_headers()
            while not self.server.ended.wait(1 / FRAMES_PER_S):
                jpeg = self.server.next_jpeg()
                if jpeg is not None:
                    self._send(jpeg)
        self.server.left(self.connection)

    def _send(self, jpeg: bytes) -> None:
        head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
        self.wfile.write(head.encode() + jpeg + b"\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Say nothing: a stream is not worth a line on the console."""


def _bgr(given: Path | Image) -> Image:
    if not isinstance(given, Path):
        return given
    read = cv2.imread(str(given), cv2.IMREAD_COLOR)
    if read is None:
        raise ValueError(f"not a picture: {given.name}")
    return np.asarray(read, dtype=np.uint8)
