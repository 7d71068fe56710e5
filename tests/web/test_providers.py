"""Signing in with a provider, a real one in its own process; and everything that may be forged."""

import html
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from domain.account.identity import identity_id
from domain.kernel.refusals import Refused
from ops.providers import providers_of
from tests.house import MONDAY_NINE
from tests.web.test_commands import LI, WANG
from tests.web.test_sign_in import Visitor, account, found, link_for, order, quick_hashes
from web.account import providers
from web.account.id_tokens import Published
from web.account.providers import PROVIDERS, Provider, ask
from web.app import create_app
from workflows.account.commands import BindIdentity, DisableAccount, OpenAccount, UnbindIdentity

__all__ = ["quick_hashes"]

NAME, CLIENT, SECRET = "city-hall", "gridward", "s3cret"
BACK = f"http://localhost/sign-in/with/{NAME}/back"
PROGRAM = Path(__file__).with_name("provider_program.py")


@pytest.fixture(scope="module")
def issuer():
    """A provider that runs; gives its issuer."""
    now = str(int(MONDAY_NINE.timestamp()))
    command = [sys.executable, str(PROGRAM), CLIENT, SECRET, BACK, now]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield f"http://127.0.0.1:{int(running.stdout.readline())}"
        running.terminate()


@pytest.fixture
def mischief(issuer):
    """Order the provider to do something wrong."""

    def do(**what):
        requests.post(f"{issuer}/mischief", json=what, timeout=5)

    do()
    yield do
    do()


@pytest.fixture
def provide(small_house, issuer, mischief):
    """Let people sign in with the provider; gives how to change its entry."""

    def entry(**given):
        plain = {
            "name": NAME,
            "title": {"zh": "市政府", "en": "City Hall"},
            "issuer": issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
        }
        provider = Provider(**(plain | given))
        published = Published(provider=provider, now=small_house.clock)
        small_house.app.extensions[PROVIDERS] = {NAME: published}
        return small_house

    return entry


@pytest.fixture
def city(provide):
    """A house whose people come by the provider; subject 1001 is Wang Fang."""
    house = provide()
    bind(house, WANG.handle)
    return house


def bind(house, handle, subject="1001"):
    provider = house.app.extensions[PROVIDERS][NAME].provider
    order(house, OpenAccount(handle=handle))
    identity = identity_id(provider.issuer, subject)
    order(house, BindIdentity(handle=handle, provider=NAME, identity=identity))
    return identity


def leave(visitor, **fields):
    """Press the button; gives the address at the provider."""
    visitor.get("/sign-in")
    page = visitor.post(f"/sign-in/with/{NAME}", **fields)
    assert page.status_code == 200, page.text
    return html.unescape(found(r'href="(http://127[^"]+)"', page.text))


def come_back(visitor, address):
    """Let the provider send the browser back."""
    told = requests.get(address, allow_redirects=False, timeout=5)
    assert told.status_code == 302, told.text
    return visitor.get("/sign-in/with" + told.headers["Location"].partition("/sign-in/with")[2])


def sign_in(visitor, **fields):
    return come_back(visitor, leave(visitor, **fields))


def is_in(visitor):
    return visitor.get("/account").status_code == 200


def test_whose_identity_is_bound_comes_in_by_the_provider(city):
    visitor = Visitor(city)
    assert "Sign in with City Hall" in visitor.get("/sign-in").text

    answer = sign_in(visitor, next="/areas")

    assert (answer.status_code, answer.location) == (303, "/areas")
    assert WANG.handle in visitor.get("/account").text


def test_what_is_sent_along_is_new_each_time_and_proves_possession(city):
    visitor = Visitor(city)
    first, second = (parse_qs(urlsplit(leave(visitor)).query) for _ in range(2))

    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == [BACK]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43


def test_the_session_id_is_new_and_the_visit_is_over(city):
    visitor = Visitor(city)
    sign_in(visitor)

    assert visitor.cookie
    assert visitor.client.get_cookie("gridward-visit", path="/sign-in/with") is None


