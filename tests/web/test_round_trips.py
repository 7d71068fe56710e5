"""How often an order over HTTP asks the database: more than this is a mistake to be explained."""

import json
import sqlite3
from contextlib import contextmanager
from tempfile import TemporaryFile
from uuid import uuid4

import pytest
import sqlalchemy as sa

from ledger import store as stores
from tests.keys import header_of
from tests.ops.town import GRID, UNIT, a_town
from web.app import create_app

REPORT = {"area": str(GRID), "category": "01-02", "words": "楼门口丢弃旧沙发和床垫"}


class Office:
    """A town's desk as the bench of a life asks it: the read models are not waited for."""

    def __init__(self, town):
        self.town = town
        self.client = create_app(town.gridward).test_client()

    def order(self, role, path, body):
        headers = header_of(f"p-{role.replace('_', '-')}", role)
        headers |= {"Idempotency-Key": str(uuid4()), "Prefer": "wait=0"}
        answer = self.client.post(f"/api/v1/incidents{path}", json=body, headers=headers)
        assert answer.status_code in (200, 201), json.loads(answer.data)
        return answer.json

    def step(self, case, role, step, **answers):
        return self.order(role, f"/{case}/steps/{step}", {"answers": answers})

    def reported(self):
        return self.order("grid_member", "", REPORT)["id"]

    def dispatched(self):
        case = self.reported()
        self.step(case, "acceptor", "pass_on")
        self.step(case, "duty_leader", "file", category="01-02")
        self.step(case, "dispatcher", "dispatch", unit=UNIT, handler="p-handler")
        self.step(case, "handler", "done", remark="清理完毕")
        self.town.clock.forward(seconds=1)
        return case


@pytest.fixture
def office(store_url, tmp_path, monkeypatch):
    # However slow the machine: no connection rests long, and no rules are looked for anew.
    monkeypatch.setattr(stores, "_IDLE_SECONDS", 3_600.0)
    with a_town(store_url, tmp_path / "home", parts=4) as town:
        monkeypatch.setattr(town.gridward.shelf, "_fresh_for", 3_600.0)
        office = Office(town)
        office.dispatched()  # rules are read, statements are made
        yield office


@contextmanager
def counted(store):
    """Count the statements on SQLite, and on PostgreSQL how often its answer is waited for."""
    kept: dict[str, int] = {}
    if store.is_sqlite:
        with listened(store, kept):
            yield kept
    else:
        with traced(store, kept):
            yield kept


@contextmanager
def listened(store, kept):
    said: list[str] = []
    real = stores._connect_sqlite

    def connect(*given, **how):
        connection: sqlite3.Connection = real(*given, **how)
        connection.set_trace_callback(said.append)
        return connection

    forget_connections(store)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stores, "_connect_sqlite", connect)
        yield
    said = [one for one in said if not one.startswith("PRAGMA")]
    kept |= {"asked": len(said), "written": said.count("BEGIN IMMEDIATE")}
    forget_connections(store)


@contextmanager
def traced(store, kept):
    """By libpq's own account of what went to and fro."""
    with TemporaryFile() as told:

        def trace(connection, _record, _proxy):
            connection.pgconn.trace(told.fileno())

        def untrace(connection, _record):
            connection.pgconn.untrace()

        sa.event.listen(store._pooled, "checkout", trace)
        sa.event.listen(store._pooled, "checkin", untrace)
        yield
        sa.event.remove(store._pooled, "checkout", trace)
        sa.event.remove(store._pooled, "checkin", untrace)
        told.seek(0)
        kept["trips"] = told.read().count(b"ReadyForQuery")


def forget_connections(store):
    store._pooled.dispose()
    store._asking.clear()
    store._recording.clear()


def allowed(store, *, asked, written, trips):
    return {"asked": asked, "written": written} if store.is_sqlite else {"trips": trips}


def test_a_step_is_looked_at_written_and_followed_in_four_trips(office):
    """One look, one that records, and one for each read model that may be behind."""
    store, case = office.town.gridward.store, office.dispatched()

    with counted(store) as found:
        office.step(case, "acceptor", "send_to_check")

    assert found == allowed(store, asked=13, written=1, trips=4)


def test_a_report_asks_for_its_area_and_for_what_is_alike_besides(office):
    """The look for an earlier answer comes later than that at the sender, and the area's too."""
    store = office.town.gridward.store

    with counted(store) as found:
        office.reported()

    assert found == allowed(store, asked=18, written=1, trips=7)


def test_that_a_key_was_used_is_noted_once_a_minute(office):
    store = office.town.gridward.store
    office.reported()
    with counted(store) as soon:
        office.reported()
    office.town.clock.forward(seconds=61)
    with counted(store) as late:
        office.reported()
    with counted(store) as again:
        office.reported()

    assert sum(late.values()) > sum(soon.values()) == sum(again.values())
