"""Requests that somebody would have us send: no address that was given leads into the own net."""

import ast
import socket
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from domain.kernel.refusals import Refused
from ledger.posting import Letter
from ledger.s3 import S3Blobs
from ops.keeping import blobs
from ops.notices.channel import Undelivered
from ops.notices.reading import lines_of
from ops.notices.webhook import WebhookChannel
from ops.providers import providers_of
from ops.settings import Settings
from tests.ops.notices.post import a_notice
from tests.ops.notices.receivers import SECRET
from tests.web.open311.partner import MATTER, Partner
from web.account.providers import Client, Provider, ask

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)
LETTER = Letter(
    part=0,
    id="n-1",
    channel="desk",
    stream=UUID(int=1),
    version=1,
    notice=a_notice(),
    created_at=NOW,
    tries=0,
)
CALLERS = {
    "ops/notices/webhook.py": "notices to addresses of the operator's file",
    "ops/notices/addresses.py": "looks names up for them",
    "ops/notices/mail.py": "notices by the operator's mail server",
    "ops/serving.py": "listens, and calls nobody",
    "ops/patience.py": "hears those who call us",
    "ops/clamd.py": "the operator's scanner, by a setting",
    "ops/syslog.py": "the operator's log, by a setting",
    "web/account/providers.py": "sign-in providers of the operator's file",
    "ledger/s3.py": "the operator's store of photos",
}
_REACHING = (
    *("requests", "http.client", "urllib.request", "socket", "smtplib", "ftplib", "telnetlib"),
    *("boto3", "httpx", "urllib3", "aiohttp", "authlib.integrations.requests_client"),
)
OWN_NET = (
    *("127.0.0.1", "127.1", "127.255.255.254", "0.0.0.0", "0", "localhost", "LOCALHOST."),
    *("2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.0.0.01"),
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "167772161", "0xc0a80101"),
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.43518"),
    *("192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]"),
    *("[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[100::1]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]"),
    *("[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1"),
)
NO_TARGETS = (
    *("file:///etc/passwd", "gopher://127.0.0.1:25/_HELO", "ftp://hook.example/", "//hook.example"),
    *("dict://127.0.0.1:11211/", "http://hook.example/", "https://", "https:///path"),
    *(
        "https://user@hook.example/",
        "https://hook.example:secret@127.0.0.1/",
        "https://@127.0.0.1/",
    ),
    *("https://hook.example:0/", "https://hook.example:65536/", "https://hook.example:x/"),
    *("https://hook.example /", "https://hook.example/\\r\\nHost: other", "javascript:alert(1)"),
)


class Trap:
    """Listens on this machine and counts whoever connects; nobody is answered."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]

    def knocks(self):
        count = 0
        with suppress(BlockingIOError):
            while True:
                self.socket.accept()[0].close()
                count += 1
        return count


@pytest.fixture
def trap():
    set_up = Trap()
    yield set_up
    set_up.socket.close()


@pytest.fixture
def moved(trap):
    """A server that sends everybody on to the trap."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{trap.port}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def channel(url, **more):
    return WebhookChannel(url=url, secrets=[SECRET], now=lambda: NOW, **more)


def refused(url, **more):
    with pytest.raises(Undelivered) as undelivered:
        channel(url, **more).send(LETTER)
    return undelivered.value.code


def provider(issuer, **more):
    named = {"zh": "甲", "en": "A"}
    return Provider(
        name="a", title=named, issuer=issuer, client_id="gridward", client_secret="s", **more
    )


def test_only_these_places_call_anybody():
    found = {
        str(file.relative_to(ROOT))
        for package in ("domain", "ledger", "workflows", "projections", "web", "ops")
        for file in (ROOT / package).rglob("*.py")
        if any(name in _REACHING for name in _imported(file))
    }

    assert found == set(CALLERS)


def _imported(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("host", OWN_NET)
def test_no_notice_goes_into_the_own_net_however_its_address_is_written(trap, monkeypatch, host):
    tried = []
    monkeypatch.setattr(socket, "create_connection", lambda *given, **_: tried.append(given))

    assert refused(f"https://{host}:{trap.port}/") in {"address-not-public", "host-unknown"}
    assert (tried, trap.knocks()) == ([], 0)


@pytest.mark.parametrize("second", ["127.0.0.1", "169.254.169.254", "::1"])
def test_a_name_that_first_is_public_and_then_private_leads_to_where_it_was_first(
    monkeypatch, second
):
    answers, tried = iter(("8.8.8.8", second, second)), []

    def resolver(_host, port, **_more):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address, **_more):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    monkeypatch.setattr(socket, "create_connection", connect)

    assert refused("https://hook.example/") == "connection-refused"
    assert refused("https://hook.example/") == "address-not-public"
    assert tried == [("8.8.8.8", 443)]


