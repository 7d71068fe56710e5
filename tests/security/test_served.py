"""Requests as they come over the wire: crooked, double, endless; asked of a real server."""

import socket
from contextlib import ExitStack
from http.client import HTTPConnection
from time import sleep

import pytest

from ops.reading import catch_up
from tests.ops.server import Server
from tests.ops.town import a_town

CROOKED = {
    "both lengths": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
    "two lengths": "Content-Length: 0\r\nContent-Length: 60\r\n\r\n{smuggled}",
    "a list of lengths": "Content-Length: 0, 60\r\n\r\n{smuggled}",
    "a length with a sign": "Content-Length: +0\r\n\r\n{smuggled}",
    "a length that is none": "Content-Length: 0x0\r\n\r\n{smuggled}",
    "a length below nothing": "Content-Length: -1\r\n\r\n{smuggled}",
    "an unknown encoding": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{smuggled}",
    "chunked twice": "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n{smuggled}",
    "chunked not last": "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{smuggled}",
    "a blank before the colon": "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{smuggled}",
    "a folded header": "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{smuggled}",
    "a chunk size that is none": "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n{smuggled}",
    "a header without a name": ": x\r\n\r\n{smuggled}",
    "a header with a zero byte": "X: a\0b\r\n\r\n{smuggled}",
}
SMUGGLED = "GET /health?smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A city of its own process, as operators start it."""
    home = tmp_path_factory.mktemp("served") / "home"
    home.mkdir()
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        catch_up(town.gridward.readers)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = Server(home=home, port=port).start()
    yield started
    started.kill()


def said(server, request, *, seconds=5.0):
    """Give all that is answered until the connection ends."""
    heard = bytearray()
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as line:
        try:
            line.sendall(request.encode("latin-1"))
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                heard += piece
        except TimeoutError:
            raise
        except OSError:  # it hung up
            pass
    return heard.decode("latin-1")


@pytest.mark.parametrize("rest", CROOKED.values(), ids=CROOKED)
def test_two_lengths_in_one_request_are_refused(server, rest):
    """Whoever stands in front and we agree where a request ends, or it is none."""
    begins = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"

    answer = said(server, begins + rest.format(smuggled=SMUGGLED))

    assert answer.count("HTTP/1.1 200") == 0, answer
    # one answer of ours at most, then the server itself refuses the rest and hangs up
    assert answer.count("HTTP/1.1 ") - answer.count("HTTP/1.1 400") <= 1, answer


def test_trace_is_not_answered(server):
    secret = "Cookie: gridward-session=secret"
    request = f"TRACE / HTTP/1.1\r\nHost: localhost\r\n{secret}\r\nConnection: close\r\n\r\n"

    answer = said(server, request)

    assert answer.startswith("HTTP/1.1 405")
    assert "secret" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        f"GET /{'x' * 20_000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: localhost\r\nX: {'x' * 20_000}\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX: x\r\n" + "A: b\r\n" * 5_000 + "\r\n",
        "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "\r\n\r\n\x16\x03\x01\x02\x00",
    ],
    ids=("path", "header", "headers", "version", "address", "no host", "two hosts", "tls"),
)
def test_what_is_too_long_or_no_request_is_refused_and_the_city_goes_on(server, request_):
    answer = said(server, request_)

    assert not answer.startswith("HTTP/1.1 200")
    assert "evil.example" not in answer
    assert server.get("/health")[0] == 200


def test_a_body_that_never_ends_costs_its_sender_the_connection(server):
    """A megabyte at most is read, whatever is announced."""
    begins = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    announced = said(server, f"{begins}{form}Content-Length: 99999999999\r\n\r\nx")
    chunk = f"{0x10000:x}\r\n{'x' * 0x10000}\r\n"
    chunked = said(server, f"{begins}{form}Transfer-Encoding: chunked\r\n\r\n{chunk * 40}")

    assert announced.startswith("HTTP/1.1 413")
    assert chunked == "" or chunked.startswith("HTTP/1.1 4")
    assert server.get("/health")[0] == 200


PARTS = {
    "nothing yet": "",
    "half a head": "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow:",
    "half a body": "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nhandle=",
    "half of the next": "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\n",
}
THREADS, SLOW = 8, 40


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_others_are_answered_while_slow_senders_are_waited_for(server, part):
    with ExitStack() as lines:
        for _ in range(SLOW):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(part.encode())
        for _ in range(3):
            status, _ = server.get("/health")
            assert status == 200


def test_who_stops_amid_a_long_body_gives_his_thread_back_to_those_who_wait(server):
    begun = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n" + "x" * 70_000
    with ExitStack() as lines:
        for _ in range(THREADS):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            line.sendall(begun.encode())

        status, _ = server.get("/health")

    assert status == 200


def test_who_asks_before_sending_a_body_is_told_to_go_on(server):
    asks = "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        line.sendall(f"{asks}Expect: 100-continue\r\n\r\n".encode())

        assert line.recv(100).startswith(b"HTTP/1.1 100 Continue")


@pytest.mark.parametrize("cut", [20, 60, 90, 120, 1_000, 60_000, 200_000])
def test_a_request_that_comes_in_pieces_is_read_whole(server, cut):
    body = "a=" + "x" * 300_000
    request = (
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    heard = bytearray()
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
        for half in (request[:cut], request[cut:]):
            line.sendall(half.encode())
            sleep(0.02)
        while piece := line.recv(65536):
            heard += piece

    # read to its end, and then refused for its missing token
    assert heard.startswith(b"HTTP/1.1 403"), heard[:300]


def test_several_requests_on_one_line_are_each_answered(server):
    one = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    assert said(server, one + one + last).count("HTTP/1.1 200") == 3


def test_a_line_that_is_kept_open_takes_one_request_after_another(server):
    line = HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        for _ in range(3):
            line.request("GET", "/health")
            assert line.getresponse().read()
    finally:
        line.close()


@pytest.mark.parametrize(
    "request_", ["GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n"]
)
def test_what_is_no_request_is_refused_with_the_headers_of_every_answer(server, request_):
    answer = said(server, request_)

    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400 Bad Request")
    for header in (
        "X-Content-Type-Options: nosniff",
        "Content-Security-Policy: default-src 'none'",
    ):
        assert header in head
    assert "correct it and send it again" in body
    assert "GARBAGE" not in body
