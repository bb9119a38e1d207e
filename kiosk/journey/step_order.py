"""Whether a service's steps come in an order in which a visit can be carried through. Pure.

Each kind of step takes something up that earlier ones have laid down. Where the catalogue leaves
that out, a visit would end in a page that nobody can leave, or worse: file twice, or let somebody
sign whom nobody has checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kiosk.central.models import StepSpec, When
from kiosk.journey.plan import FACTS, values_of

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "consent": ("identify",),
    "person_check": ("identify", "consent"),
    "housing_result": ("person_check", "housing_enquiry"),
    "preparation": ("person_check",),
    "application_form": ("preparation",),
    "turn": ("preparation",),
    "questioning": ("preparation",),
    "review": ("preparation",),
    "signature": ("review",),
    "submit": ("signature",),
    "case_result": ("submit",),
    "payment": ("submit",),
    "fiscal_receipt": ("payment",),
    "case_list": ("person_check",),
    "case_stages": ("case_list",),
    "certificate_list": ("person_check",),
    "slip": ("housing_result|submit",),
}
"""Kind -> kinds that must have come before it; ``a|b``: one of the two."""
_PAPERS: Mapping[str, str] = {
    "enquiry": "housing_result",
    "notice": "submit",
    "receipt": "fiscal_receipt",
    "certificate": "certificate_list|case_stages",
}
"""Subject of a document -> where it comes from."""
_KNOWN_AFTER: Mapping[str, str] = {
    "party_known": "identify",
    "outcome": "submit",
    "fee_due": "submit",
    "paid": "payment",
    "receipt_known": "fiscal_receipt",
    "booked": "case_list",
}
"""Fact -> the kind of step before which it can't be known. In a loop, ``party_known`` may stand
before that loop's own ``identify``: another one has come before."""
_MANY = frozenset({"identify", "consent", "person_check", "document", "print_document"})
"""Kinds that may come more than once; any other would do something twice."""
_PERSON = ("identify", "consent", "person_check")
_OF_A_PARTY = frozenset({"turn", "questioning", "review", "signature"})
"""Kinds that concern one party: only gone through by each of them do all have signed."""
_LOOPED = _OF_A_PARTY | set(_PERSON)
_ALWAYS = frozenset(
    {"preparation", "application_form", "questioning", "review", "signature", "submit", "farewell"}
)
"""Kinds that can't be left out now and then: what follows builds on them."""
_RECEIPT, _BOOKED = When(fact="receipt_known", equals=True), When(fact="booked", equals=True)
_NEW_PARTY = When(fact="party_known", equals=False)


def defects(specs: Sequence[StepSpec]) -> list[str]:
    """All that is wrong with the order, each with the step it is about."""
    found = [
        f"step {number + 1} ({spec.kind}): {what}"
        for number, spec in enumerate(specs)
        for what in _wrong_at(spec, specs[:number])
    ]
    found += _wrong_loop(specs)
    if specs and specs[-1].kind != "farewell":
        found.append("its last step is no farewell")
    return found


def subject_of(spec: StepSpec) -> str:
    """Which document a step is about; empty where it is about none."""
    if spec.kind not in {"document", "print_document"}:
        return ""
    return str(spec.params.get("subject", "enquiry"))


def _wrong_at(spec: StepSpec, before: Sequence[StepSpec]) -> Iterator[str]:
    kinds = {each.kind for each in before}
    for needed in (*_NEEDS.get(spec.kind, ()), *_source(spec)):
        if not kinds & set(needed.split("|")):
            yield f"no {needed.replace('|', ' or ')} before it"
    if spec.kind == "guide":
        yield "the guide comes by itself"
    if spec.when is not None:
        yield from _wrong_when(spec.kind, spec.when, kinds)
    if spec.for_each is not None and spec.kind not in _LOOPED:
        yield "it is not gone through for each party"
    if spec.for_each is None and spec.kind in _OF_A_PARTY:
        yield "it is gone through for each party"
    twice = any(each.kind == spec.kind and subject_of(each) == subject_of(spec) for each in before)
    if twice and (spec.kind not in _MANY or subject_of(spec)):
        yield "it comes twice"
    yield from _wrong_paper(spec, before)


def _source(spec: StepSpec) -> tuple[str, ...]:
    source = _PAPERS.get(subject_of(spec))
    return () if source is None else (source,)


def _wrong_when(kind: str, when: When, kinds: set[str]) -> Iterator[str]:
    if when.fact not in FACTS:
        yield f"unknown fact {when.fact}"
        return
    if when.equals not in values_of(when.fact):
        yield f"{when.fact} never has that value"
    if not kinds & {_KNOWN_AFTER[when.fact]}:
        yield f"{when.fact} is not known so early"
    if kind in _ALWAYS:
        yield "it can't be left out"


def _wrong_paper(spec: StepSpec, before: Sequence[StepSpec]) -> Iterator[str]:
    """A paper that is not there leaves a visitor at a page without a way on."""
    subject, kinds = subject_of(spec), {each.kind for each in before}
    if subject == "receipt" and spec.when != _RECEIPT:
        yield "the receipt may be missing: it needs receipt_known"
    if subject == "certificate" and "certificate_list" not in kinds and spec.when != _BOOKED:
        yield "the certificate may be missing: it needs booked"
    if spec.kind == "print_document":
        seen = [each for each in before if each.kind == "document" and subject_of(each) == subject]
        if not seen:
            yield "what it prints is not fetched before"
        elif seen[0].when not in (None, spec.when):
            yield "what it prints is fetched under another condition"


def _wrong_loop(specs: Sequence[StepSpec]) -> Iterator[str]:
    looped = [number for number, spec in enumerate(specs) if spec.for_each is not None]
    if not looped:
        return
    first, last = looped[0], looped[-1]
    if looped != list(range(first, last + 1)):
        yield "the steps for each party are not one stretch"
    if not any(spec.kind == "preparation" for spec in specs[:first]):
        yield "no preparation before the steps for each party"
    kinds = [spec.kind for spec in specs[first : last + 1]]
    if "signature" not in kinds:
        return
    checked = [
        spec.kind
        for spec in specs[first : first + kinds.index("signature")]
        if spec.when in (None, _NEW_PARTY)
    ]
    missing = [kind for kind in _PERSON if kind not in checked]
    if missing:
        yield f"somebody would sign without {', '.join(missing)}"
