"""Effects carried out, and what comes back late: nothing of one visit reaches the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from devices.api import JobProgressed, PrintOutcome, Progress
from kiosk.central.errors import Unreachable
from kiosk.credentials.signed_content import digest
from kiosk.journey import effects
from kiosk.journey.case_facts import Draft, Means, Money, PartyDraft, PaymentFacts, Signature
from kiosk.journey.events import (
    CaseKnown,
    CasesListed,
    CertificatesListed,
    Checked,
    CodeSent,
    Decided,
    DocumentReady,
    HousingFound,
    OrderKnown,
    PaymentKnown,
    Prepared,
    Printed,
    ReceiptKnown,
    SessionOpened,
    Why,
    Withdrawn,
)
from kiosk.journey.events import Failed as CameToNothing
from kiosk.journey.facts import PrintFacts, SlipFacts, Way
from kiosk.papers.pages import PageImage
from kiosk.pixels import PixelSlots, Slot
from kiosk.showing import ShownDocuments
from tests.contract import answers
from tests.unit.kiosk.centre_desk import NUMBER, OTHER_NUMBER, person
from tests.unit.kiosk.performer_bench import Machine, card

PRINTED = PrintFacts(PrintOutcome.PRINTED)
PAID = PaymentFacts("A" * 24, Money.PAID, "", 8000, "wechat")
FETCH = effects.FetchDocument("v.3", "enquiry", "enq-1")
PRINT = effects.PrintDocument("v.4", "enquiry", "enq-1", "202611210001")
SIGNED = digest("new_home_transfer", "item-1", {}, "buyer-1", {})
DRAFT = Draft(
    "new_home_transfer",
    "p-1",
    "item-1",
    {},
    (PartyDraft(0, "buyer-1", {}, Signature(SIGNED, ())),),
)
PAGES = [PageImage(1, 1, b"\xff\x00\x00")] * 3


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine()
    yield machine
    machine.slots.wipe()


def ready(machine: Machine) -> Machine:
    """Somebody is checked, and the centre has a document."""
    machine.has_a_document()
    machine.reads()
    machine.opens()
    return machine


def fetches(machine: Machine, subject: str, source_id: str, job_id: str = "v.3") -> None:
    machine.does(effects.FetchDocument(job_id, subject, source_id))
    machine.errands_end()


# what is asked at the counter


@pytest.mark.parametrize(
    ("effect", "call", "about", "answer"),
    [
        (effects.SendCode("v.5", "v.5"), "send_sms_code", NUMBER, CodeSent),
        (effects.OpenSession("v.5", "k", Way.FACE, "high"), "open_session", NUMBER, SessionOpened),
        (effects.FindHousing("v.5", "v.5", "990000", "loan"), "enquire_housing", "", HousingFound),
        (effects.Prepare("v.5", "presale"), "preparation", "", Prepared),
        (effects.SubmitApplication("v.5", "v.5", DRAFT), "submit_application", "", Decided),
        (effects.WithdrawCase("v.5", "v.5", "c-7"), "withdraw", " c-7", Withdrawn),
        (effects.FetchOrder("v.5", "o-7"), "order", "o-7", OrderKnown),
        (effects.FetchReceipt("v.5", "o-7"), "receipt", "", ReceiptKnown),
        (effects.ListCases("v.5"), "cases", "", CasesListed),
        (effects.FetchCase("v.5", "c-7"), "case", "", CaseKnown),
        (effects.ListCertificates("v.5"), "certificates", "", CertificatesListed),
        (
            effects.CheckCode("v.5", "v.5", "https://x.example/1"),
            "check_code",
            "x.example",
            Checked,
        ),
        (
            effects.CheckNumber("v.5", "v.5", "云(2026)1号", "resident", NUMBER),
            "check_number",
            f"云(2026)1号 resident {NUMBER}",
            Checked,
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, effects.Effect) else None,
)
def test_each_question_reaches_its_call_and_its_answer_its_job(
    machine: Machine, effect: effects.Effect, call: str, about: str, answer: type
) -> None:
    machine.reads()
    machine.opens()
    machine.desk.centre.told["check_number"] = answers.no_match()
    machine.desk.centre.calls.clear()
    machine.does(effect)
    assert machine.desk.centre.calls == [], "the loop never waits for the centre"
    machine.errands_end()
    assert [name for name, _ in machine.desk.centre.calls if name != "close_session"] == [call]
    assert about in machine.desk.centre.calls[0][1]
    job_id, came = machine.answers[-1]
    assert job_id == "v.5"
    assert isinstance(came, answer)


def test_what_the_other_outlets_are_for(machine: Machine) -> None:
    machine.does(
        effects.Keep("statistics", {"visit": "v"}),
        effects.SetTimer("idle", 90.0),
        effects.CancelTimer("closing"),
    )
    assert machine.out.kept == [("statistics", {"visit": "v"})]
    assert machine.out.timers == [("idle", 90.0)]
    assert machine.out.timers_gone == ["closing"]
    assert machine.answers == []


def test_each_party_is_checked_with_the_own_card_whoever_stood_here_last(machine: Machine) -> None:
    machine.reads(card(NUMBER), "v.0")
    machine.opens("v.1")
    machine.does(effects.TurnTo(1))
    machine.reads(card(OTHER_NUMBER), "v.2")
    machine.opens("v.3")
    machine.does(effects.TurnTo(0))
    machine.opens("v.4")
    numbers = [one.document.number for one in machine.desk.centre.evidence]
    assert numbers == [NUMBER, OTHER_NUMBER, NUMBER]


def test_a_check_begun_with_one_card_never_speaks_for_another(machine: Machine) -> None:
    """The errands hang; the visitor goes back and puts another card: the evidence stays true."""
    machine.reads(card(NUMBER))
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"))
    machine.reads(card(OTHER_NUMBER), "v.3")
    machine.errands_end()
    assert [one.document.number for one in machine.desk.centre.evidence] == [NUMBER]


def test_a_call_that_nobody_waits_for_any_more_is_not_made(machine: Machine) -> None:
    machine.reads()
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"), effects.Cancel("v.2"))
    machine.does(FETCH, effects.Cancel("v.3"))
    machine.errands_end()
    assert machine.desk.centre.calls == []


def test_an_answer_that_comes_after_its_job_was_called_off_is_silent(machine: Machine) -> None:
    machine.does(effects.FetchOrder("v.5", "o-1"))
    machine.errands.work()
    machine.does(effects.Cancel("v.5"))
    machine.errands_end()
    assert machine.desk.centre.of("order") == ["o-1"]
    assert machine.answers == []


def test_a_bug_in_an_errand_is_an_answer(machine: Machine) -> None:
    machine.reads()

    def bug(_: str) -> None:
        raise ZeroDivisionError

    machine.desk.centre.during = bug
    machine.opens()
    assert machine.answers[-1] == ("v.2", CameToNothing(Why.BROKEN))


# the end of the visit


def test_the_wipe_forgets_everything_and_closes_every_session(machine: Machine) -> None:
    machine.reads()
    machine.opens()
    machine.does(effects.TurnTo(1))
    machine.reads(card(OTHER_NUMBER), "v.3")
    machine.opens("v.4")
    machine.starts_the_check("v.5")
    before = machine.slots.current()
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.desk.centre.open_sessions == []
    assert machine.shown == []
    assert not any(any(slot.memory[:]) for slot in before)
    assert machine.camera.cancelled == ["v.5.stream"]
    assert machine.till.forgotten == 1


def test_nobody_of_the_last_visit_stands_here_in_the_next(machine: Machine) -> None:
    machine.reads()
    machine.opens()
    machine.does(effects.TurnTo(1), effects.WipeVisit(), effects.SendCode("b.0", "v.2"))
    machine.errands_end()
    assert machine.answers[-1] == ("b.0", CameToNothing(Why.BROKEN, "no_identity"))
    machine.reads(card(OTHER_NUMBER), "b.1")
    machine.opens("b.2")
    assert machine.desk.centre.evidence[-1].document.number == OTHER_NUMBER


def test_a_key_of_the_last_visit_is_not_used_again(machine: Machine) -> None:
    for _ in range(2):
        machine.reads()
        machine.does(effects.SendCode("v.1", "the same seed"), effects.WipeVisit())
        machine.does(effects.ReadCard("v.0"))
        machine.reads()
        machine.does(effects.SendCode("v.1", "the same seed"))
        machine.errands_end()
    assert len(machine.desk.centre.keys) == len(set(machine.desk.centre.keys)) == 2


def test_one_part_of_the_wipe_that_fails_keeps_no_other(machine: Machine) -> None:
    machine.reads()
    machine.opens()
    machine.starts_the_check("v.3")

    def bug() -> None:
        raise ZeroDivisionError

    machine.ledger.forget = bug
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.desk.centre.open_sessions == []
    assert machine.till.forgotten == 1
    assert machine.shown == []


def test_a_late_answer_of_the_centre_is_dropped_after_the_wipe(machine: Machine) -> None:
    machine.reads()
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"))
    machine.errands.work()
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.desk.centre.open_sessions == []
    assert not any(isinstance(answer, SessionOpened) for _, answer in machine.answers)


def test_a_session_that_opens_during_the_wipe_is_closed(machine: Machine) -> None:
    machine.reads()
    machine.does(effects.OpenSession("v.2", "v.2", Way.FACE, "high"))

    def wipe_meanwhile(name: str) -> None:
        if name == "open_session":
            machine.does(effects.WipeVisit())

    machine.desk.centre.during = wipe_meanwhile
    machine.errands_end()
    assert machine.desk.centre.open_sessions == []


def test_an_unreachable_centre_at_the_end_troubles_nobody(machine: Machine) -> None:
    machine.reads()
    machine.opens()
    machine.desk.centre.planted["close_session"] = Unreachable()
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.desk.centre.of("close_session") == ["s-1"]


# documents and prints


def test_the_document_s_pages_come_into_slots_and_its_bytes_to_the_printer(
    machine: Machine,
) -> None:
    ready(machine).does(FETCH)
    machine.errands_end()
    answer = machine.answers[-1][1]
    assert isinstance(answer, DocumentReady)
    assert answer.subject == "enquiry"
    assert answer.document.slots == ("enquiry-1", "enquiry-2")
    assert machine.shown == ["portrait", "enquiry-1", "enquiry-2"]
    machine.does(PRINT)
    ((key, subject, printed),) = machine.ledger.documents
    assert printed == machine.desk.centre.pdf
    assert subject == {
        "subject": "enquiry",
        "enquiry_id": "enq-1",
        "number": "202611210001",
        "pages": "2",
    }
    assert len(key) == 32


@pytest.mark.parametrize("subject", ["notice", "receipt", "certificate"])
def test_only_an_enquiry_s_print_names_an_enquiry(machine: Machine, subject: str) -> None:
    """The centre would look for an enquiry of that id, and find none."""
    fetches(ready(machine), subject, "source-1")
    machine.does(effects.PrintDocument("v.4", subject, "source-1", "N-1"))
    ((_, told, _),) = machine.ledger.documents
    assert told == {"subject": subject, "number": "N-1", "pages": "2"}


def test_documents_of_several_subjects_stand_side_by_side(machine: Machine) -> None:
    fetches(ready(machine), "notice", "c-1", "v.3")
    notice = machine.desk.centre.pdf
    machine.has_a_document()
    assert machine.desk.centre.pdf != notice
    fetches(machine, "receipt", "r-1", "v.4")
    assert machine.shown == ["portrait", "notice-1", "notice-2", "receipt-1", "receipt-2"]
    machine.does(effects.PrintDocument("v.5", "notice", "c-1", "N-1"))
    assert machine.ledger.documents[0][2] == notice


def test_a_document_that_is_fetched_again_leaves_no_page_of_the_last_one(machine: Machine) -> None:
    fetches(ready(machine), "certificate", "cert-1", "v.3")
    before = [slot for slot in machine.slots.current() if slot.name.startswith("certificate")]
    machine.pages.count = 1
    fetches(machine, "certificate", "cert-2", "v.4")
    assert machine.shown == ["portrait", "certificate-1"]
    assert not any(any(slot.memory[:]) for slot in before)
    answer = machine.answers[-1][1]
    assert isinstance(answer, DocumentReady)
    assert answer.document.slots == ("certificate-1",)


def test_a_document_is_not_printed_for_another_whose_fetching_failed(machine: Machine) -> None:
    """The vault still has the first; its paper must not come out under the second's number."""
    fetches(ready(machine), "certificate", "cert-1", "v.3")
    machine.desk.centre.planted["document"] = Unreachable()
    fetches(machine, "certificate", "cert-2", "v.4")
    assert "certificate-1" not in machine.shown
    for number, source_id in enumerate(("cert-1", "cert-2"), 5):
        machine.does(effects.PrintDocument(f"v.{number}", "certificate", source_id, "N-1"))
        why = CameToNothing(Why.BROKEN, "no_document")
        assert machine.answers[-1] == (f"v.{number}", why)
    assert machine.ledger.documents == []


