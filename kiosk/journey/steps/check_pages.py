"""The pages of a certificate check, and what is typed on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.credentials import numbers
from kiosk.journey import framing
from kiosk.journey.case_facts import CheckFacts, CheckVerdict
from kiosk.journey.catalogue import CheckParams, CheckPlace
from kiosk.journey.session import Session
from kiosk.journey.step import Frame
from screens.models.base import Bar, Button, Fact
from screens.models.filing import FieldOption, FormField, FormPage, ScanPage, VerdictPage
from screens.models.pages import Way, WaysPage
from screens.models.words import Plain, Words

LIVE_SLOT = "live"
KINDS = {"ownership": "不动产权", "proof": "不动产证明"}
"""Kind of certificate -> the words in its number (domain: 不动产权证书号, 登记证明号)."""
YEAR_DIGITS, NUMBER_DIGITS = 4, 7
_PAGES = (("kind", "place", "year", "number"), ("document", "holder"))
_TONES = {
    CheckVerdict.CURRENT: "done",
    CheckVerdict.CANCELLED: "danger",
    CheckVerdict.REPLACED: "danger",
    CheckVerdict.NO_MATCH: "danger",
    CheckVerdict.FORGED: "danger",
    CheckVerdict.NOT_OURS: "wait",
    CheckVerdict.SIGNATURE_ONLY: "wait",
    CheckVerdict.UNCHECKABLE: "wait",
}


@dataclass(frozen=True, slots=True)
class Typing:
    """What is typed of a certificate's number and its holder's document."""

    page: int = 0
    values: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    wrong: frozenset[str] = frozenset()

    def with_value(self, name: str, value: str) -> Typing:
        """The same with another value; the field is not called wrong any more."""
        if name not in _PAGES[self.page]:
            return self  # the page before it has been looked at already
        values = {**self.values, name: value[:40]}
        return replace(self, values=values, wrong=self.wrong - {name})

    def defects(self, params: CheckParams, today: date | None) -> frozenset[str]:
        """Fields of this page that do not hold."""
        return frozenset(
            name for name in self.shown(params) if not self._holds(name, params, today)
        )

    def shown(self, params: CheckParams) -> tuple[str, ...]:
        """Fields of this page; there is no choice of a place where there is one."""
        alone = len(params.places) == 1
        return tuple(name for name in _PAGES[self.page] if name != "place" or not alone)

    @property
    def last(self) -> bool:
        """Whether this is the last page."""
        return self.page == len(_PAGES) - 1

    def number(self, params: CheckParams) -> str:
        """The certificate's number as it is printed."""
        place = self._place(params)
        year, serial = self.values["year"], self.values["number"].zfill(NUMBER_DIGITS)
        return f"{place.short}({year}){place.place}{KINDS[self.values['kind']]}第{serial}号"

    def _place(self, params: CheckParams) -> CheckPlace:
        chosen = self.values.get("place", params.places[0].value)
        return next(place for place in params.places if place.value == chosen)

    def _holds(self, name: str, params: CheckParams, today: date | None) -> bool:
        value = self.values.get(name, "")
        match name:
            case "kind":
                return value in KINDS
            case "place":
                return value in {place.value for place in params.places}
            case "year":
                return _is_digits(value) and len(value) == YEAR_DIGITS
            case "number":
                return _is_digits(value) and len(value) <= NUMBER_DIGITS
            case "document":
                return value in {document.value for document in params.documents}
            case _:
                return _is_holder(self.values.get("document", ""), value, today)


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdecimal()


def _is_holder(document: str, number: str, today: date | None) -> bool:
    """Whether the number is right in form for that kind of document; an unknown kind has none."""
    if document not in {kind.value for kind in numbers.DocumentKind}:
        return False
    kind = numbers.DocumentKind(document)
    return numbers.check_document_number(kind, number, today or date.max) is None


def camera_ready(session: Session) -> bool:
    """Whether a code can be shown to this machine."""
    return "camera" in session.offer.ready


def ways_page(session: Session, frame: Frame) -> WaysPage:
    """Show the code, or type the number."""
    seeing = camera_ready(session)
    scan = Button(
        name="way:scan",
        text=framing.text("check.way.scan"),
        enabled=seeing,
        why=None if seeing else framing.text("check.no_camera"),
    )
    typing = framing.button("way:type", "check.way.type")
    return WaysPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("check.heading"),
        subheading=framing.text("check.subheading"),
        paragraphs=(framing.text("check.kinds"),),
        ways=(
            Way(button=scan, icon="qr", explanation=framing.text("check.way.scan.explained")),
            Way(button=typing, icon="keypad", explanation=framing.text("check.way.type.explained")),
        ),
        bar=framing.bar(frame),
    )


def scan_page(frame: Frame) -> ScanPage:
    """Hold the code up."""
    return ScanPage(
        page_id=frame.page_id,
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("scan.heading"),
        live=LIVE_SLOT,
        sentence=framing.text("scan.sentence"),
        bar=framing.bar(frame, back=framing.button("choose", "button.back")),
    )


