"""Files pass the virus scanner of the city before anything reads them; without an answer, none.

The scanner here is a small one that speaks as clamd(8) documents it, and knows one bad word.
"""

import io
import socketserver
import threading
from struct import unpack

import pytest

from domain.kernel.refusals import Refused
from ops.clamd import Clamd
from tests.house import as_
from tests.web.evidence.hostile import jpeg
from tests.web.sheet.test_sheets import SOFA, as_csv, send, states
from tests.web.test_commands import RUBBISH, WANG, refusal
from tests.web.test_pages import Browser
from web.scanning import lay_scanner

BAD = b"ev1l-w0rd"


class Talk(socketserver.StreamRequestHandler):
    """One connection, in the words of the protocol."""

    server: "Scanner | ScannerByTcp"

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := unpack(">I", self.rfile.read(4))[0]:
            assert length <= 64 * 1024
            content += self.rfile.read(length)
        self.server.seen.append(content)
        found = b"stream: Test.Bad.Word FOUND\0" if BAD in content else b"stream: OK\0"
        self.wfile.write(self.server.says or found)


class Scanner(socketserver.ThreadingUnixStreamServer):
    """Listens on a socket file, and keeps what it saw."""

    daemon_threads = True

    def __init__(self, path):
        super().__init__(str(path), Talk)
        self.seen: list[bytes] = []
        self.says = b""


class ScannerByTcp(socketserver.TCPServer):
    """The same on a port."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Talk)
        self.seen: list[bytes] = []
        self.says = b""


@pytest.fixture
def scanner(tmp_path):
    with Scanner(tmp_path / "clamd.ctl") as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def clamd(scanner):
    return Clamd(f"unix://{scanner.server_address}")


@pytest.fixture
def guarded(small_house, clamd):
    """The city with a scanner; its application is shared, so it is taken away again."""
    lay_scanner(small_house.app, clamd)
    yield small_house
    lay_scanner(small_house.app, None)


def add_photo(house, content):
    case = house.post("/incidents", RUBBISH, WANG).json["id"]
    headers = {"Idempotency-Key": "photo-1", **as_(WANG)}
    path = f"/api/v1/incidents/{case}/photos"
    return house.client().post(path, data=content, headers=headers, content_type="image/jpeg")


def test_a_file_is_sent_in_pieces_and_what_was_found_is_named(clamd, scanner):
    long = bytes(200_000)

    assert clamd.finding(long) is None
    assert clamd.finding(long + BAD + long) == "Test.Bad.Word"
    assert scanner.seen == [long, long + BAD + long]


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK",
        b"UNKNOWN COMMAND\0",
        b"\0",
        b"O" * 9000,
    ],
)
def test_an_answer_that_is_no_clear_one_is_none(clamd, scanner, answer):
    scanner.says = answer

    with pytest.raises(OSError, match="clamd"):
        clamd.finding(b"words")


def test_a_scanner_is_found_by_tcp_too():
    with ScannerByTcp() as server:
        threading.Thread(target=server.handle_request, daemon=True).start()

        assert Clamd(f"tcp://127.0.0.1:{server.server_address[1]}").finding(BAD) == "Test.Bad.Word"


@pytest.mark.parametrize("wrong", ["/run/clamd.ctl", "unix://", "tcp://", "http://x", "tcp://x:y"])
def test_an_address_that_cannot_be_read_stops_the_start(wrong):
    with pytest.raises(Refused, match="GRIDWARD_CLAMD"):
        Clamd(wrong)


def test_a_clean_photo_and_a_clean_sheet_are_taken(guarded, scanner):
    assert add_photo(guarded, jpeg()).status_code == 201
    assert states(send(guarded, as_csv(SOFA)))[0][1] == "recorded"
    assert scanner.seen == [jpeg(), as_csv(SOFA)]


def test_a_photo_that_harms_is_refused_before_it_is_drawn(guarded):
    assert refusal(add_photo(guarded, jpeg() + BAD)) == (422, "file-infected")


def test_a_sheet_that_harms_is_refused_whole(guarded):
    bad = as_csv(SOFA, ("2", "01-02", SOFA[2], BAD.decode(), "", ""))

    assert refusal(send(guarded, bad)) == (422, "file-infected")
    assert states(send(guarded, as_csv(SOFA)))[0][1] == "recorded"


def test_while_the_scanner_is_away_no_file_is_taken_and_words_are(guarded, tmp_path):
    lay_scanner(guarded.app, Clamd(f"unix://{tmp_path}/nowhere.ctl"))

    assert refusal(add_photo(guarded, jpeg())) == (503, "scanner-away")
    assert refusal(send(guarded, as_csv(SOFA))) == (503, "scanner-away")
    assert guarded.post("/incidents", RUBBISH, WANG).status_code == 201


def test_a_page_says_why_the_file_is_not_taken(guarded):
    browser = Browser(guarded, WANG, language="zh")
    browser.get("/report/sheet")
    sheet = (io.BytesIO(as_csv(SOFA) + BAD), "list.csv")
    answer = browser.post("/report/sheet", sheet=sheet)

    assert answer.status_code == 422
    assert "病毒扫描拒收此文件" in answer.text
