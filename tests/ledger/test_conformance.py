"""The library's own cases for recorders, on both databases with one part."""

import threading
from datetime import UTC, datetime

import pytest
from eventsourcing.persistence import NotSupportedError, StoredEvent

from ledger.recorder import Recorder
from ledger.store import Store
from migrations import migrate
from tests.ledger import library_cases as cases
from tests.ledger.lamps import a_lamp_id


class OnBoth:
    @pytest.fixture(autouse=True)
    def _store(self, whole_store):
        self.store = whole_store

    def create_recorder(self) -> Recorder:
        return Recorder(self.store, now=lambda: datetime.now(UTC))


class TestApplicationRecorder(OnBoth):
    """Cases are unittest's, which takes no parametrized fixture; so they are called by name."""

    @pytest.mark.parametrize(
        "case",
        [
            "test_insert_select",
            "test_concurrent_no_conflicts",
            "test_concurrent_throughput",
            "optional_test_insert_subscribe",
        ],
    )
    def test_case(self, case):
        run(cases.ApplicationRecorderTestCase, case, self.create_recorder)


class TestTrackingRecorder(OnBoth):
    @pytest.mark.parametrize("case", ["test_insert_tracking", "test_wait"])
    def test_case(self, case):
        run(cases.TrackingRecorderTestCase, case, self.create_recorder)


class TestProcessRecorder(OnBoth):
    @pytest.mark.parametrize(
        "case",
        [
            "test_insert_select",
            "test_has_tracking_id",
            "test_raises_when_lower_inserted_later",
            "test_performance",
        ],
    )
    def test_case(self, case):
        run(cases.ProcessRecorderTestCase, case, self.create_recorder)


class TestNonInterleavingIds(OnBoth):
    def test_case(self):
        run(cases.NonInterleavingNotificationIDsBaseCase, "test", self.create_recorder)


def run(kind, case, create_recorder):
    """Run one unittest case, letting its failure through; wait for readers it leaves behind."""
    before = set(threading.enumerate())
    made = type(kind.__name__, (kind,), {"create_recorder": lambda _self: create_recorder()})(case)
    getattr(made, case)()
    for reader in set(threading.enumerate()) - before:
        reader.join(timeout=30)


def test_every_case_of_the_library_is_run():
    ours = {"test_insert_select", "test_concurrent_no_conflicts", "test_concurrent_throughput"}
    theirs = {name for name in dir(cases.ApplicationRecorderTestCase) if name.startswith("test_")}

    assert theirs - ours == {"test_performance"}


def test_what_lies_on_several_parts_is_not_recorded_together(store_url):
    migrate(store_url, parts=16)
    store = Store(store_url)
    recorder = Recorder(store, now=lambda: datetime.now(UTC))
    events = [StoredEvent(a_lamp_id(str(nth)), 1, "lamp.broke", b"{}") for nth in range(9)]

    with pytest.raises(NotSupportedError):
        recorder.insert_events(events)
    with pytest.raises(NotSupportedError):
        recorder.max_notification_id()
    store.close()