def form_page(typing: Typing, params: CheckParams, frame: Frame) -> FormPage:
    """The certificate's number, then the holder's document."""
    fields = tuple(_field(name, typing, params) for name in typing.shown(params))
    return FormPage(
        page_id=f"{frame.page_id}.{typing.page}",
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text(f"check.form.{typing.page}"),
        sentence=framing.text(f"check.form.{typing.page}.sentence"),
        fields=fields,
        focused=next((each.field for each in fields if each.error is not None), ""),
        bar=framing.bar(
            frame,
            forward=framing.button("next", "button.check" if typing.last else "button.next"),
            back=framing.button("type_back", "button.back"),
        ),
    )


def _field(name: str, typing: Typing, params: CheckParams) -> FormField:
    options, kind, length = _shape(name, params)
    wrong = name in typing.wrong
    return FormField(
        field=name,
        label=framing.text(f"check.field.{name}"),
        input=kind,
        value=typing.values.get(name, ""),
        options=options,
        length=length,
        error=framing.text(f"check.wrong.{name}") if wrong else None,
    )


def _shape(name: str, params: CheckParams) -> tuple[tuple[FieldOption, ...], str, int]:
    """Options, way of typing, length."""
    match name:
        case "kind":
            kinds = {each: framing.text(f"check.kind.{each}") for each in KINDS}
            return _options(kinds), "choice", 40
        case "document":
            documents = {each.value: framing.localised(each.names) for each in params.documents}
            return _options(documents), "choice", 40
        case "place":
            places = {each.value: framing.localised(each.names) for each in params.places}
            return _options(places), "choice", 40
        case "year":
            return (), "digits", YEAR_DIGITS
        case "number":
            return (), "digits", NUMBER_DIGITS
        case _:
            return (), "id_number", 18


def _options(texts: Mapping[str, Words]) -> tuple[FieldOption, ...]:
    return tuple(FieldOption(value=value, text=text) for value, text in texts.items())


def verdict_page(check: CheckFacts, frame: Frame) -> VerdictPage:
    """The verdict in words, what it rests on, and what it does not say."""
    verdict = check.verdict
    actions = [framing.button("another", "button.check_another")]
    if check.why:
        actions.insert(0, framing.button("again", "button.try_again"))
    return VerdictPage(
        page_id=f"{frame.page_id}.{verdict}",
        chrome=frame.chrome,
        steps=frame.steps,
        heading=framing.text("verdict.heading"),
        tone=_TONES[verdict],
        verdict=_meaning(check),
        facts=_facts(check),
        proves=_proves(check),
        proves_not=_proves_not(check),
        actions=tuple(actions),
        bar=Bar(
            leave=framing.bar(frame).leave, forward=framing.button("next", "button.finish_looking")
        ),
    )


def _meaning(check: CheckFacts) -> Words:
    if check.verdict is CheckVerdict.UNCHECKABLE:
        return framing.text(f"verdict.uncheckable.{check.why or 'line'}")
    return framing.text(f"verdict.{check.verdict}")


def _facts(check: CheckFacts) -> tuple[Fact, ...]:
    """What is known. Without the centre, its time is that of the list that is held here."""
    of_list = check.verdict is CheckVerdict.SIGNATURE_ONLY
    told: tuple[tuple[str, Words | None], ...] = (
        ("kind", framing.localised(check.kind) if check.kind else None),
        ("number", Plain(value=check.number) if check.number else None),
        ("holder", Plain(value=check.holder_masked) if check.holder_masked else None),
        ("where", Plain(value=check.title) if check.title else None),
        ("issued_on", Plain(value=check.issued_on) if check.issued_on else None),
        ("changed_on", Plain(value=check.changed_on) if check.changed_on else None),
        ("listed_at" if of_list else "as_of", Plain(value=check.as_of) if check.as_of else None),
    )
    return tuple(
        Fact(label=framing.text(f"verdict.fact.{name}"), value=value)
        for name, value in told
        if value is not None
    )


def _proves(check: CheckFacts) -> tuple[Words, ...]:
    match check.verdict:
        case CheckVerdict.CURRENT | CheckVerdict.CANCELLED | CheckVerdict.REPLACED:
            return (framing.text("verdict.proves.register"),)
        case CheckVerdict.SIGNATURE_ONLY:
            issuer = framing.localised(check.issuer) if check.issuer else ""
            by = framing.text("verdict.proves.issued", issuer=issuer, on=check.issued_on)
            return (by, framing.text("verdict.proves.unaltered"))
        case _:
            return ()


def _proves_not(check: CheckFacts) -> tuple[Words, ...]:
    match check.verdict:
        case CheckVerdict.CURRENT:
            return (framing.text("verdict.proves_not.later"),)
        case CheckVerdict.SIGNATURE_ONLY:
            listed = framing.text("verdict.proves_not.since", day=check.as_of)
            return (framing.text("verdict.proves_not.today"), listed)
        case CheckVerdict.NO_MATCH:
            return (framing.text("verdict.proves_not.no_match"),)
        case CheckVerdict.UNCHECKABLE:
            return (framing.text("verdict.proves_not.unchecked"),)
        case CheckVerdict.FORGED:
            return (framing.text("verdict.proves_not.forged"),)
        case CheckVerdict.NOT_OURS:
            return (framing.text("verdict.proves_not.not_ours"),)
        case _:
            return ()