def test_a_receiver_that_sends_us_on_is_not_followed(trap, moved):
    assert refused(f"{moved}/hook", allow_private=True) == "redirected"
    assert trap.knocks() == 0


@pytest.mark.parametrize("url", NO_TARGETS)
def test_what_is_no_encrypted_address_stops_the_start(tmp_path, url):
    file = tmp_path / "notices.toml"
    table = f'[[channel]]\nname = "a"\nkind = "webhook"\nurl = "{url}"\nsecrets = ["{SECRET}"]\n'
    file.write_text(table, "utf-8")

    with pytest.raises(Refused) as refusal:
        lines_of(str(file), lambda: NOW)

    assert refusal.value.code == "notices-malformed"
    assert "url: " in refusal.value.reason
    assert SECRET not in refusal.value.reason


HOSTS = (
    *("http://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/", "//127.0.0.1:{port}/"),
    *("http://{own}@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@{own}/"),
    *("http://127.0.0.1:{port}#@{own}/", "http://127.0.0.1:{port}?@{own}/"),
    *("http://{own}.127.0.0.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/"),
    *("http://2130706433:{port}/", "https://{own}/", "file:///etc/passwd", "gopher://{own}/"),
    *("http://169.254.169.254/latest/meta-data/", "http:127.0.0.1:{port}", ""),
    *("http://{own}\\.example:{port}/", "http://{own}%2f@127.0.0.1:{port}/"),
)


@pytest.mark.parametrize("url", HOSTS)
def test_a_provider_names_no_address_but_its_own(trap, url):
    own = "127.0.0.1:9"
    named = url.replace("{port}", str(trap.port)).replace("{own}", own)

    with pytest.raises(Refused) as refusal:
        ask(provider(f"http://{own}"), named)

    assert refusal.value.code == "provider-trouble"
    assert "outside its own hosts" in refusal.value.reason
    assert trap.knocks() == 0


def test_a_provider_that_sends_us_on_is_not_followed(trap, moved):
    with pytest.raises(Refused) as refusal:
        ask(provider(moved), f"{moved}/.well-known/openid-configuration")
    with Client(provider(moved)) as client:
        answer = client.request("POST", f"{moved}/token", withhold_token=True)

    assert "answered 302" in refusal.value.reason
    assert (answer.status_code, trap.knocks()) == (302, 0)


@pytest.mark.parametrize(
    "issuer",
    [
        *("http://idp.example", "http://169.254.169.254", "file:///etc/passwd", "gopher://idp"),
        *("https://user@idp.example", "https://idp.example?a=b", "https://idp.example#a", "idp"),
    ],
)
def test_a_provider_is_reached_encrypted_or_on_this_machine_or_not_at_all(tmp_path, issuer):
    file = tmp_path / "oidc.toml"
    keys = 'name = "a"\nclient_id = "b"\nclient_secret = "c"\ntitle = { zh = "甲", en = "A" }\n'
    file.write_text(f'[[provider]]\n{keys}issuer = "{issuer}"\n', "utf-8")

    with pytest.raises(Refused) as refusal:
        providers_of(str(file))

    assert (refusal.value.code, "issuer" in refusal.value.reason) == ("providers-malformed", True)


@pytest.mark.parametrize(
    "address",
    [
        *("http://169.254.169.254/", "file:///etc", "gopher://bucket", "s3:bucket", "s3://"),
        *("s3:///prefix", "s3://bucket?endpoint=http://127.0.0.1", "https://bucket.example/"),
    ],
)
def test_photos_lie_in_a_folder_or_in_a_bucket_and_nowhere_else(tmp_path, address):
    with pytest.raises(Refused) as refusal:
        blobs(Settings(home=tmp_path, evidence=address))

    assert refusal.value.code == "invalid-setting"
    assert "s3://bucket/prefix" in refusal.value.reason
    with pytest.raises(Refused):
        S3Blobs(address)


def test_the_photo_that_a_resident_names_is_never_fetched(trap, small_house):
    partner, photo = Partner(house=small_house), f"http://127.0.0.1:{trap.port}/a.jpg"
    case = partner.report({"media_url": photo, "description": photo})["service_request_id"]
    note = {"service_request_id": case, "update_id": "1", "status": "OPEN", "media_url": photo}
    partner.send("servicerequestupdates.json", note)
    small_house.catch_up()
    small_house.get(f"/incidents/{case}")
    partner.get(f"v2/requests/{case}.json")

    assert trap.knocks() == 0


@pytest.mark.parametrize("named", ["file:///etc/passwd", "gopher://127.0.0.1/", "//evil", "a"])
def test_a_photo_has_an_address_of_the_web(small_house, named):
    answer = Partner(house=small_house).send("requests.json", {**MATTER, "media_url": named})

    assert answer.status_code == 400
    assert "media_url begins with https://" in answer.text
