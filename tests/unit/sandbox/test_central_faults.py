"""What a hand can make the centre and the line do wrong, and that it shows at the wire."""

from __future__ import annotations

import json
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from http.client import HTTPSConnection, IncompleteRead
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from sandbox.central.applications import main_application, open_application
from sandbox.central.centre import Centre
from sandbox.central.faults import MODES
from sandbox.central.idempotency import AnswerMemory, Kept
from sandbox.central.ledger import Ledger
from sandbox.central.line import Line
from sandbox.central.moments import city_clock
from sandbox.central.office import Office
from sandbox.central.problems import KINDS, Problem
from sandbox.central.sample_terminal import SampleTerminal
from sandbox.certificates import Vault
from sandbox.devices.twin import Twin
from sandbox.people_seed import invent_city

pytestmark = pytest.mark.city
CONTRACT = Path(__file__).parents[3] / "docs" / "central-api.yaml"
RATING = {
    "visit": "v1",
    "service": "housing_situation",
    "grade": 4,
    "at": "2026-11-21T10:00:00+08:00",
}


@pytest.fixture(scope="module", name="running")
def running_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    centre = Centre(tmp_path_factory.mktemp("centre"), invent_city())
    centre.start()
    yield centre
    centre.close()


@pytest.fixture(name="centre")
def well_behaved_centre(running: Centre) -> Iterator[Centre]:
    yield running
    running.fail("", "none")
    running.slow(0)
    running.start()


@pytest.fixture(scope="module", name="terminal")
def enrolled_terminal(running: Centre, tmp_path_factory: pytest.TempPathFactory) -> SampleTerminal:
    directory = tmp_path_factory.mktemp("terminal")
    terminal = SampleTerminal(directory, running.ca_pem, running.main_url, running.open_url)
    assert terminal.enrol(running.new_enrolment_code()).status == 201
    return terminal


@pytest.fixture(name="line")
def line_before_the_centre(centre: Centre) -> Iterator[Line]:
    line = Line("line", "127.0.0.1", centre.main_port)
    line.start()
    yield line
    line.stop()


def _through(line: Line) -> str:
    return f"https://127.0.0.1:{line.port}"


def test_both_are_twins(centre: Centre, line: Line) -> None:
    twins: list[Twin] = [centre, line]
    assert [twin.name for twin in twins] == ["centre", "line"]
    for twin in twins:
        assert json.loads(json.dumps(twin.state())) == twin.state()
        assert twin.verbs


