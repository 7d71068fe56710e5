"""Accounts on the command line: the first administrator, links, keys, and what is refused."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from domain.account.account import Account, account_id
from domain.account.identity import Identity, identity_id
from domain.kernel.confiding import Words
from ledger.throttle import ACCOUNT
from ops.bootstrap import assemble
from ops.cli import main
from ops.cli.acting import operator
from ops.scheduling import forget_visits
from ops.settings import Settings
from tests.ops.test_cli import home, settled
from tests.ops.town import STREET
from tests.web.test_providers import GOOD
from web.account.keys import digest_of
from workflows.account.commands import AddFactor

__all__ = ["home", "settled"]

BOSS = "p-boss"
COMMANDER = "p-commander"


def ask(*words, status=0):
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == status, (result.output, result.stderr, result.exception)
    return result


def answer(*words):
    return json.loads(ask(*words, "--json").stdout)


def refused(*words):
    return json.loads(ask(*words, "--json", status=2).stderr)["code"]


def account(home, handle):
    gridward = assemble(Settings(home=home), read_only=True)
    try:
        return gridward.ledger.load(Account, account_id(handle))
    finally:
        gridward.close()


def secret_in(told):
    return told["link"].rsplit("/", 1)[1]


def test_the_first_administrator_is_enrolled_granted_and_invited(settled):
    city = str(STREET)[:6] + "000000"

    ask("people", "enrol", BOSS, "--name", "柳青")
    ask("people", "grant", BOSS, "--role", "administrator", "--area", city)
    told = answer("accounts", "open", BOSS)

    assert told["link"].startswith(f"/link/{BOSS}/")
    assert account(settled, BOSS).link.digest == digest_of(secret_in(told))
    assert answer("people", "list", "--role", "administrator")[0]["handle"] == BOSS


def test_a_role_is_ended_and_a_person_leaves(settled):
    given = ("--role", "auditor", "--area", str(STREET))
    ask("people", "end-role", "p-auditor", *given)
    ask("people", "leave", "p-supervisor")

    assert answer("people", "list", "--role", "auditor") == []
    assert answer("people", "list", "--role", "supervisor") == []


def test_a_link_lasts_forty_eight_hours_and_voids_the_one_before(settled):
    first = answer("accounts", "invite", COMMANDER)
    second = answer("accounts", "reset", COMMANDER)

    link = account(settled, COMMANDER).link

    assert link.digest == digest_of(secret_in(second)) != digest_of(secret_in(first))
    assert link.purpose == "reset"
    shown = answer("accounts", "show", COMMANDER)["account"]
    assert shown["state"] == "invited"
    assert second["expires_at"][:16] == link.expires_at.isoformat()[:16]


def test_the_link_is_told_with_the_address_under_which_people_come(settled, monkeypatch):
    monkeypatch.setenv("GRIDWARD_HOSTS", "grid.example.city")

    said = ask("accounts", "invite", COMMANDER).output

    assert said.startswith(f"https://grid.example.city/link/{COMMANDER}/")


def test_who_serves_is_listed_once_with_the_state_of_the_account(settled):
    ask("accounts", "disable", COMMANDER)

    found = {one["handle"]: one["state"] for one in answer("accounts", "list")}

    assert found[COMMANDER] == "disabled"
    assert found["p-auditor"] == "opened"
    assert [one["handle"] for one in answer("accounts", "list", "--role", "auditor")] == [
        "p-auditor"
    ]
    assert answer("accounts", "list", "--after", max(found)) == []


def test_a_disabled_account_is_enabled_again(settled):
    ask("accounts", "disable", COMMANDER)
    assert refused("accounts", "invite", COMMANDER) == "account-disabled"

    ask("accounts", "enable", COMMANDER)

    assert answer("accounts", "show", COMMANDER)["account"]["state"] == "opened"


def test_a_key_is_printed_once_and_revoked(settled):
    given = ("--role", "commander", "--area", str(STREET), "--scope", "read")
    told = answer("accounts", "keys", "issue", COMMANDER, "--label", "screen", *given)

    key = account(settled, COMMANDER).key(told["key"])
    assert key.digest == digest_of(told["secret"].rsplit(".", 1)[1])
    assert told["secret"] not in ask("accounts", "keys", "list", COMMANDER, "--json").output

    ask("accounts", "keys", "revoke", COMMANDER, told["key"])
    listed = answer("accounts", "keys", "list", COMMANDER)
    assert [one["revoked"] for one in listed if one["key"] == told["key"]] == [True]


def test_who_has_no_account_or_no_place_on_the_roster_is_named_in_the_refusal(settled):
    assert refused("accounts", "open", "p-nobody") == "no-such-person"
    ask("people", "enrol", BOSS, "--name", "柳青")
    assert refused("accounts", "show", BOSS) == "no-such-account"


def test_a_lost_phone_is_taken_away_with_the_password(settled):
    gridward = assemble(Settings(home=settled))
    order = AddFactor(
        handle=COMMANDER,
        name="totp",
        kind="totp",
        secret=Words(text="JBSWY3DPEHPK3PXP", key=b"k" * 32),
    )
    gridward.desk.do(order, operator(gridward))
    gridward.close()
    assert answer("accounts", "show", COMMANDER)["account"]["factors"] == ["totp"]

    ask("accounts", "reset", COMMANDER, "--factors")

    assert answer("accounts", "show", COMMANDER)["account"]["factors"] == []


def test_the_clock_forgets_sessions_that_ran_out_and_old_failures(town):
    city = town.gridward
    begun = {"handle": COMMANDER, "role": "commander", "epoch": 1, "factor": True}
    city.sessions.begin(**begun, at=town.clock())
    for _ in range(6):
        city.throttle.failed("account:p-x", ACCOUNT, at=town.clock())
    later = town.clock.forward(days=2)
    fresh = city.sessions.begin(**begun, at=later)

    forget_visits(city)

    assert rows(city, "sessions") == 1
    assert rows(city, "failures") == 0
    assert city.sessions.find(fresh, later + timedelta(minutes=1)) is not None


@pytest.mark.parametrize("words", [("open", COMMANDER), ("disable", COMMANDER)])
def test_beside_a_running_server_on_sqlite_the_writer_is_named(settled, words):
    holder = assemble(Settings(home=settled))
    try:
        assert refused("accounts", *words) == "writer-busy"
    finally:
        holder.close()


def rows(city, name):
    with city.store.reading() as conn:
        return conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()


def test_an_identity_is_bound_by_its_subject_of_which_only_a_digest_is_kept(
    settled, monkeypatch, tmp_path
):
    file = tmp_path / "providers.toml"
    file.write_text(GOOD, encoding="utf-8")
    given = ("accounts", "bind", COMMANDER, "--provider", "city-hall", "--subject", "1001")
    assert refused(*given) == "no-such-provider"
    monkeypatch.setenv("GRIDWARD_OIDC", str(file))

    assert answer(*given)["handle"] == COMMANDER

    assert identity_of(settled).handle == COMMANDER
    twice = (*given[:2], "p-auditor", *given[3:])
    assert refused(*twice) == "identity-taken"
    ask(*given, "--remove")
    assert identity_of(settled).handle == ""


def identity_of(home):
    gridward = assemble(Settings(home=home), read_only=True)
    try:
        return gridward.ledger.load(Identity, identity_id("https://id.example.city", "1001"))
    finally:
        gridward.close()