def test_a_document_of_the_last_visit_cannot_be_printed_in_the_next(machine: Machine) -> None:
    fetches(ready(machine), "enquiry", "enq-1")
    machine.does(effects.WipeVisit(), PRINT)
    assert machine.ledger.documents == []
    assert machine.answers[-1] == ("v.4", CameToNothing(Why.BROKEN, "no_document"))


def test_a_document_for_a_step_that_was_left_shows_no_pages(machine: Machine) -> None:
    ready(machine).does(FETCH)
    machine.errands.work()
    machine.does(effects.Cancel("v.3"))
    machine.errands_end()
    assert machine.shown == ["portrait"]
    machine.does(PRINT)
    assert machine.ledger.documents == [], "nor is it printed unseen"


def test_a_document_that_comes_after_the_wipe_shows_no_pages_to_the_next(machine: Machine) -> None:
    ready(machine).does(FETCH)
    machine.errands.work()
    machine.does(effects.WipeVisit())
    machine.errands_end()
    assert machine.shown == []


class FullSlots(PixelSlots):
    """Memory files run out after so many."""

    left = 2

    def create(self, name: str, width: int, height: int) -> Slot:
        if not self.left:
            raise OSError(24, "planted")
        self.left -= 1
        return super().create(name, width, height)


def test_pages_that_find_no_slot_are_shown_whole_or_not_at_all() -> None:
    gone: list[str] = []
    slots = FullSlots(lambda _: None, gone.append)
    shown = ShownDocuments(slots)
    with pytest.raises(OSError, match="planted"):
        shown.show("notice", "c-1", PAGES)
    assert gone == ["notice-1", "notice-2"]
    assert slots.current() == ()
    assert not shown.shows("notice", "c-1")


