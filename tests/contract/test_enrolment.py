"""Joining the centre and asking it for the time."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.central.enrolment import Enrolment, enrol, load_enrolment, signed_time
from kiosk.central.errors import Busy, Disbelief, Refused, Unbelievable, Unreachable
from kiosk.central.trust import load_signing_key
from sandbox.central.centre import Centre
from sandbox.central.moments import city_clock
from sandbox.people import City

from .conftest import SHORT, client_of

pytestmark = pytest.mark.city


def test_enrolment_leaves_keys_that_only_the_owner_reads(enrolment: Enrolment) -> None:
    files = (enrolment.certificate_file, enrolment.key_file, enrolment.evidence_key_file)
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3
    assert {file.parent.stat().st_mode & 0o077 for file in files} == {0}
    keys = {file.read_bytes() for file in files}
    assert len(keys) == 3
    assert not list(enrolment.key_file.parent.glob("*.new"))


def test_an_enrolment_is_found_again(enrolment: Enrolment, tmp_path: Path) -> None:
    assert load_enrolment(enrolment.key_file.parent) == enrolment
    assert load_enrolment(tmp_path) is None


def test_a_code_works_once(centre: Centre, ca_file: Path, tmp_path: Path) -> None:
    code = centre.new_enrolment_code()
    first = enrol(centre.open_url, ca_file, code, tmp_path)
    with pytest.raises(Refused) as caught:
        enrol(centre.open_url, ca_file, code, tmp_path)
    assert caught.value.problem.code == "enrolment_code_invalid"
    assert set(caught.value.problem.texts) == {"zh-CN", "en"}
    client = client_of(centre.main_url, ca_file, first)
    assert client.catalogue() is not None  # the first enrolment is still whole
    client.close()


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("500", Busy),
        ("html", Unbelievable),
        ("garbage", Unbelievable),
        ("truncate", Unreachable),
        ("wrong_echo", Unbelievable),
        ("hang", Unreachable),
    ],
)
def test_a_failed_enrolment_leaves_nothing(
    centre: Centre, ca_file: Path, tmp_path: Path, mode: str, error: type[Exception]
) -> None:
    centre.fail("/v1/terminals/enrol", mode)
    code = centre.new_enrolment_code()
    with pytest.raises(error):
        enrol(centre.open_url, ca_file, code, tmp_path / "terminal", patience=SHORT)
    assert not (tmp_path / "terminal").exists()


def test_signed_time(centre: Centre, ca_file: Path) -> None:
    key = load_signing_key(centre.document_public_key.encode())
    told = signed_time(centre.open_url, ca_file, key)
    assert abs(told - city_clock()) < timedelta(minutes=1)
    assert told.utcoffset() == timedelta(hours=8)


def test_time_signed_with_another_key_is_not_believed(centre: Centre, ca_file: Path) -> None:
    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(Unbelievable) as caught:
        signed_time(centre.open_url, ca_file, load_signing_key(base64.b64encode(raw)))
    assert caught.value.reason is Disbelief.SIGNATURE


@pytest.mark.parametrize("years", [-20, 20])
def test_a_terminal_whose_clock_is_years_off_finds_the_time(
    tmp_path: Path, city: City, years: int
) -> None:
    """Seen from the terminal: the centre's certificates are all from another age."""
    off = timedelta(days=365 * years)
    centre = Centre(tmp_path / "centre", city, clock=lambda: city_clock() + off)
    centre.start()
    try:
        ca_file = tmp_path / "ca.pem"
        ca_file.write_text(centre.ca_pem)
        with pytest.raises(Unbelievable) as caught:
            enrol(centre.open_url, ca_file, centre.new_enrolment_code(), tmp_path)
        assert caught.value.reason is Disbelief.CERTIFICATE
        key = load_signing_key(centre.document_public_key.encode())
        told = signed_time(centre.open_url, ca_file, key)
        assert abs(told - city_clock() - off) < timedelta(minutes=1)
    finally:
        centre.close()


def test_a_stated_time_outside_the_certificates_period_is_not_believed(
    tmp_path: Path, city: City
) -> None:
    ages = [timedelta()]
    centre = Centre(tmp_path / "centre", city, clock=lambda: city_clock() + ages[0])
    centre.start()
    try:
        ca_file = tmp_path / "ca.pem"
        ca_file.write_text(centre.ca_pem)
        ages[0] = timedelta(days=365 * 40)
        with pytest.raises(Unbelievable) as caught:
            signed_time(
                centre.open_url, ca_file, load_signing_key(centre.document_public_key.encode())
            )
        assert caught.value.reason is Disbelief.CERTIFICATE
    finally:
        centre.close()
