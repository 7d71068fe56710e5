"""Channels: what each kind sends, where none of them goes, and what the file may hold."""

import email
import email.policy
import socket

import pytest

from domain.kernel.refusals import Refused
from ledger import deliveries
from ledger.records import Notice
from ops.notices.addresses import is_public, resolve
from ops.notices.channel import Undelivered
from ops.notices.reading import lines_of
from tests.ledger.lamps import Clock
from tests.ops.notices.post import delivering, webhook, write
from tests.ops.notices.receivers import SECRET

MAIL = """
[[channel]]
name = "duty"
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "gridward@city.example"
address = "duty@city.example"
"""


def states(store):
    return [(one.channel, one.state, one.code) for one in deliveries.newest(store)]


def test_an_e_mail_tells_what_happened_under_a_stable_id(store, ledger, clock, mailbox, tmp_path):
    write(ledger, 1)

    delivering(store, clock, tmp_path, MAIL.format(port=mailbox.port)).deliver_all()

    (text,) = mailbox.messages
    message = email.message_from_string(text, policy=email.policy.default)
    (one,) = deliveries.newest(store)
    assert message["To"] == "duty@city.example"
    assert message["Subject"] == "[Gridward] lamp.dark"
    assert message["Message-ID"] == f"<{one.id}@city.example>"
    assert "pole: 0" in text
    assert one.state == "delivered"


def test_a_mailbox_that_refuses_is_told_by_its_number_alone(
    store, ledger, clock, mailbox, tmp_path
):
    mailbox.refuses = 550
    write(ledger, 1)

    delivering(store, clock, tmp_path, MAIL.format(port=mailbox.port)).deliver_all()

    assert states(store) == [("duty", "waiting", "smtp-550")]


def test_a_server_that_offers_no_encryption_gets_no_mail(store, ledger, clock, mailbox, tmp_path):
    encrypted = MAIL.format(port=mailbox.port).replace('"none"', '"starttls"')
    write(ledger, 1)

    delivering(store, clock, tmp_path, encrypted).deliver_all()

    assert states(store) == [("duty", "waiting", "smtp-not-offered")]
    assert mailbox.messages == []


