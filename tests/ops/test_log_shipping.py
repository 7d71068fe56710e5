"""Log lines stay whole, for their owner's eyes, and reach another machine as they were written."""

import json
import logging
import os
import re
import socket
import ssl
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address

import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from domain.kernel.refusals import Refused
from ops import logs
from ops.log_file import LogFile
from ops.syslog import Syslog

HEAD = re.compile(r"<(\d+)>1 \d{4}-\d\d-\d\dT[\d:.]+\+00:00 \S+ gridward (\d+) - - (\{.*\})")
BREAKS = "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", "\x1b[2K"


def parts_of(line):
    """Give priority, number of the process and what was told."""
    match = HEAD.fullmatch(line)
    assert match is not None
    return int(match[1]), int(match[2]), json.loads(match[3])


@contextmanager
def logging_to(form="json", **where):
    root, written = logging.getLogger(), StringIO()
    level = root.level
    logs.set_up(level="info", form=form, stream=written, **where)
    try:
        yield written
    finally:
        logs._remove_ours()
        root.setLevel(level)
        structlog.reset_defaults()


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("sign", BREAKS)
def test_nothing_that_is_logged_begins_a_line_of_its_own(form, sign):
    forged = f'it{sign}2026-11-22 level="info" event="a session began"'
    with logging_to(form) as written:
        structlog.get_logger("ops.x").warning(forged, code=forged)
        logging.getLogger("web.x").warning(forged, extra={"code": forged})
        logging.getLogger("some.package").warning("took %s", forged)

    lines = written.getvalue()
    assert len(lines.splitlines()) == lines.count("\n") == 3
    assert lines.isascii()
    assert set(lines) - {"\n"} == {one for one in lines if one.isprintable()}


def test_what_our_own_lines_tell_besides_is_written_and_that_of_libraries_is_not():
    with logging_to() as written:
        logging.getLogger("web.x").info("a session began", extra={"account": "n-1", "name_en": "W"})
        logging.getLogger("some.package").info("sent", extra={"payload": "words"})

    ours, theirs = map(json.loads, written.getvalue().splitlines())
    assert ours["account"] == "n-1"
    assert "name_en" not in ours
    assert "payload" not in theirs


def test_a_log_file_is_for_its_owner_alone_and_only_grows(tmp_path):
    path = tmp_path / "gridward.log"
    before = os.umask(0)
    try:
        with logging_to(file=str(path)):
            logging.getLogger("web.x").warning("one")
            path.rename(tmp_path / "gridward.log.1")  # as the operator's tool turns it
            logging.getLogger("web.x").warning("two")
        with logging_to(file=str(path)):
            logging.getLogger("web.x").warning("three")
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600
    assert [json.loads(line)["event"] for line in path.read_text().splitlines()] == ["two", "three"]
    assert "one" in (tmp_path / "gridward.log.1").read_text()


def test_the_log_file_is_open_for_adding_alone(tmp_path):
    import fcntl

    with closing(LogFile(str(tmp_path / "gridward.log"))) as handler:
        assert handler.stream is not None
        flags = fcntl.fcntl(handler.stream.fileno(), fcntl.F_GETFL)

    assert flags & os.O_APPEND
    assert flags & os.O_ACCMODE == os.O_WRONLY


@pytest.mark.parametrize("wrong", ["open to others", "no folder", "a link"])
def test_a_log_file_that_others_may_read_stops_the_start(tmp_path, wrong):
    path = tmp_path / "gridward.log"
    match wrong:
        case "open to others":
            path.touch()
            path.chmod(0o644)
        case "no folder":
            path = tmp_path / "nowhere" / "gridward.log"
        case "a link":
            path.symlink_to("/dev/null")

    with pytest.raises(Refused, match="GRIDWARD_LOG_FILE") as refused:
        LogFile(str(path))

    assert refused.value.code == "invalid-setting"


def test_a_log_file_that_was_laid_open_is_told_and_stops_nobody(tmp_path, capsys):
    path = tmp_path / "gridward.log"
    with logging_to(file=str(path)):
        path.unlink()
        path.touch()
        path.chmod(0o644)
        logging.getLogger("web.x").warning("a line")

    assert path.read_text() == ""
    assert "others may read" in capsys.readouterr().err


