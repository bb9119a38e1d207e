"""The machine's own settings: every mistake is named with key, value and what is allowed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk.config import BadConfig, load

KEY = base64.b64encode(bytes(32)).decode()
GOOD = f"""
[terminal]
state_dir = "/var/lib/kiosk"
runtime_dir = "/run/kiosk"
[central]
url = "https://centre.example"
open_url = "https://open.example"
ca_file = "ca.pem"
document_key = "{KEY}"
[devices.id_card]
port = "/dev/ttyS0"
photo_decoder = ["decode", "--png"]
[visit]
idle_s = 60
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(BadConfig) as caught:
        load(written(tmp_path, text))
    return caught.value.problems


def test_a_good_file(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))
    assert config.terminal.state_dir == Path("/var/lib/kiosk")
    assert config.devices.id_card is not None
    assert config.devices.id_card.photo_decoder == ("decode", "--png")
    assert config.devices.camera is None
    assert (config.visit.idle_s, config.visit.countdown_s) == (60, None)


PAD = '[devices.payment_pad]\nport = "/dev/ttyS1"\n[visit]'
SOCIAL = "[devices.social_card]\n[visit]"


def test_pad_and_social_card_are_fitted_where_they_are_named(tmp_path: Path) -> None:
    text = GOOD.replace("[visit]", PAD).replace("[visit]", SOCIAL)
    devices = load(written(tmp_path, text)).devices
    assert devices.payment_pad is not None
    assert devices.social_card is not None
    assert (devices.payment_pad.port, devices.payment_pad.baud) == ("/dev/ttyS1", 115200)
    assert (devices.social_card.reader, devices.social_card.service_socket) == ("", "")


def test_without_them_they_are_not(tmp_path: Path) -> None:
    devices = load(written(tmp_path, GOOD)).devices
    assert (devices.payment_pad, devices.social_card) == (None, None)


def test_it_is_frozen(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))
    with pytest.raises(ValidationError):
        config.central.url = "https://other.example"  # pyright: ignore[reportAttributeAccessIssue] - that is the test


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://centre", "http://centre", ["central.url = 'http://centre.example'", "^https://"]),
        (KEY, "c2hvcnQ=", ["central.document_key = 'c2hvcnQ='", "allowed: base64 of the 32"]),
        (KEY, "???", ["central.document_key = '???'", "allowed: base64 of the 32"]),
        ("idle_s = 60", "idle_s = -1", ["visit.idle_s = -1", "greater than 0"]),
        ("idle_s = 60", 'idle_s = "soon"', ["visit.idle_s = 'soon'", "valid number"]),
        (
            "[visit]",
            '[devices.camera]\ndriver = "vfw"\nsource = "x"\n[visit]',
            ["devices.camera.driver = 'vfw'", "'opencv'"],
        ),
        (
            "[visit]",
            "[visit]\nidel_s = 3",
            ["visit.idel_s = 3", "allowed: closing_s, countdown_s, idle_s"],
        ),
        (
            "[visit]",
            "[devices.face]\nturns = 3\n[visit]",
            ["devices.face.turns = 3", "allowed: driver, give_up_s, threshold, turn_s"],
        ),
        ("[visit]", "[vist]", ["vist = ", "allowed: central, devices, screen, terminal, visit"]),
        ('port = "/dev/ttyS0"', "", ["devices.id_card.port", "Field required"]),
        (
            "[visit]",
            PAD.replace("[visit]", "baud = 1200\n[visit]"),
            ["devices.payment_pad.baud = 1200", "115200"],
        ),
        (
            "[visit]",
            PAD.replace("[visit]", "patience_s = 601\n[visit]"),
            ["devices.payment_pad.patience_s = 601", "less than or equal to 600"],
        ),
        (
            "[visit]",
            "[devices.payment_pad]\n[visit]",
            ["devices.payment_pad.port", "Field required"],
        ),
        (
            "[visit]",
            SOCIAL.replace("[visit]", "port = 1\n[visit]"),
            ["devices.social_card.port = 1", "allowed: driver, reader, service_socket"],
        ),
    ],
)
def test_each_mistake_names_key_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    assert GOOD.count(old) == 1
    (problem,) = problems(tmp_path, GOOD.replace(old, new))
    for fragment in said:
        assert fragment in problem


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    spoilt = GOOD.replace("https://", "ftp://").replace("idle_s = 60", "idle_s = 0")
    assert len(problems(tmp_path, spoilt)) == 3


def test_a_file_that_is_no_toml_or_is_not_there(tmp_path: Path) -> None:
    assert "is not TOML" in problems(tmp_path, "[terminal")[0]
    with pytest.raises(BadConfig, match="cannot be read"):
        load(tmp_path / "nothing.toml")