def test_apprise_reaches_what_its_address_names(store, ledger, clock, web, tmp_path):
    chat = f'[[channel]]\nname = "chat"\nkind = "apprise"\nurl = "json://127.0.0.1:{web.port}/"'
    write(ledger, 1)

    delivering(store, clock, tmp_path, chat).deliver_all()

    assert states(store) == [("chat", "delivered", "ok")]
    assert web.elsewhere == 1


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
    ],
)
def test_no_webhook_goes_to_an_address_that_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_a_name_of_this_machine_is_refused_however_it_is_written(host):
    with pytest.raises(Undelivered) as undelivered:
        resolve(host.strip("[]"), 443, allow_private=False)

    assert undelivered.value.code in {"address-not-public", "host-unknown"}


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    mixed = [(2, 1, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: mixed)

    with pytest.raises(Undelivered) as undelivered:
        resolve("hook.example", 443, allow_private=False)

    assert undelivered.value.code == "address-not-public"


def test_a_name_is_looked_up_once_and_then_not_trusted_again(
    store, ledger, clock, web, tmp_path, monkeypatch
):
    asked = []
    whole = socket.getaddrinfo

    def once(host, *more, **given):
        asked.append(host)
        return whole("127.0.0.1" if host == "hook.example" else host, *more, **given)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    named = webhook(web).replace("127.0.0.1", "hook.example")
    write(ledger, 1)

    delivering(store, clock, tmp_path, named).deliver_all()

    assert states(store) == [("desk", "delivered", "ok")]
    assert asked.count("hook.example") == 1
    assert web.headers[0]["host"] == f"hook.example:{web.port}"


def test_a_private_target_is_refused_where_its_channel_does_not_allow_it(
    store, ledger, clock, web, tmp_path
):
    public = webhook(web, allow_private="false").replace("http://", "https://")
    write(ledger, 1)

    delivering(store, clock, tmp_path, public).deliver_all()

    assert states(store) == [("desk", "waiting", "address-not-public")]
    assert not web.headers


def test_a_certificate_that_nobody_vouches_for_is_refused(store, ledger, clock, web, tmp_path):
    encrypted = webhook(web).replace("http://", "https://")
    write(ledger, 1)

    delivering(store, clock, tmp_path, encrypted).deliver_all()

    (state,) = states(store)
    assert state[2] in {"certificate-refused", "connection-broken"}


FILE = f"""
[[channel]]
name = "district"
kind = "webhook"
url = "https://hook.example/a"
secrets = ["{SECRET}"]
to = ["commander@120101000000", "handler@u-roads"]
about = ["incident.*", "whistle.blown"]

[[channel]]
name = "all-late"
kind = "log"
about = ["incident.escalated"]
"""


@pytest.mark.parametrize(
    ("to", "about", "channels"),
    [
        ("commander@120101001000", "incident.filed", ["district"]),
        ("commander@120101000000", "whistle.blown", ["district"]),
        ("commander@120102001000", "incident.filed", ["log"]),
        ("commander@120000000000", "incident.filed", ["log"]),
        ("dispatcher@120101001000", "incident.filed", ["log"]),
        ("handler@u-roads", "incident.filed", ["district"]),
        ("handler@u-roads-2", "incident.filed", ["log"]),
        ("commander@120101001000", "incident.escalated", ["district", "all-late"]),
        ("commander@120101001000", "whistle.over", ["log"]),
    ],
)
def test_a_notice_goes_to_the_channels_that_take_it_and_else_to_the_log(
    tmp_path, to, about, channels
):
    file = tmp_path / "notices.toml"
    file.write_text(FILE)

    found = lines_of(str(file), Clock()).route(Notice(to=to, about=about, facts={}))

    assert list(found) == channels


def test_without_a_file_everything_goes_to_the_log():
    lines = lines_of("", Clock())

    assert lines.route(Notice(to="commander@x", about="y", facts={})) == ["log"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("https://hook.example/a", "http://hook.example/a"), "allow_private"),
        (("https://hook.example/a", "ftp://hook.example/a"), "https://"),
        (("https://hook.example/a", "https://u:p@hook.example/a"), "without user"),
        ((SECRET, "whsec_c2hvcnQ="), "24 to 64"),
        ((SECRET, "plain"), "24 to 64"),
        (('kind = "log"', 'kind = "pigeon"'), "kind"),
        (('kind = "log"', 'kind = "log"\nurl = "https://x.example"'), "Unknown field"),
        (('"all-late"', '"district"'), "name of its own"),
        (('"all-late"', '"log"'), "name of its own"),
        (('"all-late"', '"Not A Name"'), "small letters"),
        (("[[channel]]", "[[channel"), "no TOML"),
    ],
)
def test_a_file_with_a_mistake_stops_the_start_and_says_where(tmp_path, change, said):
    file = tmp_path / "notices.toml"
    file.write_text(FILE.replace(*change))

    with pytest.raises(Refused) as refused:
        lines_of(str(file), Clock())

    assert refused.value.code == "notices-malformed"
    assert said in refused.value.reason
    assert SECRET not in refused.value.reason


def test_a_file_that_is_not_there_stops_the_start(tmp_path):
    with pytest.raises(Refused) as refused:
        lines_of(str(tmp_path / "none.toml"), Clock())

    assert refused.value.code == "notices-not-readable"


def test_a_channel_shows_no_secret_when_it_is_printed(tmp_path):
    file = tmp_path / "notices.toml"
    mail = MAIL.format(port=1).replace('"none"', '"tls"\nuser = "u"\npassword = "hunter2"')
    file.write_text(FILE + mail)

    shown = repr(lines_of(str(file), Clock()))

    assert SECRET not in shown
    assert "hunter2" not in shown
    assert "duty@city.example" not in shown
