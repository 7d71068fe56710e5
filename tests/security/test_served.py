"""Requests as they come over the wire: crooked, double, endless; asked of a real server."""

import socket

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