def test_an_answer_that_was_used_is_refused_when_it_comes_again(city):
    visitor = Visitor(city)
    told = requests.get(leave(visitor), allow_redirects=False, timeout=5)
    path = "/sign-in/with" + told.headers["Location"].partition("/sign-in/with")[2]
    assert visitor.get(path).status_code == 303

    again = visitor.get(path)

    assert again.status_code == 401
    assert "not begun here" in again.text


def test_a_code_of_another_visit_does_not_fit_the_verifier(city):
    first, second = Visitor(city), Visitor(city)
    stolen = requests.get(leave(first), allow_redirects=False, timeout=5).headers["Location"]
    own = requests.get(leave(second), allow_redirects=False, timeout=5).headers["Location"]
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    mine = {name: values[0] for name, values in parse_qs(urlsplit(own).query).items()}

    forged = urlencode(mine | {"code": code})
    answer = second.get(f"/sign-in/with/{NAME}/back?{forged}")

    assert answer.status_code == 401
    assert not is_in(second)


def test_an_answer_in_another_browser_is_refused(city):
    mine, other = Visitor(city), Visitor(city)

    answer = come_back(other, leave(mine))

    assert answer.status_code == 401
    assert not is_in(other)


def test_a_visit_takes_ten_minutes_at_most(city):
    visitor = Visitor(city)
    address = leave(visitor)
    city.clock.forward(minutes=11)

    assert come_back(visitor, address).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "another"},
        {"iss": "https://another.example"},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"iss": "https://another.example"}},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": ["another"]}},
        {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
        {"claims": {"exp": int(MONDAY_NINE.timestamp()) - 120}},
        {"claims": {"exp": None}},
        {"claims": {"iat": int(MONDAY_NINE.timestamp()) + 600}},
        {"claims": {"sub": None}},
        {"signed": "none"},
        {"signed": "by a stranger"},
        {"signed": "with the public key"},
        {"redirect": True},
    ],
    ids=str,
)
def test_a_forged_answer_is_refused_with_a_sentence(city, mischief, wrong):
    visitor = Visitor(city)
    mischief(**wrong)

    answer = sign_in(visitor)

    assert answer.status_code == 401
    assert "once more" in answer.text
    assert not is_in(visitor)


def test_the_provider_itself_refuses_who_cannot_prove_possession(city):
    visitor = Visitor(city)
    address = re.sub(r"&code_challenge=[^&]+", "", leave(visitor))

    assert come_back(visitor, address).status_code == 401


def test_a_provider_that_calls_itself_otherwise_is_not_used(city, mischief):
    mischief(name="https://another.example")
    visitor = Visitor(city)
    visitor.get("/sign-in")

    answer = visitor.post(f"/sign-in/with/{NAME}")

    assert answer.status_code == 503
    assert "Tell your operator" in answer.text


def test_no_address_outside_the_providers_hosts_is_called(city, mischief, issuer):
    mischief(token_endpoint="http://127.0.0.2:9/token")

    assert sign_in(Visitor(city)).status_code == 503
    assert "/elsewhere" not in requests.get(f"{issuer}/seen", timeout=5).json()["seen"]


def test_a_provider_that_is_not_there_is_named(provide):
    house = provide(issuer="http://127.0.0.1:9")
    visitor = Visitor(house)
    visitor.get("/sign-in")

    answer = visitor.post(f"/sign-in/with/{NAME}")

    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert visitor.post("/sign-in/with/another").status_code == 404


def test_an_identity_that_belongs_to_nobody_opens_nothing(city, mischief):
    mischief(claims={"sub": "2002", "preferred_username": LI.handle})
    visitor = Visitor(city)

    answer = sign_in(visitor)

    assert answer.status_code == 403
    assert "Ask your administrator" in answer.text
    assert not is_in(visitor)


def test_a_disabled_account_stays_closed(city):
    order(city, DisableAccount(handle=WANG.handle))

    assert sign_in(Visitor(city)).status_code == 403


def test_an_identity_that_was_taken_back_opens_nothing(city, issuer):
    order(city, UnbindIdentity(handle=WANG.handle, identity=identity_id(issuer, "1001")))

    assert sign_in(Visitor(city)).status_code == 403


