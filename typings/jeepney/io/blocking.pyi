"""What the sandbox uses of jeepney 0.9's blocking connection."""

from collections.abc import Iterator

from jeepney import Message

class DBusConnection:
    outgoing_serial: Iterator[int]
    def send(self, message: Message, serial: int | None = None) -> None: ...
    def receive(self, *, timeout: float | None = None) -> Message: ...
    def close(self) -> None: ...

def open_dbus_connection(
    bus: str = "SESSION", enable_fds: bool = False, auth_timeout: float = 1.0
) -> DBusConnection: ...