@pytest.mark.parametrize(
    ("mode", "status", "content_type", "echoes"),
    [
        ("500", 500, "application/problem+json", True),
        ("503", 503, "application/problem+json", True),
        ("html", 200, "text/html; charset=utf-8", False),
        ("garbage", 200, "application/json", True),
        ("wrong_echo", 200, "application/json", False),
    ],
)
def test_each_fault_shows_at_the_wire(
    centre: Centre,
    terminal: SampleTerminal,
    mode: str,
    status: int,
    content_type: str,
    echoes: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    centre.fail("/v1/catalogue", mode)
    reply = terminal.call("GET", "/v1/catalogue")
    assert (reply.status, reply.headers["content-type"]) == (status, content_type)
    assert (reply.headers.get("x-request-id") == reply.request_id) == echoes
    assert terminal.call("GET", "/v1/trust").status == 200
    centre.fail("/v1/catalogue", "none")
    assert terminal.call("GET", "/v1/catalogue").json()["services"]


def test_garbage_is_no_json(centre: Centre, terminal: SampleTerminal) -> None:
    centre.fail("/v1/catalogue", "garbage")
    with pytest.raises(ValueError, match=r"codec|JSON|Expecting"):
        terminal.call("GET", "/v1/catalogue").json()


def test_503_says_when_to_come_back(centre: Centre, terminal: SampleTerminal) -> None:
    centre.fail("/", "503")
    assert terminal.call("GET", "/v1/catalogue").headers["retry-after"] == "5"


def test_an_answer_cut_short_is_no_answer_but_the_write_was_done(
    centre: Centre, terminal: SampleTerminal
) -> None:
    key, before = secrets.token_hex(16), len(centre.evaluations())
    centre.fail("/v1/evaluations", "truncate", times=1)
    with pytest.raises(IncompleteRead):
        terminal.call("POST", "/v1/evaluations", RATING, key=key)
    again = terminal.call("POST", "/v1/evaluations", RATING, key=key)
    assert (again.status, again.headers["idempotency-replayed"]) == (201, "true")
    assert len(centre.evaluations()) == before + 1


def test_a_write_that_met_a_500_was_not_done_and_can_be_tried_again(
    centre: Centre, terminal: SampleTerminal
) -> None:
    key, before = secrets.token_hex(16), len(centre.evaluations())
    centre.fail("/v1/evaluations", "500", times=1)
    assert terminal.call("POST", "/v1/evaluations", RATING, key=key).status == 500
    assert len(centre.evaluations()) == before
    assert terminal.call("POST", "/v1/evaluations", RATING, key=key).status == 201


def test_a_fault_ends_after_its_times_and_the_longest_prefix_wins(
    centre: Centre, terminal: SampleTerminal
) -> None:
    centre.fail("/v1", "503")
    centre.fail("/v1/trust", "500", times=2)
    statuses = [terminal.call("GET", "/v1/trust").status for _ in range(3)]
    assert statuses == [500, 500, 503]


def test_hanging_answers_come_when_released(centre: Centre, terminal: SampleTerminal) -> None:
    centre.fail("/v1/catalogue", "hang")
    with pytest.raises(TimeoutError):
        terminal.call("GET", "/v1/catalogue", timeout_s=0.3)
    statuses: list[int] = []
    caller = threading.Thread(
        target=lambda: statuses.append(terminal.call("GET", "/v1/catalogue").status)
    )
    caller.start()
    caller.join(0.2)
    assert caller.is_alive()
    centre.fail("/v1/catalogue", "none")
    caller.join(5)
    assert statuses == [200]


def test_a_slow_centre_answers_late(centre: Centre, terminal: SampleTerminal) -> None:
    centre.slow(1.5)
    with pytest.raises(TimeoutError):
        terminal.call("GET", "/v1/catalogue", timeout_s=0.3)
    centre.slow(0)
    assert terminal.call("GET", "/v1/catalogue", timeout_s=5).status == 200


@pytest.mark.parametrize(("verb", "wrong"), [("fail", {"mode": "sulk"}), ("slow", {"seconds": -1})])
def test_a_wrong_word_to_a_verb_is_an_error(
    centre: Centre, verb: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="must"):
        centre.verbs[verb](**wrong)
    assert "none" in MODES


def test_a_stopped_centre_refuses_and_comes_back_on_the_same_port(
    centre: Centre, terminal: SampleTerminal
) -> None:
    url = centre.main_url
    centre.stop()
    centre.stop()
    with pytest.raises(ConnectionRefusedError):
        terminal.call("GET", "/v1/catalogue")
    centre.start()
    assert centre.main_url == url
    assert terminal.call("GET", "/v1/catalogue").status == 200


def test_an_up_line_carries(line: Line, terminal: SampleTerminal) -> None:
    assert terminal.call("GET", "/v1/catalogue", base=_through(line)).status == 200


def test_a_dropped_line_cuts_and_refuses_until_it_is_up(
    line: Line, terminal: SampleTerminal
) -> None:
    with socket.create_connection(("127.0.0.1", line.port), timeout=5) as open_before:
        line.drop()
        with pytest.raises(ConnectionResetError):
            _read(open_before)
    with pytest.raises(ConnectionRefusedError):
        terminal.call("GET", "/v1/catalogue", base=_through(line))
    line.up()
    assert terminal.call("GET", "/v1/catalogue", base=_through(line)).status == 200


def test_a_black_hole_takes_everything_and_gives_nothing(
    line: Line, terminal: SampleTerminal
) -> None:
    line.black_hole()
    with pytest.raises(TimeoutError):
        terminal.call("GET", "/v1/catalogue", base=_through(line), timeout_s=0.3)
    assert line.state()["mode"] == "black_hole"
    line.up()
    assert terminal.call("GET", "/v1/catalogue", base=_through(line)).status == 200


def test_a_black_hole_opens_under_a_connection_in_use(line: Line, terminal: SampleTerminal) -> None:
    context = terminal.tls_context()
    with (
        socket.create_connection(("127.0.0.1", line.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        line.black_hole()
        secure.sendall(b"GET /v1/catalogue HTTP/1.1\r\nHost: localhost\r\n\r\n")
        secure.settimeout(0.3)
        with pytest.raises(TimeoutError):
            secure.recv(1)


def test_a_slow_line_delays_each_piece(line: Line, terminal: SampleTerminal) -> None:
    line.slow(ms=150)
    with pytest.raises(TimeoutError):
        terminal.call("GET", "/v1/catalogue", base=_through(line), timeout_s=0.1)
    assert terminal.call("GET", "/v1/catalogue", base=_through(line)).status == 200
    with pytest.raises(ValueError, match="negative"):
        line.slow(ms=-1)


def test_a_captive_portal_is_not_vouched_for_by_the_citys_ca(
    line: Line, terminal: SampleTerminal
) -> None:
    line.captive_portal()
    with pytest.raises(ssl.SSLCertVerificationError):
        terminal.call("GET", "/v1/catalogue", base=_through(line))


def test_who_checks_no_certificate_gets_the_portals_page(line: Line) -> None:
    line.captive_portal()
    unwary = ssl.create_default_context()
    unwary.check_hostname = False
    unwary.verify_mode = ssl.CERT_NONE
    connection = HTTPSConnection("127.0.0.1", line.port, timeout=5, context=unwary)
    connection.request("GET", "/v1/catalogue")
    page = connection.getresponse()
    assert (page.status, page.getheader("content-type")) == (200, "text/html; charset=utf-8")
    assert page.read().startswith(b"<!doctype html>")
    assert page.getheader("x-request-id") is None
    connection.close()


def test_a_stopped_line_frees_its_port(centre: Centre) -> None:
    line = Line("line", "127.0.0.1", centre.main_port)
    line.start()
    line.stop()
    line.stop()
    with socket.create_server(("127.0.0.1", line.port)) as taken:
        assert taken.getsockname()[1] == line.port


def test_a_key_whose_first_request_still_runs_is_told_so(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    memory = AnswerMemory(ledger, city_clock)
    key = secrets.token_hex(16)
    assert memory.begin("T1", key, b"body") is None
    with pytest.raises(Problem) as running:
        memory.begin("T1", key, b"body")
    assert (running.value.status, running.value.code) == (409, "idempotency_running")
    memory.finish("T1", key, Kept(401, "application/problem+json", b"{}"))
    assert memory.begin("T1", key, b"body") is None
    ledger.close()
    reopened = Ledger(tmp_path / "ledger.sqlite")
    assert AnswerMemory(reopened, city_clock).begin("T1", key, b"body") is None
    reopened.close()


@pytest.fixture(scope="module", name="served")
def calls_the_applications_serve(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    place = tmp_path_factory.mktemp("office")
    ledger = Ledger(place / "ledger.sqlite")
    office = Office(invent_city(), Vault.open(place / "keys", city_clock()), ledger, city_clock)
    described = [make(office).openapi() for make in (main_application, open_application)]
    ledger.close()
    return {
        "paths": {path: item for each in described for path, item in each["paths"].items()},
        "schemas": {
            name: schema
            for each in described
            for name, schema in each["components"]["schemas"].items()
        },
    }


def test_the_contract_lists_exactly_the_calls_that_exist(served: dict[str, Any]) -> None:
    assert served["paths"]
    assert _operations(_contract()["paths"]) == _operations(served["paths"])


def test_the_contract_asks_for_the_fields_that_the_centre_asks_for(served: dict[str, Any]) -> None:
    contract = _contract()
    written, checked = contract["components"]["schemas"], 0
    for path, method in _operations(served["paths"]):
        ours = _request_schema(contract["paths"][path][method])
        theirs = _request_schema(served["paths"][path][method])
        if theirs is None:
            assert ours is None
        elif "$ref" in (ours or {}):
            assert _fields(ours, written) == _fields(theirs, served["schemas"]), path
            checked += 1
    assert checked >= 9


def _contract() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(CONTRACT.read_text(encoding="utf-8")))


def _operations(paths: dict[str, Any]) -> set[tuple[str, str]]:
    methods = {"get", "post", "put", "delete", "patch"}
    return {(path, method) for path, item in paths.items() for method in item if method in methods}


def _request_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    body = operation.get("requestBody")
    return cast("dict[str, Any]", body["content"]["application/json"]["schema"]) if body else None


def _fields(schema: Any, schemas: dict[str, Any]) -> dict[str, bool]:  # noqa: ANN401 - JSON
    """Every field of an object schema, and whether it is required."""
    found = schemas[schema["$ref"].rpartition("/")[2]]
    return {name: name in found["required"] for name in found["properties"]}


def test_the_contract_names_every_problem_code_and_refers_to_nothing_missing() -> None:
    contract = _contract()
    assert set(contract["components"]["schemas"]["ProblemCode"]["enum"]) == set(KINDS)
    for reference in _references(contract):
        found: Any = contract
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in cast("dict[str, object]", node).items():
            if key == "$ref":
                yield str(value)
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in cast("list[object]", node):
            yield from _references(value)


def _read(connection: socket.socket) -> bytes:
    return connection.recv(1)


def test_every_problem_has_an_error_status_and_both_languages() -> None:
    assert all(400 <= kind.status < 600 and kind.zh and kind.en for kind in KINDS.values())
