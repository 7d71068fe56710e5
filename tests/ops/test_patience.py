"""When a thread goes on with a request: as soon as it need not wait for the sender."""

import pytest

from ops.patience import GATHERED, _is_enough

POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    "heard",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        POST + b"\r\n",
        POST + b"Content-Length: 3\r\n\r\nabc",
        POST + b"content-length:3\r\n\r\nabcGET /",
        POST + b"Content-Length: 3, 4\r\n\r\n",
        POST + b"Content-Length: 9999999999\r\n\r\n",
        POST + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n",
        POST + b"X: " + b"x" * GATHERED,
        POST + b"Content-Length: 999999\r\n\r\n" + b"x" * GATHERED,
    ],
)
def test_a_request_goes_on_when_it_is_there_or_too_long_to_wait_for(heard):
    assert _is_enough(heard)


@pytest.mark.parametrize(
    "heard",
    [
        b"",
        b"GET",
        b"GET / HTTP/1.1\r\n",
        POST + b"Content-Length: 3\r\n",
        POST + b"Content-Length: 3\r\n\r\nab",
        POST + b"CONTENT-LENGTH: 999999\r\n\r\n" + b"x" * 60_000,
    ],
)
def test_a_request_that_may_still_come_is_waited_for_without_a_thread(heard):
    assert not _is_enough(heard)
