"""The order in which a card is read: application, the card's file, the holder's file."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Set

from devices.api import DeviceError, Fault, Progress
from devices.social_card.card import (
    OF_THE_CARD,
    SocialCard,
    generation_of,
    of_the_holder,
    parse_card,
)
from devices.social_card.protocol import (
    BY_FILE_ID,
    BY_FILE_ID_OLD,
    EF05,
    EF06,
    NO_SUCH_RECORD,
    NOT_FOUND,
    RECORDS_MAX,
    SELECT_APPLICATION,
    SUCCESS,
    WRONG_P1_P2,
    Records,
    Transmit,
    ask,
    parse_record,
    read_record,
    refusal,
    select_file,
)

READING = Progress("reading_card")

RecordsJob = Generator[Progress, None, Mapping[int, bytes]]


def read_card(transmit: Transmit) -> Generator[Progress, None, SocialCard]:
    """Read a card that has just been reset; a sign of life before each command.

    DeviceError: CARD_UNKNOWN_KIND when it is another card, CARD_PROTECTED when it wants a key
    first, CARD_UNREADABLE for anything unexpected.
    """
    yield READING
    _select_application(transmit)
    card = yield from _read_file(transmit, EF05, OF_THE_CARD)
    holder = yield from _read_file(transmit, EF06, of_the_holder(generation_of(card)))
    return parse_card(card, holder)


def _select_application(transmit: Transmit) -> None:
    status = ask(transmit, SELECT_APPLICATION).status
    if status == NOT_FOUND:
        raise DeviceError(Fault.CARD_UNKNOWN_KIND, "no social-security application")
    if status != SUCCESS:
        raise refusal(SELECT_APPLICATION, status)


def _select_file(transmit: Transmit, file_id: int) -> None:
    select = select_file(file_id, BY_FILE_ID)
    status = ask(transmit, select).status
    if status in WRONG_P1_P2:
        status = ask(transmit, select_file(file_id, BY_FILE_ID_OLD)).status
    if status != SUCCESS:
        raise refusal(select, status)


def _read_file(transmit: Transmit, file_id: int, wanted: Set[int]) -> RecordsJob:
    """Read records by number until all wanted tags are there, or there are no more."""
    yield READING
    _select_file(transmit, file_id)
    records = Records()
    for number in range(1, RECORDS_MAX + 1):
        yield READING
        command = read_record(number)
        answer = ask(transmit, command)
        if answer.status == NO_SUCH_RECORD:
            break
        if answer.status != SUCCESS:
            raise refusal(command, answer.status)
        records.add(parse_record(answer.data))
        if wanted <= records.values.keys():
            break
    return records.values
