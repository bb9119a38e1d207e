"""The functions of PC/SC as pyscard wraps them. Every result begins with the return code."""

from collections.abc import Sequence

SCARD_SCOPE_SYSTEM: int
SCARD_SHARE_EXCLUSIVE: int
SCARD_PROTOCOL_T0: int
SCARD_PROTOCOL_T1: int
SCARD_PCI_T0: int
SCARD_PCI_T1: int
SCARD_LEAVE_CARD: int
SCARD_RESET_CARD: int
SCARD_UNPOWER_CARD: int
SCARD_STATE_UNAWARE: int
SCARD_STATE_UNKNOWN: int
SCARD_STATE_UNAVAILABLE: int
SCARD_STATE_PRESENT: int
SCARD_STATE_MUTE: int
SCARD_STATE_CHANGED: int
SCARD_S_SUCCESS: int
SCARD_E_TIMEOUT: int
SCARD_E_SHARING_VIOLATION: int
SCARD_E_NO_SMARTCARD: int
SCARD_E_NO_READERS_AVAILABLE: int
SCARD_E_UNKNOWN_READER: int
SCARD_E_READER_UNAVAILABLE: int
SCARD_E_INVALID_HANDLE: int
SCARD_E_NO_SERVICE: int
SCARD_E_SERVICE_STOPPED: int
SCARD_F_COMM_ERROR: int
SCARD_F_INTERNAL_ERROR: int

class Context:
    """Opaque."""

class Card:
    """Opaque."""

def SCardEstablishContext(scope: int) -> tuple[int, Context]: ...
def SCardReleaseContext(context: Context) -> int: ...
def SCardListReaders(context: Context, groups: Sequence[str]) -> tuple[int, list[str]]: ...
def SCardGetStatusChange(
    context: Context, timeout_ms: int, states: Sequence[tuple[str, int]]
) -> tuple[int, list[tuple[str, int, list[int]]]]: ...
def SCardConnect(
    context: Context, reader: str, share: int, protocols: int
) -> tuple[int, Card, int]: ...
def SCardReconnect(card: Card, share: int, protocols: int, initialization: int) -> tuple[int, int]: ...
def SCardDisconnect(card: Card, disposition: int) -> int: ...
def SCardTransmit(card: Card, pci: int, command: Sequence[int]) -> tuple[int, list[int]]: ...