def test_who_waits_for_pages_that_find_no_slot_is_told(machine: Machine) -> None:
    ready(machine).does(FETCH)
    machine.errands.work()

    def full(name: str, width: int, height: int) -> Slot:
        raise OSError(24, f"planted {name} {width} {height}")

    machine.slots.create = full
    machine.errands_end()
    assert machine.answers[-1] == ("v.3", CameToNothing(Why.BROKEN))


def test_a_print_is_answered_under_the_journey_s_own_job_id(machine: Machine) -> None:
    fetches(ready(machine), "enquiry", "enq-1")
    machine.does(PRINT)
    ((key, _, _),) = machine.ledger.documents
    machine.performer.progressed(JobProgressed(key, "certificate_printer", Progress("sheet", 1, 2)))
    machine.ledger.waiting[key](PRINTED)
    assert machine.out.signs == [("v.4", "sheet")]
    assert machine.answers[-1] == ("v.4", Printed(PRINTED))


def test_a_slip_says_what_the_effect_says(machine: Machine) -> None:
    machine.does(effects.PrintSlip("v.9", SlipFacts({}, "202611210001")))
    ((key, number, slip),) = machine.ledger.slips
    assert number == "202611210001"
    assert slip == machine.performer._out.slip(effects.PrintSlip("v.9", SlipFacts({}, number)))  # pyright: ignore[reportPrivateUsage] - the outlet the test made
    machine.ledger.waiting[key](PRINTED)
    assert machine.answers == [("v.9", Printed(PRINTED))]