def test_lines_go_by_udp_in_the_form_of_rfc_5424():
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(10)
        with logging_to(syslog=f"udp://127.0.0.1:{receiver.getsockname()[1]}"):
            logging.getLogger("web.x").warning("refused", extra={"code": "foreign-origin"})
        told = parts_of(receiver.recv(65536).decode("ascii"))

    assert told[0] == 16 * 8 + 4
    assert told[1] == os.getpid()
    assert told[2]["code"] == "foreign-origin"


def framed(connection):
    """Read lines by their length, as RFC 6587 (3.4.1) and RFC 5425 have them."""
    with connection, connection.makefile("rb") as read:
        while length := b"".join(iter(lambda: read.read(1).strip(), b"")):
            yield read.read(int(length)).decode("ascii")


class Receiver:
    """Listens on a port of its own and keeps what comes."""

    def __init__(self, context=None, listening=None):
        self.listening = listening or socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.context, self.lines, self.refused = context, [], 0
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        while True:
            try:
                connection = self.listening.accept()[0]
                if self.context:
                    connection = self.context.wrap_socket(connection, server_side=True)
            except ssl.SSLError:
                self.refused += 1
                continue
            except OSError:
                return
            self.lines += [parts_of(line)[2] for line in framed(connection)]
            return


def test_lines_go_by_tcp_each_with_its_length():
    receiver = Receiver()
    with closing(receiver.listening):
        with logging_to(syslog=f"tcp://127.0.0.1:{receiver.port}"):
            for number in range(50):
                logging.getLogger("web.x").info("line\n%d", number)
        receiver.thread.join(10)

    assert [one["event"] for one in receiver.lines] == [f"line\n{number}" for number in range(50)]


def test_lines_wait_for_a_receiver_that_comes_late():
    """The port is taken, and nobody listens yet."""
    late = socket.socket()
    late.bind(("127.0.0.1", 0))
    with closing(late):
        sending = Syslog(f"tcp://127.0.0.1:{late.getsockname()[1]}", wait=0.01)
        sending.setFormatter(logging.Formatter('{"event": "%(message)s"}'))
        sending.handle(logging.makeLogRecord({"msg": "waits", "levelno": logging.INFO}))
        late.listen()
        receiver = Receiver(listening=late)
        sending.close()
        receiver.thread.join(10)

    assert receiver.lines == [{"event": "waits"}]


@pytest.fixture
def certified(tmp_path, monkeypatch):
    """A context of a receiver, whose certificate is trusted for 127.0.0.1 alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "logs")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    path = tmp_path / "receiver.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + signed.public_bytes(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_lines_go_by_tls_to_a_receiver_that_is_vouched_for(certified):
    receiver = Receiver(certified)
    with closing(receiver.listening):
        with logging_to(syslog=f"tls://127.0.0.1:{receiver.port}"):
            logging.getLogger("web.x").info("by tls")
        receiver.thread.join(10)

    assert [one["event"] for one in receiver.lines] == ["by tls"]


def test_nothing_goes_by_tls_to_a_receiver_of_another_name(certified):
    receiver = Receiver(certified)
    with closing(receiver.listening):
        sending = Syslog(f"tls://localhost:{receiver.port}", wait=0.01)
        sending.setFormatter(logging.Formatter("%(message)s"))
        sending.handle(logging.makeLogRecord({"msg": "words", "levelno": logging.INFO}))
        while not receiver.refused:
            receiver.thread.join(0.01)
        sending._closing.set()
        sending.close()

    assert receiver.lines == []


@pytest.mark.parametrize(
    "wrong", ["logs.example", "http://logs", "udp://", "tcp://h:x", "tls://a@b"]
)
def test_an_address_that_cannot_be_read_stops_the_start(wrong):
    with pytest.raises(Refused, match="GRIDWARD_SYSLOG") as refused:
        Syslog(wrong)

    assert refused.value.code == "invalid-setting"
