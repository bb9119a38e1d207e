"""Applications through both processes and the twins; afterwards, what centre and paper say."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.visit import Setting
from sandbox.visits.parts_filing import PHONE
from tests.e2e.aftermath import Aftermath
from tests.e2e.leftovers import (
    filed_application,
    hits,
    needles,
    places,
    signature_needles,
    token_hits,
)

pytestmark = [pytest.mark.city, pytest.mark.e2e]
FEE = ("wallet", "payment", 8000)


def test_an_application_is_filed_and_paid_and_then_followed_to_its_certificate(
    where: Setting, logs: Path, tmp_path: Path
) -> None:
    after = Aftermath(where, "application")
    order, attempt = after.row("orders"), after.row("attempts")
    assert (order["state"], order["paid_attempt"]) == ("paid", attempt["attempt"])
    assert (attempt["means"], attempt["channel"], attempt["paid_fen"]) == ("qr", "wechat", 8000)
    assert after.money() == [FEE]
    receipt = after.row("fiscal_receipts")
    assert (receipt["order_id"], receipt["total_fen"]) == (order["order_id"], 8000)
    numbers = [row["number"] for row in after.rows("print_outcomes")]
    assert numbers == [order["case_no"], receipt["number"]]
    slip = after.slip().replace(" ", "").replace("\n", "")
    assert str(order["case_no"]) in slip
    assert "费用已付" in slip
    assert str(attempt["attempt"]) in slip
    assert after.ended() == "complete"
    _nothing_of_the_person_stays(where, logs, tmp_path)
    followed = Aftermath(where, "progress")
    assert followed.ended() == "complete"
    assert followed.rows("orders") == []


def _nothing_of_the_person_stays(where: Setting, logs: Path, scratch: Path) -> None:
    """Neither in logs and settings nor on the kiosk's disk, opened with its own key."""
    application = filed_application(where)
    looked_for = {**needles("zhang", PHONE), **signature_needles(application)}
    sent = hits(looked_for, {"application": application})
    assert {"typed or given 0 in application", "signature as sent in application"} <= set(sent)
    found = places(where, logs, scratch)
    assert b"payment" in found["kiosk.log"]
    assert b"paid" in found["plaintext"]
    assert hits(looked_for, found) == []
    assert token_hits(found) == []


def test_a_social_security_card_and_a_text_message_file_what_is_free(where: Setting) -> None:
    after = Aftermath(where, "presale_social")
    session = after.row("sessions")
    assert (session["resident"], session["check_kind"]) == ("zhang", "sms")
    assert after.money() == []
    assert "费用" not in after.slip()


def test_two_applicants_file_together_and_a_card_on_the_pad_pays(where: Setting) -> None:
    after = Aftermath(where, "two_applicants")
    assert [row["resident"] for row in after.rows("sessions")] == ["wang", "chen"]
    assert all(row["closed_at"] for row in after.rows("sessions"))
    assert after.money() == [("card", "payment", 8000)]
    told = after.row("pad_results")
    assert (told["outcome"], told["paid_fen"]) == ("paid", 8000)
    assert told["attempt"] == after.row("orders")["paid_attempt"]
    assert after.rows("incidents") == []
    assert after.ended() == "complete"


def test_unpaid_tax_stops_it_before_anything_is_typed(where: Setting) -> None:
    after = Aftermath(where, "tax_unpaid")
    steps = after.row("statistics")["steps"]
    assert isinstance(steps, list)
    assert "application_form" not in str(steps)
    assert after.ended() == "left"


def test_an_application_is_taken_back_before_it_is_paid(where: Setting) -> None:
    after = Aftermath(where, "withdrawal")
    assert after.row("orders")["state"] == "closed"
    assert after.money() == []
    assert after.ended() == "withdrawn"