def test_a_print_that_ends_after_the_visit_tells_nobody(machine: Machine) -> None:
    machine.does(effects.PrintSlip("v.9", SlipFacts({}, "1")), effects.WipeVisit())
    (settled,) = machine.ledger.told_late
    settled(PRINTED)
    assert machine.answers == []


def test_two_prints_never_share_a_key(machine: Machine) -> None:
    fetches(ready(machine), "enquiry", "enq-1")
    for number in range(5, 8):
        machine.does(effects.PrintDocument(f"v.{number}", "enquiry", "enq-1", "1"))
    slip = effects.PrintSlip("v.5", SlipFacts({}, "1"))
    machine.does(effects.PrintSlip("v.9", SlipFacts({}, "1")), effects.WipeVisit(), slip)
    keys = [key for key, *_ in (*machine.ledger.documents, *machine.ledger.slips)]
    assert len(set(keys)) == 5


# payments


def knows_the_order(machine: Machine) -> None:
    machine.does(effects.FetchOrder("v.1", "o-1"))
    machine.errands_end()


@pytest.mark.parametrize("means", Means)
def test_what_was_last_shown_to_be_paid_is_what_is_paid(machine: Machine, means: Means) -> None:
    knows_the_order(machine)
    shown = machine.answers[-1][1]
    assert isinstance(shown, OrderKnown)
    machine.does(effects.BeginPayment("v.2", "o-1", means))
    assert machine.till.begun == [(shown.order, means)]
    machine.till.tells(PAID)
    assert machine.answers[-1] == ("v.2", PaymentKnown(PAID))


