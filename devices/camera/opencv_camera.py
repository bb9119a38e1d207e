"""A camera through OpenCV: a V4L2 device, or MJPEG or RTSP from an address.

What was measured of OpenCV 5's FFMPEG capture decides the shape: its time-outs count only as open
parameters (else 30 s); after a stall every later read fails though ``isOpened`` stays true, so the
capture must be opened anew; and it queues, so only who always reads sees the present.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from devices.api import DeviceError, Fault, Job, Link, Progress, Status
from devices.camera.frames import Frame, LatestFrame, Pixels

if TYPE_CHECKING:
    import cv2

PRESENCE_TIMEOUT_S = 0.3
PRESENCE_EVERY_S = 0.5
"""A camera in the network is not knocked at more often than this."""
STEADY_FRAMES = 30
"""So many frames after a stall, the next stall is a new one and gets its own second try."""
_DEFAULT_PORTS = {"http": 80, "https": 443, "rtsp": 554}


class OpencvCamera:
    """One camera. The lens is open only while ``stream`` runs: no light between visits.

    ``source`` is N for /dev/videoN, a device path, or an address (http, https, rtsp).
    """

    def __init__(
        self,
        device_id: str,
        source: str,
        *,
        width: int = 640,
        height: int = 480,
        open_timeout_s: float = 2.0,
        read_timeout_s: float = 1.5,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device_id = device_id
        self._source = source
        self._size = (width, height)
        self._open_ms, self._read_ms = int(open_timeout_s * 1000), int(read_timeout_s * 1000)
        self._read_timeout_s = read_timeout_s
        self._monotonic = monotonic
        self._looked_at: float | None = None

    @property
    def device_id(self) -> str:
        """The name this device has in the configuration."""
        return self._device_id

    def open(self) -> None:
        """See that the camera is there; the lens stays shut. DISCONNECTED when it is not."""
        self._looked_at = None
        self.poll()

    def close(self) -> None:
        """Nothing is held between streams."""

    def poll(self) -> Status:
        """See whether the camera is there. DISCONNECTED when it is not."""
        now = self._monotonic()
        if self._looked_at is None or now - self._looked_at >= PRESENCE_EVERY_S:
            self._require_presence()
            self._looked_at = now
        return Status(self._device_id, Link.UP)

    def stream(self, slot: LatestFrame, on_frame: Callable[[Frame], None] | None = None) -> Job:
        """Fill ``slot`` until cancelled, and tell ``on_frame`` of each frame on this thread.

        Ends only by cancelling or DeviceError: CAMERA_STALLED when a second opening did not help,
        DISCONNECTED when the camera has gone. The slot is wiped at the end, however it ends.
        """
        capture = self._capture()
        steady = STEADY_FRAMES
        try:
            while True:
                pixels = self._read(capture)
                if pixels is None:
                    capture.release()
                    if steady < STEADY_FRAMES:
                        raise self._fault()
                    capture, steady = self._capture(), 0
                    continue
                steady = min(steady + 1, STEADY_FRAMES)
                frame = Frame(pixels.shape[1], pixels.shape[0], pixels, self._monotonic())
                slot.put(frame)
                if on_frame is not None:
                    on_frame(frame)
                yield Progress("frame")
        finally:
            capture.release()
            slot.clear()

    def _capture(self) -> cv2.VideoCapture:
        """Open the lens; DeviceError when it does not open."""
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", self._v4l_timeout())
        import cv2  # noqa: PLC0415 - 0.2 s and 29 MB that the start must not pay

        if _is_address(self._source):
            times = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, self._open_ms]
            times += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, self._read_ms]
            capture = cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, times)
        else:
            width, height = self._size
            size = [cv2.CAP_PROP_FRAME_WIDTH, width, cv2.CAP_PROP_FRAME_HEIGHT, height]
            capture = cv2.VideoCapture(device_path(self._source), cv2.CAP_V4L2, size)
        if not capture.isOpened():
            capture.release()
            raise self._fault()
        return capture

    def _v4l_timeout(self) -> str:
        # whole seconds, read once when cv2 is loaded; V4L2 has no open parameter for it
        return str(max(1, round(self._read_timeout_s)))

    def _read(self, capture: cv2.VideoCapture) -> Pixels | None:
        """Read the next picture in the wanted size; None when none comes."""
        import cv2  # noqa: PLC0415 - loaded by _capture already
        import numpy as np  # noqa: PLC0415 - not before a visit needs the camera

        got, picture = capture.read()
        if not got or picture.ndim != 3:
            return None
        pixels = np.asarray(picture, dtype=np.uint8)
        if (pixels.shape[1], pixels.shape[0]) == self._size:
            return pixels
        return np.asarray(cv2.resize(pixels, self._size), dtype=np.uint8)

    def _fault(self) -> DeviceError:
        """Say why there is no picture: gone, or there and mute."""
        try:
            self._require_presence()
        except DeviceError as exc:
            return exc
        return DeviceError(Fault.CAMERA_STALLED, "no picture within the time-out, twice")

    def _require_presence(self) -> None:
        if not _is_address(self._source):
            if not Path(device_path(self._source)).exists():
                raise DeviceError(Fault.DISCONNECTED, "no such video device")
            return
        parts = urlsplit(self._source)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 80)
        try:
            socket.create_connection((parts.hostname or "", port), PRESENCE_TIMEOUT_S).close()
        except OSError as exc:
            raise DeviceError(Fault.DISCONNECTED, "camera's address does not answer") from exc


def _is_address(source: str) -> bool:
    return "://" in source


def device_path(source: str) -> str:
    """The device node of a source that is no address: ``0`` is short for /dev/video0."""
    return f"/dev/video{source}" if source.isdecimal() else source
