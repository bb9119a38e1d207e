"""What money needs to know of cases. The one place where it looks there.

Cases open orders, and a paid order moves its case on: the imports would run in a circle, so these
two wait until they are called.
"""

from __future__ import annotations

from sandbox.central.office import Office


def case_is_paid(office: Office, case_id: str) -> bool:
    """Tell the case that its order is paid; inside the transaction that makes it so.

    False if the case takes no payment any more.
    """
    from sandbox.central import cases  # noqa: PLC0415 - see the module's docstring

    return cases.paid(office, case_id)


def parties_of(office: Office, case_id: str) -> set[str]:
    """The keys of the residents whose case it is."""
    from sandbox.central import cases  # noqa: PLC0415 - see the module's docstring

    return cases.parties(office, case_id)