def never_asked(machine: Machine) -> None:
    machine.errands_end()


def asked_for_another(machine: Machine) -> None:
    machine.desk.centre.told["order"] = {**answers.order(), "order_id": "o-2"}
    knows_the_order(machine)


def could_not_learn_it(machine: Machine) -> None:
    machine.desk.centre.planted["order"] = Unreachable()
    knows_the_order(machine)


def left_before_it_came(machine: Machine) -> None:
    machine.does(effects.FetchOrder("v.1", "o-1"))
    machine.errands.work()
    machine.does(effects.Cancel("v.1"))
    machine.errands_end()


def saw_it_in_the_last_visit(machine: Machine) -> None:
    knows_the_order(machine)
    machine.does(effects.WipeVisit())


def ended_while_it_was_asked_for(machine: Machine) -> None:
    machine.does(effects.FetchOrder("v.1", "o-1"))
    machine.desk.centre.during = lambda _: machine.does(effects.WipeVisit())
    machine.errands_end()


@pytest.mark.parametrize(
    "before",
    [
        never_asked,
        asked_for_another,
        could_not_learn_it,
        left_before_it_came,
        saw_it_in_the_last_visit,
        ended_while_it_was_asked_for,
    ],
)
def test_an_order_that_this_visit_was_not_shown_is_not_paid(
    machine: Machine, before: Callable[[Machine], None]
) -> None:
    before(machine)
    machine.does(effects.BeginPayment("v.2", "o-1", Means.QR))
    assert machine.answers[-1] == ("v.2", CameToNothing(Why.BROKEN, "no_order"))
    assert machine.till.begun == []


def test_waiting_and_closing_reach_settlement(machine: Machine) -> None:
    machine.does(effects.AwaitPayment("v.3", "A" * 24), effects.ClosePayment("v.4", "B" * 24))
    assert machine.till.asked == [("wait", "A" * 24), ("close", "B" * 24)]


def test_who_waits_no_more_is_not_told_of_the_money(machine: Machine) -> None:
    machine.does(
        effects.AwaitPayment("v.3", "A" * 24),
        effects.Cancel("v.3"),
        effects.ClosePayment("v.4", "A" * 24),
    )
    machine.till.tells(PAID)
    assert machine.answers == [("v.4", PaymentKnown(PAID))]


def test_a_payment_that_ends_after_the_visit_tells_nobody(machine: Machine) -> None:
    """Settlement forgets who waited; but even one that it told would say nothing here."""
    knows_the_order(machine)
    machine.answers.clear()
    machine.does(
        effects.BeginPayment("v.2", "o-1", Means.PAD),
        effects.AwaitPayment("v.3", "A" * 24),
        effects.WipeVisit(),
    )
    machine.till.tells(PAID)
    assert machine.till.forgotten == 1
    assert machine.answers == []


def test_the_person_of_the_vault_is_the_card_s(machine: Machine) -> None:
    machine.reads(card(NUMBER))
    machine.does(effects.SendCode("v.1", "v.1"))
    machine.errands_end()
    assert machine.desk.centre.of("send_sms_code") == [person().number]
    assert person().valid_until == date(2035, 1, 1)
