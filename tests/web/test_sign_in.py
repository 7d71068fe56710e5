"""Sign-in: passwords, second factors, sessions, links, keys; and what gives nothing away."""

import re
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from argon2 import PasswordHasher

from domain.account.account import Account, account_id
from domain.kernel.act import OPERATOR, Act
from domain.kernel.confiding import Words
from domain.kernel.refusals import Refused
from tests.city import CITY, KAIFENG, TAISHAN, grid
from tests.houses import copied
from tests.keys import give_key, header_of
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, refusal
from web.account import keys, passwords
from web.account.sample import SAMPLE
from workflows.account.commands import (
    AddFactor,
    DisableAccount,
    EnableAccount,
    IssueKey,
    MakeLink,
    OpenAccount,
)
from workflows.people.commands import EndRole, GrantRole

PASSWORD = "vier worte im gitter"
COOKIE = "gridward-session"


class Visitor:
    """A browser without scripts: it keeps cookies and sends the token of the last page."""

    def __init__(self, house, address="10.1.2.3"):
        self.client = house.client()
        self.client.set_cookie("gridward-language", "en")
        self.from_ = {"REMOTE_ADDR": address}
        self.page = None

    def get(self, path):
        headers = {"Accept": "text/html"}
        self.page = self.client.get(path, headers=headers, environ_base=self.from_)
        return self.page

    def post(self, path, **fields):
        token = self.client.get_cookie("gridward-token")
        sent = {"token": token.value if token else "", **fields}
        headers = {"Accept": "text/html"}
        return self.client.post(path, data=sent, headers=headers, environ_base=self.from_)

    def sign_in(self, handle, password=PASSWORD):
        self.get("/sign-in")
        return self.post("/sign-in", handle=handle, password=password)

    @property
    def cookie(self):
        found = self.client.get_cookie(COOKIE)
        return found.value if found else None


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch):
    """Hash with little memory: a hundred real ones would take half a minute."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    passwords._decoy.cache_clear()
    yield
    passwords._decoy.cache_clear()


@pytest.fixture
def city(small_house):
    """A house where nobody is chosen: people sign in."""
    small_house.app.extensions[SAMPLE] = False
    return small_house


@pytest.fixture
def either(house):
    """The same on each engine, for what the database decides."""
    house.app.extensions[SAMPLE] = False
    return house


def found(pattern, text):
    match = re.search(pattern, text)
    assert match is not None
    return match[1]


def as_operator(house):
    return Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id=str(uuid4()), at=house.clock())


def order(house, command):
    return house.gridward.desk.do(command, as_operator(house))


def link_for(house, handle, purpose="invitation"):
    secret, digest = keys.new_secret()
    order(house, OpenAccount(handle=handle))
    hours = timedelta(hours=48)
    order(house, MakeLink(handle=handle, purpose=purpose, digest=digest, lasts=hours))
    return f"/link/{handle}/{secret}"


def with_password(house, handle, password=PASSWORD):
    visitor, link = Visitor(house), link_for(house, handle)
    visitor.get(link)
    assert visitor.post(link, password=password).status_code == 303
    return visitor


def account(house, handle):
    return house.gridward.ledger.load(Account, account_id(handle))


def is_in(visitor):
    return visitor.get("/board").status_code == 200


def test_an_invited_person_sets_a_password_and_signs_in(city):
    visitor = with_password(city, WANG.handle)

    answer = visitor.sign_in(WANG.handle)

    assert answer.status_code == 303
    assert is_in(visitor)
    assert "王芳" in visitor.page.text


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(city):
    visitor = with_password(city, WANG.handle)

    sent = visitor.get("/board?light=soon")
    first = visitor.get(sent.headers["Location"])
    visitor.get(first.headers["Location"])
    target = re.findall(r'name="next" value="([^"]+)"', visitor.page.text)[-1]
    back = visitor.post("/sign-in", handle=WANG.handle, password=PASSWORD, next=target)

    assert back.headers["Location"] == "/board?light=soon"


def test_a_link_is_good_once(city):
    link = link_for(city, WANG.handle)
    visitor = Visitor(city)
    visitor.get(link)
    visitor.post(link, password=PASSWORD)

    again = visitor.post(link, password="another long password")

    assert again.status_code == 409
    assert visitor.sign_in(WANG.handle, "another long password").status_code == 401


def test_a_link_expires_and_a_newer_one_replaces_it(city):
    old, new = link_for(city, WANG.handle), link_for(city, WANG.handle, "reset")
    visitor = Visitor(city)

    assert visitor.get(old).status_code == 409
    assert visitor.get(new).status_code == 200
    city.clock.forward(hours=48)
    assert visitor.get(new).status_code == 409


@pytest.mark.parametrize("password", ["short", "q" * 20, "p-wang-fang-2026", "qwerty123456"])
def test_a_weak_password_is_told_so_and_the_link_stays_good(city, password):
    link, visitor = link_for(city, WANG.handle), Visitor(city)
    visitor.get(link)

    answer = visitor.post(link, password=password)

    assert answer.status_code == 422
    assert "12" in answer.text or "guessed" in answer.text
    assert visitor.get(link).status_code == 200


def test_nobody_learns_who_has_an_account(city):
    with_password(city, WANG.handle)
    order(city, OpenAccount(handle=LI.handle))

    answers = [
        Visitor(city, f"10.0.0.{nth}").sign_in(handle, "wrong password here")
        for nth, handle in enumerate((WANG.handle, LI.handle, "p-nobody-at-all"))
    ]

    pages = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert {answer.status_code for answer in answers} == {401}
    assert len(pages) == 1


def test_the_session_has_a_new_id_after_sign_in(either):
    visitor = with_password(either, WANG.handle)
    visitor.client.set_cookie(COOKIE, "fixed-by-somebody-else")
    before = visitor.cookie

    visitor.sign_in(WANG.handle)

    assert visitor.cookie != before
    assert len(visitor.cookie) >= 43


def test_a_session_ends_when_it_rests_and_at_the_end_of_the_day(either):
    visitor = with_password(either, WANG.handle)
    visitor.sign_in(WANG.handle)
    for _ in range(25):
        either.clock.forward(minutes=28)
        assert is_in(visitor)

    either.clock.forward(minutes=28)
    assert not is_in(visitor)

    visitor.sign_in(WANG.handle)
    either.clock.forward(minutes=31)
    assert not is_in(visitor)


def test_signing_out_ends_it_on_the_server(either):
    visitor = with_password(either, WANG.handle)
    visitor.sign_in(WANG.handle)
    kept = visitor.cookie

    visitor.post("/sign-out")
    visitor.client.set_cookie(COOKIE, kept)

    assert not is_in(visitor)


def test_disabling_an_account_ends_its_sessions_at_the_next_request(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    assert is_in(visitor)

    order(city, DisableAccount(handle=WANG.handle))

    assert not is_in(visitor)
    assert visitor.sign_in(WANG.handle).status_code == 401
    order(city, EnableAccount(handle=WANG.handle))
    assert not is_in(visitor)
    assert visitor.sign_in(WANG.handle).status_code == 303


def test_a_new_password_ends_every_other_session(city):
    here, there = with_password(city, WANG.handle), Visitor(city)
    here.sign_in(WANG.handle)
    there.sign_in(WANG.handle)
    here.get("/account")

    changed = here.post("/account/password", old=PASSWORD, password="ganz neue vier worte")

    assert changed.status_code == 303
    assert is_in(here)
    assert not is_in(there)
    assert there.sign_in(WANG.handle).status_code == 401


def test_a_role_that_ended_opens_nothing_at_the_next_request(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    ended = EndRole(handle=WANG.handle, role=WANG.role, area=WANG.area, to_day=city.clock().date())

    order(city, ended)

    assert not is_in(visitor)


def test_five_failures_wait_and_the_wait_survives_a_restart(either):
    with_password(either, WANG.handle)
    for nth in range(5):
        Visitor(either, f"10.0.1.{nth}").sign_in(WANG.handle, "wrong password here")

    locked = Visitor(either, "10.0.1.99").sign_in(WANG.handle)

    assert locked.status_code == 429
    either.clock.forward(minutes=2)
    assert Visitor(either).sign_in(WANG.handle).status_code == 303


def test_an_address_that_tries_many_accounts_waits(city):
    with_password(city, WANG.handle)
    for nth in range(30):
        Visitor(city, "10.0.2.1").sign_in(f"p-guess-{nth}", "wrong password here")

    assert Visitor(city, "10.0.2.1").sign_in(WANG.handle).status_code == 429
    assert Visitor(city, "10.0.2.2").sign_in(WANG.handle).status_code == 303


def test_the_wait_is_kept_in_the_database(city_on_sqlite, tmp_path):
    with copied(city_on_sqlite, tmp_path) as house:
        for nth in range(5):
            Visitor(house, f"10.0.3.{nth}").sign_in("p-wang-fang", "wrong password here")
        kept = house.gridward.throttle.waits_until("account:p-wang-fang", at=house.clock())

    assert kept is not None


def make_leader(house, handle):
    """Let somebody of the street be a commander too: a role with a second factor."""
    grant = GrantRole(
        handle=handle, role="commander", area=CHEN.area, from_day=house.clock().date()
    )
    order(house, grant)


def test_a_commander_acts_only_after_a_second_factor(city):
    make_leader(city, CHEN.handle)
    visitor = with_password(city, CHEN.handle)
    visitor.sign_in(CHEN.handle)
    assert not is_in(visitor)
    page = visitor.get("/account").text
    secret = found(r'name="secret" value="([A-Z2-7]+)"', page)
    code = pyotp.TOTP(secret).at(city.clock())

    added = visitor.post("/account/totp", secret=secret, code=code, current=PASSWORD)

    assert added.status_code == 303
    assert is_in(visitor)
    assert account(city, CHEN.handle).factor("totp") is not None


def with_totp(house, handle):
    visitor, secret = with_password(house, handle), pyotp.random_base32()
    words = house.gridward.desk.office.random_key()
    kept = Words(text=secret, key=words)
    order(house, AddFactor(handle=handle, name="totp", kind="totp", secret=kept))
    return visitor, pyotp.TOTP(secret)


def test_a_code_is_asked_for_and_counts_once(either):
    visitor, totp = with_totp(either, WANG.handle)
    visitor.sign_in(WANG.handle)
    assert not is_in(visitor)
    visitor.get("/sign-in/factor")
    code = totp.at(either.clock())

    assert visitor.post("/sign-in/factor", code=code).status_code == 303
    assert is_in(visitor)

    other = Visitor(either)
    other.sign_in(WANG.handle)
    assert other.post("/sign-in/factor", code=code).status_code == 401
    assert not is_in(other)


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３４５６", "1" * 40])
def test_a_wrong_code_opens_nothing(city, code):
    visitor, _ = with_totp(city, WANG.handle)
    visitor.sign_in(WANG.handle)

    assert visitor.post("/sign-in/factor", code=code).status_code == 401
    assert not is_in(visitor)


def test_a_password_alone_does_not_take_the_second_factor_away(city):
    visitor, _ = with_totp(city, WANG.handle)
    visitor.sign_in(WANG.handle)

    answer = visitor.post("/account/factor/remove", factor="totp")

    assert answer.status_code == 403
    assert account(city, WANG.handle).factor("totp") is not None


def test_every_form_needs_the_token_of_our_own_page(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)

    for path in ("/sign-out", "/account/password", "/account/keys", "/account/totp"):
        assert visitor.post(path, token="another").status_code == 403


def test_a_foreign_page_orders_nothing_with_our_cookie(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    headers = {"Origin": "https://elsewhere.example", "Idempotency-Key": "k"}

    answer = visitor.client.post("/api/v1/incidents", json=RUBBISH, headers=headers)

    assert refusal(answer) == (403, "foreign-origin")


def test_our_own_page_may_use_the_api_by_its_session(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    headers = {"Origin": "http://localhost", "Idempotency-Key": "k"}

    answer = visitor.client.post("/api/v1/incidents", json=RUBBISH, headers=headers)

    assert answer.status_code == 201


def test_a_key_opens_what_its_scopes_say(city):
    give_key(
        city.gridward.desk,
        WANG.handle,
        WANG.role,
        area=CITY,
        at=city.clock(),
        scopes=("read",),
    )
    only_reads = header_of(WANG.handle, WANG.role, "k2")
    client = city.client()

    assert client.get("/api/v1/whoami", headers=only_reads).status_code == 200
    answer = client.post("/api/v1/incidents", json=RUBBISH, headers=only_reads)
    assert refusal(answer) == (403, "scope-missing")


def test_a_key_reaches_its_area_only(city):
    give_key(city.gridward.desk, LI.handle, LI.role, area=TAISHAN, at=city.clock())
    foreign = header_of(LI.handle, LI.role, "k2")

    assert refusal(city.client().get("/api/v1/whoami", headers=foreign)) == (
        403,
        "role-not-held",
    )

    give_key(
        city.gridward.desk,
        "p-" + LI.handle[2:],
        LI.role,
        area=KAIFENG,
        at=city.clock(),
    )
    near = header_of(LI.handle, LI.role, "k3")
    elsewhere = {**RUBBISH, "area": str(grid(TAISHAN))}
    headers = {**near, "Idempotency-Key": "k"}
    answer = city.client().post("/api/v1/incidents", json=elsewhere, headers=headers)
    assert refusal(answer) == (403, "outside-key")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer x",
        "Bearer gw.p-wang-fang.k1.wrong",
        "Bearer gw.p-nobody.k1.x",
        "Bearer gw...",
    ],
)
def test_a_wrong_key_opens_nothing(city, header):
    answer = city.client().get("/api/v1/whoami", headers={"Authorization": header})

    assert refusal(answer) in [(401, "key-not-good"), (401, "sign-in-missing")]


def test_a_key_ends_when_it_expires_or_is_revoked(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    visitor.get("/account")
    wish = {"label": "patrol bot", "area": str(WANG.area), "scope": "read", "days": "2"}
    page = visitor.post("/account/keys", **wish, current=PASSWORD).text
    key = {"Authorization": f"Bearer {found(r'(gw[.][^<]+)', page)}"}
    client = city.client()
    assert client.get("/api/v1/whoami", headers=key).status_code == 200

    city.clock.forward(hours=49)

    assert refusal(client.get("/api/v1/whoami", headers=key)) == (401, "key-not-good")
    visitor.sign_in(WANG.handle)
    assert visitor.post("/account/keys/revoke", key="k2").status_code == 303
    assert "revoked" in visitor.get("/account").text


def test_no_secret_stands_in_the_log(city):
    visitor, totp = with_totp(city, WANG.handle)
    visitor.sign_in(WANG.handle)
    with city.gridward.store.reading() as conn:
        bodies = " ".join(row[0] for row in conn.exec_driver_sql("SELECT body FROM events"))

    assert "argon2" not in bodies
    assert totp.secret not in bodies
    assert PASSWORD not in bodies


def test_administrators_keep_the_accounts_of_their_own_area(city):
    desk, day = city.gridward.desk, city.clock().date()
    order(city, GrantRole(handle=CHEN.handle, role="administrator", area=KAIFENG, from_day=day))

    def as_admin():
        return Act(
            person=CHEN.handle,
            role="administrator",
            area=KAIFENG,
            command_id=str(uuid4()),
            at=city.clock(),
        )

    assert desk.do(DisableAccount(handle=WANG.handle), as_admin()) is not None
    with pytest.raises(Refused) as refused:
        desk.do(DisableAccount(handle=LI.handle), as_admin())
    assert refused.value.code == "not-your-account"


def test_nobody_issues_keys_for_another(city):
    command = IssueKey(
        handle=WANG.handle,
        label="mine now",
        role=WANG.role,
        area=CITY,
        scopes=("read",),
        digest="0" * 64,
        expires_at=city.clock() + timedelta(days=1),
    )
    act = Act(person=LI.handle, role=LI.role, area=CITY, command_id=str(uuid4()), at=city.clock())

    with pytest.raises(Refused) as refused:
        city.gridward.desk.do(command, act)
    assert refused.value.code == "wrong-role"


def test_hashes_are_argon2id_as_strong_as_the_standard_asks(monkeypatch):
    monkeypatch.undo()

    kept = passwords.hashed(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(PASSWORD, kept)
    assert not passwords.fits(PASSWORD + "!", kept)


def test_a_weaker_hash_is_renewed_at_the_next_sign_in(city):
    visitor = with_password(city, WANG.handle)
    before = account(city, WANG.handle).password_version
    passwords._hasher = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)

    visitor.sign_in(WANG.handle)

    assert account(city, WANG.handle).password_version > before
    assert is_in(visitor)
    city.clock.forward(hours=1)
    assert visitor.sign_in(WANG.handle).status_code == 303
