"""A real server: started, asked, stopped, killed, and started again with nothing lost."""

import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from threading import Event, Thread
from uuid import UUID

import pytest
from eventsourcing.persistence import PersistenceError

from domain.kernel.refusals import Refused
from ops.demo import run_demo
from ops.opening import city_to_read
from ops.reading import catch_up
from ops.serving import must_have_a_name, open_socket, workers_of
from ops.settings import Settings
from tests.keys import header_of
from tests.ops.server import Server, environment
from tests.ops.town import GRID, a_town, settings_for

MEMBER = header_of("p-grid-member", "grid_member")
START_WITHIN = 3.0
STOP_WITHIN = 2.0
KILLS = 3


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def home(tmp_path):
    """A home with a town in it, whose clock is the real one."""
    home = tmp_path / "home"
    home.mkdir()
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        catch_up(town.gridward.readers)
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


def test_it_is_the_only_process_that_writes(server, home):
    server.start()

    second = Server(home=home, port=free_port())
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
    for nth in range(KILLS):
        before = len(confirmed)
        wait_until(lambda before=before: len(confirmed) > before + 20)
        if nth % 2:
            server.kill_worker()
            wait_until(server.answers)
        else:
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


@pytest.mark.alone
def test_the_second_start_of_the_demo_is_quick(tmp_path, port):
    home = tmp_path / "home"
    first = Server(home=home, port=port, command="demo", more=("--still",)).start()
    status, board = first.get("/board.json", Cookie=chosen(first, "p-dispatcher-120101001000"))
    first.stop()
    assert status == 200
    assert board["items"]

    second = Server(home=home, port=port, command="demo").start()
    stopped = second.stop()

    print(f"first start {first.seconds:.2f} s, second {second.seconds:.2f} s, stop {stopped:.2f} s")
    assert "p-dispatcher" in second.said
    assert second.seconds < START_WITHIN + 2 * slowness()


def chosen(server, handle, role="dispatcher"):
    """Choose to be somebody of the sample city; gives the cookie."""
    with urllib.request.urlopen(server.url("/")) as page:
        token = page.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    form = urllib.parse.urlencode({"token": token, "handle": handle, "role": role}).encode()
    headers = {"Cookie": f"gridward-token={token}"}
    opener = urllib.request.build_opener(StaysHere)
    try:
        opener.open(urllib.request.Request(server.url("/who"), form, headers))
    except urllib.error.HTTPError as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
        return next(one for one in cookies if one.startswith("gridward-session")).partition(";")[0]
    raise AssertionError


class StaysHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_):
        return None


def test_a_first_start_that_was_killed_goes_on_at_the_next(tmp_path, port):
    home = tmp_path / "home"
    broken = Server(home=home, port=port, command="demo", more=("--still",))
    broken.launch()
    wait_until(lambda: (home / "gridward.sqlite-wal").exists() and events_in(home) > 500)
    broken.kill()
    assert not (home / "sample-city").exists()

    Server(home=home, port=port, command="demo", more=("--still",)).start().stop()

    assert (home / "sample-city").exists()
    assert events_in(home) > 5_000


def events_in(home) -> int:
    try:
        with city_to_read(Settings(home=home)) as city:
            return sum(city.feed.heads().values())
    except (Refused, PersistenceError):
        return 0


def test_the_demo_does_not_play_in_somebodys_city(home, port):
    demo = Server(home=home, port=port, command="demo")

    with pytest.raises(AssertionError, match="not-the-sample-city"):
        demo.start()


def test_on_postgresql_server_and_works_run_apart(fresh_postgres, tmp_path, port):
    home = tmp_path / "home"
    home.mkdir()
    with a_town(fresh_postgres, home, parts=8):
        pass
    beside = Server(home=home, port=port, command="work", database=fresh_postgres).start()
    server = Server(home=home, port=port, database=fresh_postgres, workers=2).start()
    keys = [secrets.token_hex(8) for _ in range(10)]

    confirmed = [report(server, key) for key in keys]
    board = server.get("/api/v1/incidents?limit=100", **MEMBER)[1]["items"]
    metrics = server.get("/metrics")[1]
    server.stop()
    beside.stop()

    assert {status for status, _ in confirmed} == {201}
    assert {told["id"] for _, told in confirmed} == {row["id"] for row in board}
    # Two processes served; together they count every command.
    counted = 'gridward_commands_total{command="ReportIncident",outcome="recorded"} 10.0'
    assert counted in metrics


def test_any_wsgi_server_may_load_the_application(home):
    code = (
        "import wsgi\n"
        "answer = wsgi.app.test_client().get('/health', headers={'Host': 'localhost'})\n"
        "print(answer.status_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=environment(home, "", 0),
    )

    assert done.stdout == "200\n", done.stderr


def slowness() -> float:
    """How many seconds a second of work takes here beyond one: other work may share the cores."""
    began, work = time.monotonic(), time.process_time()
    while time.process_time() - work < 0.2:
        pass
    return max(0.0, (time.monotonic() - began) * 5 - 1)


def test_a_worker_that_cannot_start_says_why_and_the_server_ends(home, port, tmp_path):
    code = (
        "from ops.settings import Settings\n"
        "from ops import serving\n"
        "settings = Settings.from_environment()\n"
        "serving.serve(settings, serving.open_socket('127.0.0.1', settings.port))"
    )
    (home / "gridward.sqlite").unlink()
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env=environment(home, "", 0) | {"GRIDWARD_PORT": str(port)},
    )

    assert done.returncode == 2, done.stderr
    assert "[no-database]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_port_that_is_taken_is_told(port):
    with open_socket("127.0.0.1", port), pytest.raises(Refused) as refused:
        open_socket("127.0.0.1", port)

    assert refused.value.code == "port-taken"
    assert str(port) in refused.value.reason


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "localhost.example", ""])
def test_a_sample_city_listens_on_this_machine_only(host, tmp_path):
    with pytest.raises(Refused) as refused:
        run_demo(settings_for("", tmp_path, host=host, hosts=("grid.example",)))

    assert refused.value.code == "not-on-loopback"


def test_a_city_that_is_reached_from_elsewhere_has_a_name(tmp_path):
    with pytest.raises(Refused) as refused:
        must_have_a_name(settings_for("", tmp_path, host="0.0.0.0"))

    assert refused.value.code == "hosts-missing"
    must_have_a_name(settings_for("", tmp_path, host="0.0.0.0", hosts=("grid.example",)))


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
