"""A face process and the people who stand before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.vendor_host import VendorHost, host_command
from sandbox import portraits
from sandbox.devices.camera import Scene
from sandbox.devices.camera_scene import Portrait, portrait
from tests.unit.devices.face.stage import Stage, card_photo


@pytest.fixture(scope="session")
def people() -> dict[str, Portrait]:
    folder = Path("build/portraits")
    portraits.fetch(folder)
    return {
        "citizen": portrait(portraits.citizen()),
        "impostor": portrait(portraits.impostor(folder)),
    }


@pytest.fixture(scope="session")
def card_png(people: dict[str, Portrait]) -> bytes:
    return card_photo(people["citizen"])


@pytest.fixture(scope="session")
def face_host() -> Iterator[VendorHost]:
    host = VendorHost(host_command("face"))
    yield host
    host.close()


@pytest.fixture
def stage(people: dict[str, Portrait]) -> Stage:
    return Stage(Scene(people))
