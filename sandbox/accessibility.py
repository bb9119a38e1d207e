"""Sees the kiosk's screen from outside, as a screen reader does: AT-SPI over a pure-Python D-Bus.

Only what is showing is walked, and nothing is remembered between two looks. Calls go out in small
bundles: each is answered in the screen's own event loop, and a large bundle would be felt there as
a gap. State bits: atspi-constants.h.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

_ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
_COMPONENT: Final = "org.a11y.atspi.Component"
_ROOT: Final = "/org/a11y/atspi/accessible/root"
_REGISTRY: Final = "org.a11y.atspi.Registry"
_ENABLED, _SENSITIVE, _SHOWING, _FOCUSABLE = 1 << 8, 1 << 24, 1 << 25, 1 << 11
_BUNDLE: Final = 12
_ANSWER_S: Final = 5.0
_SCREEN_COORDINATES: Final = 0

Reference = tuple[str, str]
"""Where an object is: the bus name of its program, and its path there."""


class NotAnswering(Exception):
    """The accessibility bus, or the program behind it, does not answer in time."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels on the glass."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """Where a finger would go."""
        return (self.x + self.width // 2, self.y + self.height // 2)


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that is showing. ``identifier`` is Qt's path of object names (AccessibleId)."""

    reference: Reference
    name: str
    role: str
    identifier: str
    description: str
    rectangle: Rectangle
    enabled: bool
    focusable: bool

    @property
    def is_button(self) -> bool:
        """Whether it can be pressed."""
        return "button" in self.role


class Onlooker:
    """Looks at one program's windows. Finds the program again when it was restarted."""

    def __init__(self, session_bus: str, application: str = "screens") -> None:
        self._session_bus = session_bus
        self._application = application
        self._bus: DBusConnection | None = None

    def close(self) -> None:
        """Hang up. Safe to call twice; the next look connects again."""
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.close()

    def look(self) -> tuple[Node, ...]:
        """Everything showing in the program's windows, in reading order; empty without one."""
        seen: dict[Reference, tuple[Node, tuple[Reference, ...]]] = {}
        windows = self._windows()
        level = windows
        while level:
            shown = self._showing(level)
            seen |= self._facts(shown)
            level = tuple(child for one in shown if one in seen for child in seen[one][1])
        return _in_order(windows, seen)

    def still(self, node: Node) -> bool:
        """Whether the node is showing now, with the same name."""
        object_ = DBusAddress(node.reference[1], node.reference[0], _ACCESSIBLE)
        (state,) = self._ask([new_method_call(object_, "GetState")])
        if not _state(state) & _SHOWING:
            return False
        return _text(self._ask([Properties(object_).get("Name")])[0]) == node.name

    def _windows(self) -> tuple[Reference, ...]:
        registry = DBusAddress(_ROOT, _REGISTRY, _ACCESSIBLE)
        programs = _references(self._ask([new_method_call(registry, "GetChildren")])[0])
        objects = [DBusAddress(path, bus, _ACCESSIBLE) for bus, path in programs]
        names = self._ask([Properties(object_).get("Name") for object_ in objects])
        ours = [
            object_
            for object_, name in zip(objects, names, strict=True)
            if _text(name) == self._application
        ]
        answers = self._ask([new_method_call(object_, "GetChildren") for object_ in ours])
        return tuple(window for answer in answers for window in _references(answer))

    def _showing(self, level: Sequence[Reference]) -> dict[Reference, int]:
        """Which of them are showing, with their state bits."""
        calls = [
            new_method_call(DBusAddress(path, bus, _ACCESSIBLE), "GetState") for bus, path in level
        ]
        states = map(_state, self._ask(calls))
        return {one: bits for one, bits in zip(level, states, strict=True) if bits & _SHOWING}

    def _facts(
        self, shown: dict[Reference, int]
    ) -> dict[Reference, tuple[Node, tuple[Reference, ...]]]:
        """Node and children of each; what has vanished meanwhile is left out."""
        calls: list[Message] = []
        for bus, path in shown:
            object_ = DBusAddress(path, bus, _ACCESSIBLE)
            calls += [
                Properties(object_).get("Name"),
                new_method_call(object_, "GetRoleName"),
                Properties(object_).get("AccessibleId"),
                Properties(object_).get("Description"),
                new_method_call(
                    DBusAddress(path, bus, _COMPONENT), "GetExtents", "u", (_SCREEN_COORDINATES,)
                ),
                new_method_call(object_, "GetChildren"),
            ]
        answers = iter(self._ask(calls))
        facts: dict[Reference, tuple[Node, tuple[Reference, ...]]] = {}
        for reference, bits in shown.items():
            name, role, identifier, description, extents, children = (
                next(answers) for _ in range(6)
            )
            if name is None or extents is None:
                continue
            node = Node(
                reference=reference,
                name=_text(name),
                role=_text(role),
                identifier=_text(identifier),
                description=_text(description),
                rectangle=Rectangle(*cast("tuple[int, int, int, int]", extents)),
                enabled=bool(bits & _ENABLED and bits & _SENSITIVE),
                focusable=bool(bits & _FOCUSABLE),
            )
            facts[reference] = (node, _references(children))
        return facts

    def _ask(self, calls: Sequence[Message]) -> list[object]:
        """The first value of each answer; None where the object is gone."""
        answers: list[object] = []
        for at in range(0, len(calls), _BUNDLE):
            try:
                answers += self._exchange(calls[at : at + _BUNDLE])
            except (OSError, TimeoutError) as exc:
                self.close()
                raise NotAnswering("the accessibility bus does not answer") from exc
        return answers

    def _exchange(self, calls: Sequence[Message]) -> list[object]:
        bus = self._connected()
        serials: list[int] = []
        for call in calls:
            serials.append(next(bus.outgoing_serial))
            bus.send(call, serial=serials[-1])
        deadline = time.monotonic() + _ANSWER_S
        answers: dict[int, object] = {}
        while len(answers) < len(serials):
            message = bus.receive(timeout=max(0.0, deadline - time.monotonic()))
            serial = cast("int", message.header.fields.get(HeaderFields.reply_serial, -1))
            if serial in serials:
                answers[serial] = _value(message)
        return [answers[serial] for serial in serials]

    def _connected(self) -> DBusConnection:
        if self._bus is None:
            self._bus = open_dbus_connection(_accessibility_bus(self._session_bus))
        return self._bus


def _accessibility_bus(session_bus: str) -> str:
    """Ask the session bus where the accessibility bus is."""
    session = open_dbus_connection(session_bus)
    try:
        launcher = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        serial = next(session.outgoing_serial)
        session.send(new_method_call(launcher, "GetAddress"), serial=serial)
        deadline = time.monotonic() + _ANSWER_S
        while True:
            message = session.receive(timeout=max(0.0, deadline - time.monotonic()))
            if message.header.fields.get(HeaderFields.reply_serial) != serial:
                continue
            if message.header.message_type is MessageType.error:
                raise NotAnswering("there is no accessibility bus")
            return str(message.body[0])
    finally:
        session.close()


def _in_order(
    level: Sequence[Reference], seen: dict[Reference, tuple[Node, tuple[Reference, ...]]]
) -> tuple[Node, ...]:
    """Depth first, as it would be read aloud."""
    read: list[Node] = []
    for reference in level:
        if reference in seen:
            node, children = seen[reference]
            read += (node, *_in_order(children, seen))
    return tuple(read)


def _value(message: Message) -> object:
    if message.header.message_type is MessageType.error or not message.body:
        return None
    return cast("object", message.body[0])


def _text(value: object) -> str:
    """A string, bare or as a variant; empty for what is gone or not told."""
    if isinstance(value, tuple):
        value = cast("tuple[str, object]", value)[1]
    return value if isinstance(value, str) else ""


def _state(value: object) -> int:
    """The lower 32 state bits; 0 for what is gone."""
    return int(cast("list[int]", value)[0]) if isinstance(value, list) else 0


def _references(value: object) -> tuple[Reference, ...]:
    """Children as references; none for what is gone."""
    if not isinstance(value, list):
        return ()
    return tuple((str(bus), str(path)) for bus, path in cast("list[tuple[str, str]]", value))
