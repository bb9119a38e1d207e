"""A machine becomes a terminal of the centre, whenever the operator's code comes."""

from __future__ import annotations

import queue
from pathlib import Path

from kiosk.central.enrolment import Enrolment
from kiosk.config import Central
from kiosk.joining import Joining
from sandbox.central.centre import Centre

PATIENCE_S = 10.0


def test_it_is_tried_until_the_code_is_right_and_found_again_after_a_restart(
    centre: Centre, ca_file: Path, tmp_path: Path
) -> None:
    code = tmp_path / "code"
    central = Central(
        url=centre.main_url,
        open_url=centre.open_url,
        ca_file=ca_file,
        document_key=centre.document_public_key,
        enrolment_code_file=code,
    )
    joined: queue.SimpleQueue[Enrolment] = queue.SimpleQueue()

    def join() -> Joining:
        return Joining(central, tmp_path / "identity", lambda who, _: joined.put(who), again_s=0.01)

    first = join()
    first.start()
    code.write_text("a wrong code")
    code.write_text(centre.new_enrolment_code())
    made = joined.get(timeout=PATIENCE_S)
    first.stop()
    code.unlink()
    again = join()
    again.start()
    assert joined.get(timeout=PATIENCE_S) == made
    again.stop()
