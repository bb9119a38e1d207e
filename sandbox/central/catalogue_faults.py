"""Ways in which a city may deliver a bad catalogue, for the panel; the signature still holds.

Two faults do not touch the content: ``older_version`` and ``wrong_signature`` belong to the
document's number and to its signature (see ``documents``).
"""

from __future__ import annotations

import copy
from typing import Any, Final, Literal, cast, get_args

from sandbox.central.catalogue_filing import PRESALE

CatalogueFault = Literal[
    "",
    "unknown_step",
    "broken_schema",
    "unknown_fact",
    "older_version",
    "wrong_signature",
    "malformed_service",
]
FAULTS: Final[tuple[str, ...]] = get_args(CatalogueFault)

_Service = dict[str, Any]


def fault_named(kind: str) -> CatalogueFault:
    """The fault of that name; ValueError if there is none."""
    known = next((known for known in get_args(CatalogueFault) if known == kind), None)
    if known is None:
        raise ValueError(f"kind must be one of {', '.join(repr(fault) for fault in FAULTS)}")
    return known


def spoilt(services: list[dict[str, object]], fault: CatalogueFault) -> list[dict[str, object]]:
    """The services with the fault in the presale service; the same list where it has none."""
    spoil = {
        "unknown_step": _with_unknown_step,
        "broken_schema": _with_broken_schema,
        "unknown_fact": _with_unknown_fact,
        "malformed_service": _malformed,
    }.get(fault)
    if spoil is None:
        return services
    return [
        spoil(cast("_Service", copy.deepcopy(each))) if each["code"] == PRESALE else each
        for each in services
    ]


def _step(service: _Service, kind: str) -> dict[str, Any]:
    return next(step for step in service["steps"] if step["kind"] == kind)


def _with_unknown_step(service: _Service) -> dict[str, object]:
    """A kind that no terminal of today has."""
    service["steps"].insert(4, {"kind": "hologram_scan", "params": {}})
    return service


def _with_broken_schema(service: _Service) -> dict[str, object]:
    """A schema that is none: its type does not exist, its pattern does not compile."""
    schema = _step(service, "application_form")["params"]["schema"]
    schema["type"] = "objekt"
    schema["properties"]["contact_phone"]["pattern"] = "^1[0-9{10}$("
    return service


def _with_unknown_fact(service: _Service) -> dict[str, object]:
    """A condition on something that no terminal of today knows."""
    _step(service, "case_result")["when"] = {"fact": "moon_phase", "equals": "full"}
    return service


def _malformed(service: _Service) -> dict[str, object]:
    """No names, and a sentence where the steps should be."""
    del service["names"]
    service["steps"] = "identify, then everything else"
    return service
