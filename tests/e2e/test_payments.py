"""Ways to pay and not to pay; afterwards, what the acquirers' own books and the centre's say."""

from __future__ import annotations

import pytest

from sandbox.visit import Setting
from tests.e2e.aftermath import Aftermath

pytestmark = [pytest.mark.city, pytest.mark.e2e]
BY_CARD = ("card", "payment", 8000)
BY_PHONE = ("wallet", "payment", 8000)


def _nothing_open(where: Setting) -> None:
    """The kiosk waits for no answer about money, and nothing waits to be sent."""
    status = where.kiosk.status()
    assert (status["open_payments"], status["outbox_pending"]) == (0, 0)


def test_a_declined_card_is_followed_by_another_attempt(where: Setting) -> None:
    after = Aftermath(where, "pad_declined")
    ends = [(row["means"], row["state"], row["reason"]) for row in after.rows("attempts")]
    assert ends == [("pad", "not_paid", "declined"), ("qr", "paid", "")]
    assert after.money() == [BY_PHONE]
    assert "费用已付" in after.slip()
    _nothing_open(where)


def test_what_is_not_known_is_called_so_and_found_out_after_the_visit(where: Setting) -> None:
    after = Aftermath(where, "pad_unknown")
    assert "付款结果待确认" in after.slip()
    assert after.money() == [BY_CARD]
    assert len(after.rows("attempts")) == 1, "an unknown is never charged again"
    assert after.row("orders")["state"] == "paid"
    _nothing_open(where)


def test_a_pad_that_is_pulled_out_while_it_waits_takes_nothing(where: Setting) -> None:
    after = Aftermath(where, "pad_unplugged")
    assert after.money() == []
    assert "费用未付" in after.slip()
    _nothing_open(where)


def test_a_code_that_is_left_behind_takes_no_money(where: Setting) -> None:
    after = Aftermath(where, "qr_left")
    assert after.money() == []
    assert after.rows("incidents") == []
    assert after.ended() == "left"
    _nothing_open(where)


def test_a_payment_while_the_core_is_dead_is_taken_once(where: Setting) -> None:
    after = Aftermath(where, "core_killed_paying")
    attempt = after.row("attempts")
    assert (attempt["state"], attempt["channel"]) == ("paid", "alipay")
    assert after.money() == [BY_PHONE]
    assert after.rows("statistics") == []
    assert where.kiosk.status()["in_visit"] is False
    _nothing_open(where)
