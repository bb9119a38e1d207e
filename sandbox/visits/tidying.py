"""Undoing whatever a visit pulls at."""

from __future__ import annotations

from typing import Final

from sandbox.devices.twin import Json
from sandbox.visits.panel_client import PanelClient

_AS_AT_FIRST: Final[tuple[tuple[str, str, dict[str, Json]], ...]] = (
    ("reader", "lift_card", {}),
    ("card_service", "plug", {}),
    ("social_card", "misbehave", {"mode": "none"}),
    ("social_card", "lift_card", {}),
    ("camera", "plug", {}),
    ("camera", "stand", {"person": "zhang"}),
    ("line", "up", {}),
    ("centre", "tamper", {"kind": "none"}),
    ("centre", "fail", {"path_prefix": "/", "mode": "none"}),
    ("centre", "late_payments", {"on": False}),
    ("centre", "qr_lifetime", {"seconds": 300}),
    ("centre", "hold_refunds", {"on": False}),
    ("centre", "hold_booking", {"on": False}),
    ("centre", "lack", {"on": False}),
    ("centre", "expire_trust", {"on": False}),
    ("pad", "misbehave", {"mode": "none"}),
    ("pad", "auto", {"method": ""}),
    ("pad", "replug", {}),
    ("certificate_printer", "misbehave", {"mode": "none"}),
    ("certificate_printer", "paper", {"state": "ok"}),
    ("certificate_printer", "pace", {"seconds_per_sheet": 0.3}),
    ("slip_printer", "paper", {"state": "ok"}),
)


def tidy_up(panel: PanelClient) -> None:
    """Bring every twin that the city has to where it was at first, and take the cards along."""
    there = panel.states()
    for twin, verb, arguments in _AS_AT_FIRST:
        if twin in there:
            panel.do(twin, verb, **arguments)
    if panel.state("pad")["waiting"]:
        panel.do("pad", "cancel")
