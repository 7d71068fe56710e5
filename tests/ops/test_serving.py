"""A real server: started, asked, stopped, killed, and started again with nothing lost."""

import secrets
import signal
import socket
import time
from http.client import HTTPException
from threading import Event, Thread
from uuid import UUID

import pytest

from domain.kernel.refusals import Refused
from ops.opening import city_to_read
from ops.serving import open_socket, workers_of
from ops.settings import Settings
from tests.ops.server import Server
from tests.ops.town import GRID, a_town, settings_for

MEMBER = {"Gridward-Person": "p-grid-member", "Gridward-Role": "grid_member"}
START_WITHIN = 3.0
STOP_WITHIN = 2.0
KILLS = 3


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def home(tmp_path):
    """A home with a town in it, whose clock is the real one."""
    home = tmp_path / "home"
    home.mkdir()
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home):
        pass
    return home


@pytest.fixture
def server(home, port):
    server = Server(home=home, port=port)
    yield server
    if server.process.poll() is None:
        server.kill()


def report(server, key):
    body = {"area": GRID, "category": "01-02", "words": "门口有垃圾"}
    return server.post("/api/v1/incidents", body, **MEMBER, **{"Idempotency-Key": key})


def test_it_answers_stops_when_asked_and_says_nothing_about_anybody(server):
    server.start()
    status, reported = report(server, "once")
    assert status == 201, reported
    assert report(server, "once")[1]["id"] == reported["id"]
    assert server.get("/metrics")[0] == 200

    seconds = server.stop()

    print(f"started in {server.seconds:.2f} s, stopped in {seconds:.2f} s")
    assert "127.0.0.1" in server.said
    assert "垃圾" not in server.said
    assert "Traceback" not in server.said


def test_ctrl_c_stops_it_as_well(server):
    server.start()

    assert server.stop(signal.SIGINT) < STOP_WITHIN + slowness()


def test_it_is_the_only_process_that_writes(server, home, port):
    server.start()

    second = Server(home=home, port=port + 1)
    with pytest.raises(AssertionError, match="writer-busy"):
        second.start()
    assert second.process.returncode == 2


def test_nothing_confirmed_is_lost_when_it_is_killed_under_load(server, home):
    confirmed: dict[str, str] = {}
    stop = Event()
    clients = [Thread(target=keep_reporting, args=(server, confirmed, stop)) for _ in range(4)]
    server.start()
    for client in clients:
        client.start()
    for _ in range(KILLS):
        before = len(confirmed)
        wait_until(lambda before=before: len(confirmed) > before + 20)
        server.kill()
        server.start()
    stop.set()
    for client in clients:
        client.join()
    unsure = {key: report(server, key)[1]["id"] for key in confirmed}
    server.stop()

    assert unsure == confirmed, "a key confirmed before a kill gives the same incident after it"
    with city_to_read(Settings(home=home)) as city:
        for key, incident in confirmed.items():
            facts = city.ledger.facts(UUID(incident))
            assert [fact.act.command_id for fact in facts[:1]] == [key]
        told = sum(city.feed.heads().values())
    print(f"{len(confirmed)} confirmed through {KILLS} kills, {told} events in the ledger")


def keep_reporting(server, confirmed, stop):
    """Report without pause; what got no answer is sent again under its key until it has one."""
    key = secrets.token_hex(8)
    while not stop.is_set():
        try:
            status, told = report(server, key)
        except (OSError, HTTPException):
            time.sleep(0.05)
            continue
        assert status == 201, told
        confirmed[key] = told["id"]
        key = secrets.token_hex(8)


def wait_until(what):
    ends = time.monotonic() + 60
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_the_second_start_of_the_demo_is_quick(tmp_path, port):
    home = tmp_path / "home"
    first = Server(home=home, port=port, command="demo", more=("--still",)).start()
    status, board = first.get(
        "/api/v1/incidents",
        **{
            "Gridward-Person": "p-dispatcher-120101001000",
            "Gridward-Role": "dispatcher",
        },
    )
    first.stop()
    assert status == 200
    assert board["items"]

    second = Server(home=home, port=port, command="demo").start()
    stopped = second.stop()

    print(f"first start {first.seconds:.2f} s, second {second.seconds:.2f} s, stop {stopped:.2f} s")
    assert "p-dispatcher" in second.said
    assert second.seconds < START_WITHIN + 2 * slowness()


def slowness() -> float:
    """How many seconds a second of work takes here beyond one: other work may share the cores."""
    began, work = time.monotonic(), time.process_time()
    while time.process_time() - work < 0.2:
        pass
    return max(0.0, (time.monotonic() - began) * 5 - 1)


def test_the_port_that_is_taken_is_told(port):
    with open_socket("127.0.0.1", port), pytest.raises(Refused) as refused:
        open_socket("127.0.0.1", port)

    assert refused.value.code == "port-taken"
    assert str(port) in refused.value.reason


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "localhost.example", ""])
def test_only_loopback_is_listened_on(host):
    with pytest.raises(Refused) as refused:
        open_socket(host, 0)

    assert refused.value.code == "not-on-loopback"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.9"])
def test_any_name_of_this_machine_will_do(host):
    open_socket(host, 0).close()


def test_sqlite_has_one_web_process_and_postgresql_several(tmp_path):
    embedded = settings_for("", tmp_path, workers=2)
    with pytest.raises(Refused) as refused:
        workers_of(embedded, inside=True)
    assert refused.value.code == "one-process-on-sqlite"

    apart = settings_for("postgresql://db/city", tmp_path, workers=3)
    assert workers_of(apart, inside=False) == 3
    assert workers_of(apart, inside=True) == 1
