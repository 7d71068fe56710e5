"""A right that is taken away while an order is on its way is honoured, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event
from uuid import uuid4

import pytest

from domain.kernel.act import OPERATOR, Act
from domain.people.person import Person, person_id
from ledger.records import Seen
from ledger.under import Rights
from tests.city import CITY, KAIFENG, QUANYECHANG, XIAOBAILOU, grid
from workflows.account.commands import DisableAccount, RevokeKey
from workflows.people.commands import BeAbsent, EndRole, GrantRole

RUBBISH = {"area": str(grid(KAIFENG)), "category": "01-02", "words": "门口有垃圾"}
PATIENCE = 30


class Desk:
    """Orders as the operator, and the acceptor whose right is at stake."""

    def __init__(self, house):
        self.house, self.desk = house, house.gridward.desk
        self.li = house.city.people["p-li-na"]
        self.day = house.clock().date()
        reported = house.post("/incidents", RUBBISH, house.city.people["p-wang-fang"])
        self.case = reported.json["id"]

    def order(self, command):
        act = Act(
            person=OPERATOR, role=OPERATOR, area=CITY, command_id=str(uuid4()),
            at=self.house.clock(),
        )  # fmt: skip
        return self.desk.do(command, act)

    def pass_on(self):
        return self.house.step(self.case, "pass_on", self.li)

    def version(self):
        return self.house.get(f"/incidents/{self.case}").json["version"]

    def end_role(self):
        self.order(
            EndRole(handle=self.li.handle, role="acceptor", area=XIAOBAILOU, to_day=self.day)
        )

    def move(self):
        self.end_role()
        grant = GrantRole(
            handle=self.li.handle, role="acceptor", area=QUANYECHANG, from_day=self.day
        )
        self.order(grant)

    def disable(self):
        self.order(DisableAccount(handle=self.li.handle))

    def revoke(self):
        self.order(RevokeKey(handle=self.li.handle, name="k1"))


@pytest.fixture
def office(house):
    return Desk(house)


@contextmanager
def meanwhile(monkeypatch, change):
    """Change something once an order was allowed, right before its transaction begins."""
    looked, changed, real = Event(), Event(), Rights.keep_apart
    first = [True]

    def wait(self, driver, *, seen, granting, parts):
        seen = list(seen)
        if seen and first.pop():
            looked.set()
            assert changed.wait(PATIENCE)
        real(self, driver, seen=seen, granting=granting, parts=parts)

    def go():
        assert looked.wait(PATIENCE)
        change()
        changed.set()

    monkeypatch.setattr(Rights, "keep_apart", wait)
    with ThreadPoolExecutor(1) as hand:
        running = hand.submit(go)
        yield
        running.result()


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("end_role", 403, "role-not-held"),
        ("move", 403, "role-not-held"),
        ("disable", 401, "key-not-good"),
        ("revoke", 401, "key-not-good"),
    ],
)
def test_a_right_taken_away_before_the_order_is_recorded_is_honoured(
    office, monkeypatch, what, status, code
):
    """Between the look at the table and the desk."""
    real = office.desk.do
    taken: list[bool] = []

    def later(command, act, **how):
        if how.get("rights") and not taken:
            taken.append(True)
            getattr(office, what)()
        return real(command, act, **how)

    (city,) = [one for one in office.house.app.extensions.values() if hasattr(one, "desk")]
    monkeypatch.setattr(city.desk, "do", later)
    answer = office.pass_on()

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert office.version() == 1


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_a_role_that_ended_before_the_locks_were_had_is_noticed_behind_them(office, monkeypatch):
    """On PostgreSQL writers run beside each other: the locks put them in one order."""
    with meanwhile(monkeypatch, office.end_role):
        answer = office.pass_on()

    assert (answer.status_code, answer.json["code"]) == (403, "role-not-held")
    assert office.version() == 1


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_who_ends_a_role_waits_for_what_is_being_recorded_under_it(office, monkeypatch):
    looked, go_on, real = Event(), Event(), Rights.keep_apart

    def wait(self, driver, *, seen, granting, parts):
        real(self, driver, seen=seen, granting=granting, parts=parts)
        if seen:
            assert driver.execute("SELECT 1").fetchone() == (1,)  # so the locks are had
            looked.set()
            assert go_on.wait(PATIENCE)

    monkeypatch.setattr(Rights, "keep_apart", wait)
    with ThreadPoolExecutor(2) as hands:
        ordered = hands.submit(office.pass_on)
        assert looked.wait(PATIENCE)
        ended = hands.submit(office.end_role)
        waiting, _ = wait_for([ended], timeout=0.3)
        go_on.set()

        assert not waiting
        assert ordered.result().status_code == 200
        ended.result()
    assert office.pass_on().status_code == 403


def test_what_is_looked_at_in_the_transaction_is_what_counts(office, monkeypatch):
    """The change comes after the last look outside: only the transaction can notice it."""
    ledger = office.house.gridward.ledger
    real = ledger.change
    changed: list[bool] = []

    def change(record, told, **how):
        if how.get("seen") and not changed:
            changed.append(True)
            office.end_role()
        return real(record, told, **how)

    monkeypatch.setattr(ledger, "change", change)
    answer = office.pass_on()

    assert (answer.status_code, answer.json["code"]) == (403, "role-not-held")
    assert office.version() == 1


def test_a_change_that_takes_no_right_away_only_has_the_order_decided_again(office, monkeypatch):
    ledger = office.house.gridward.ledger
    real = ledger.change
    changed: list[bool] = []
    later = office.day + timedelta(days=3)

    def change(record, told, **how):
        if how.get("seen") and not changed:
            changed.append(True)
            away = BeAbsent(handle=office.li.handle, from_day=office.day, to_day=later)
            office.order(away)
        return real(record, told, **how)

    monkeypatch.setattr(ledger, "change", change)

    assert office.pass_on().status_code == 200
    assert office.version() == 2


@pytest.mark.parametrize("turn", range(4))
def test_two_at_once_come_in_one_order_or_the_other(office, turn):
    """Whichever is first: an order that was recorded was allowed, and no error escapes."""
    start = Barrier(2)

    def ordering():
        start.wait(PATIENCE)
        return office.pass_on().status_code

    def ending():
        start.wait(PATIENCE)
        office.end_role()

    with ThreadPoolExecutor(2) as hands:
        ordered, ended = hands.submit(ordering), hands.submit(ending)
        ended.result()

    assert ordered.result() in (200, 403)
    assert office.version() == (2 if ordered.result() == 200 else 1)
    assert office.pass_on().status_code == 403, turn


def test_records_under_which_nothing_moved_are_saved(office):
    ledger = office.house.gridward.ledger
    person = ledger.load(Person, person_id(office.li.handle))
    with ledger.store.recording() as driver:
        rights = ledger.writer.rights
        rights.must_stand(driver, [Seen(stream=person.id, version=person.version)], ledger.parts)