def test_a_one_time_link_binds_an_identity_once(provide):
    house = provide()
    link, visitor = link_for(house, LI.handle), Visitor(house)
    _, _, handle, secret = link.split("/")
    assert "City Hall" in visitor.get(link).text

    answer = sign_in(visitor, link_handle=handle, link_secret=secret)

    assert answer.status_code == 303
    assert account(house, LI.handle).link is None
    assert LI.handle in visitor.get("/account").text
    again = Visitor(house)
    again.get("/sign-in")
    spent = again.post(f"/sign-in/with/{NAME}", link_handle=handle, link_secret=secret)
    assert "has expired" in spent.text
    assert sign_in(again).status_code == 303


def test_a_link_takes_no_identity_from_another(city):
    link, visitor = link_for(city, LI.handle), Visitor(city)
    _, _, handle, secret = link.split("/")
    visitor.get(link)

    answer = sign_in(visitor, link_handle=handle, link_secret=secret)

    assert answer.status_code == 409
    assert account(city, LI.handle).link is not None


def test_a_trusted_provider_names_people_by_their_handle(provide, mischief):
    house = provide(trusted_handles=True)
    order(house, OpenAccount(handle=LI.handle))
    mischief(claims={"preferred_username": LI.handle})

    assert sign_in(Visitor(house)).status_code == 303

    mischief(claims={"preferred_username": WANG.handle})
    visitor = Visitor(house)
    sign_in(visitor)
    assert LI.handle in visitor.get("/account").text


def test_who_needs_a_second_factor_proves_it_here_or_there(provide, mischief):
    house = provide(second_factor_by_amr=("otp", "mfa"), second_factor_by_acr=("gold",))
    boss = house.city.who("commander")
    bind(house, boss.handle)

    for claims, proved in (({}, False), ({"amr": ["pwd"]}, False), ({"amr": ["pwd", "otp"]}, True)):
        mischief(claims=claims)
        visitor = Visitor(house)
        sign_in(visitor)
        assert (visitor.get("/board").status_code == 200) is proved
    mischief(claims={"acr": "gold"})
    visitor = Visitor(house)
    sign_in(visitor)
    assert visitor.get("/board").status_code == 200


def test_no_subject_and_no_secret_stands_in_the_log(city):
    sign_in(Visitor(city))
    with city.gridward.store.reading() as conn:
        bodies = " ".join(row[0] for row in conn.exec_driver_sql("SELECT body FROM events"))

    assert NAME in bodies
    assert '"1001"' not in bodies
    assert SECRET not in bodies


def test_an_answer_that_is_too_long_is_not_read(city, issuer, monkeypatch):
    monkeypatch.setattr(providers, "MOST_BYTES", 10)
    provider = city.app.extensions[PROVIDERS][NAME].provider

    with pytest.raises(Refused) as refused:
        ask(provider, f"{issuer}/keys")
    assert refused.value.code == "provider-trouble"


GOOD = """
[[provider]]
name = "city-hall"
title = { zh = "市政府", en = "City Hall" }
issuer = "https://id.example.city"
client_id = "gridward"
client_secret = "s3cret"
"""


def test_the_file_of_providers_is_read_and_a_mistake_stops_the_start(tmp_path, small_house):
    file = tmp_path / "providers.toml"
    file.write_text(GOOD, encoding="utf-8")
    app = create_app(small_house.gridward, providers=providers_of(str(file)))

    assert list(app.extensions[PROVIDERS]) == ["city-hall"]
    assert providers_of("") == ()
    for wrong in (
        GOOD.replace("https://", "http://"),
        GOOD + GOOD,
        GOOD.replace("client_id", "client"),
        GOOD + 'scopes = ["profile"]',
        "[[provider",
    ):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(Refused) as refused:
            providers_of(str(file))
        assert refused.value.code == "providers-malformed"
        assert "s3cret" not in refused.value.reason
    with pytest.raises(Refused) as refused:
        providers_of(str(tmp_path / "none.toml"))
    assert refused.value.code == "providers-not-readable"
