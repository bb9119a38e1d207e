"""A cut line is noticed at once, by a connection over which nothing is said."""

from __future__ import annotations

import queue
import socket
from collections.abc import Iterator

import pytest

from kiosk.central.tripwire import Tripwire

PATIENCE_S = 10.0
Trips = queue.SimpleQueue[None]


@pytest.fixture
def trips() -> Trips:
    return queue.SimpleQueue()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.settimeout(PATIENCE_S)
        yield made


def spanned(listener: socket.socket, trips: Trips) -> Tripwire:
    port = listener.getsockname()[1]
    wire = Tripwire(f"https://127.0.0.1:{port}/", lambda: trips.put(None))
    wire.start()
    return wire


def test_it_trips_when_connected_when_cut_and_when_connected_again(
    listener: socket.socket, trips: Trips
) -> None:
    wire = spanned(listener, trips)
    first, _ = listener.accept()
    trips.get(timeout=PATIENCE_S)
    assert trips.empty()
    first.close()
    trips.get(timeout=PATIENCE_S)
    second, _ = listener.accept()
    trips.get(timeout=PATIENCE_S)
    assert wire.stop()
    assert trips.empty()
    second.close()


def test_what_is_said_over_it_is_neither_an_answer_nor_a_cut(
    listener: socket.socket, trips: Trips
) -> None:
    wire = spanned(listener, trips)
    with listener.accept()[0] as peer:
        trips.get(timeout=PATIENCE_S)
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        assert trips.empty()
        peer.settimeout(PATIENCE_S)
        assert wire.stop()
        assert peer.recv(1) == b""


def test_where_nobody_listens_it_does_not_trip_and_stops_at_once(trips: Trips) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    wire = Tripwire(f"https://127.0.0.1:{port}/", lambda: trips.put(None))
    wire.start()
    assert wire.stop()
    assert trips.empty()
