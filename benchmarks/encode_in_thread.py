"""The known-bad control: a face encoded with 10 jitters in a thread beside a Qt loop.

dlib's encoder holds the GIL, so the loop stands still for the whole call; a probe that does not
see that is blind. Run as ``python -m benchmarks.encode_in_thread``: prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict

JITTERS = 10
ENCODES = 2
SETTLE_MS = 300


def main() -> int:
    """Run the loop until the encodes are done; print the gaps."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - after the platform is chosen
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - as above

    from screens.probe import GapProbe  # noqa: PLC0415 - as above

    application = QApplication([])
    encode = _encoder()
    done = threading.Event()

    def work() -> None:
        for _ in range(ENCODES):
            encode()
        done.set()

    worker = threading.Thread(target=work)
    probe = GapProbe()
    probe.start()
    watch = QTimer()
    watch.setInterval(SETTLE_MS)
    watch.timeout.connect(lambda: application.quit() if done.is_set() else None)
    watch.start()
    QTimer.singleShot(SETTLE_MS, worker.start)
    application.exec()
    worker.join()
    print(json.dumps({**asdict(probe.gaps()), "encodes": ENCODES}))
    return 0


def _encoder() -> Callable[[], object]:
    """Models loaded and a face found before anything is measured."""
    import dlib  # noqa: PLC0415 - heavy
    import numpy as np  # noqa: PLC0415 - as above
    from skimage import data  # noqa: PLC0415 - as above

    from devices.face.engine import models_folder  # noqa: PLC0415 - as above

    models = models_folder()
    picture = np.ascontiguousarray(data.astronaut()[:300, :400], dtype=np.uint8)
    face = dlib.get_frontal_face_detector()(picture, 0)[0]
    shape = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))(
        picture, face
    )
    net = dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat"))
    return lambda: net.compute_face_descriptor(picture, shape, JITTERS)


if __name__ == "__main__":
    sys.exit(main())
