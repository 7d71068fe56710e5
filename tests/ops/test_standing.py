"""Health and metrics: what an operator's machines ask."""

import re

import pytest
import sqlalchemy as sa

from domain.kernel.refusals import Refused
from ops.health import Health
from ops.metrics import Counts
from ops.migrating import head, revisions
from ops.reading import catch_up
from ops.reception import Bell, Reception
from ops.scheduling import fire_due
from ops.standing import standing_now
from ops.working import Works
from projections.incident.tables import VERSION
from tests.ops.test_scheduling import wait_for
from tests.ops.town import NAME, a_report


@pytest.fixture
def health(town):
    catch_up(town.gridward.readers)
    return Health(town.gridward, head=head())


def test_a_city_that_keeps_up_is_well(health):
    found = health()

    assert found["ok"], found
    assert set(found["checks"]) == {"disk", "database", "migrations", "readers", "clock"}


def test_a_reader_that_is_a_minute_behind_is_unwell(health, town):
    town.report()
    assert health()["ok"]

    town.clock.forward(seconds=61)

    assert not health()["checks"]["readers"]["ok"]
    catch_up(town.gridward.readers)
    assert health()["ok"]


def test_a_deadline_that_nobody_fires_is_unwell(health, town):
    town.report()
    catch_up(town.gridward.readers)
    town.clock.forward(hours=2)
    assert not health()["checks"]["clock"]["ok"]

    fire_due(town.gridward, town.clock())
    catch_up(town.gridward.readers)

    assert health()["ok"]


def test_a_database_of_another_version_is_unwell(health, town):
    with town.gridward.store.writing() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    assert not health()["checks"]["migrations"]["ok"]


def test_a_full_disk_is_unwell(health, monkeypatch):
    monkeypatch.setattr("ops.health.FREE_BYTES", 1 << 60)

    assert not health()["ok"]


def test_the_head_is_alembics_own():
    from alembic.script import ScriptDirectory

    from migrations import _config

    script = ScriptDirectory.from_config(_config())
    assert script.get_current_head() == head()
    assert len(list(script.walk_revisions())) == len(revisions())


def test_the_works_of_a_process_follow_and_fire_by_themselves(town):
    works = Works(town.gridward)
    works.start()
    town.report()
    wait_for(lambda: not any(one.events for one in standing_now(town.gridward).readers))
    town.clock.forward(hours=2)
    wait_for(lambda: len(town.told(town.reported[0])) > 1)
    works.stop()

    assert not works.readers.is_alive()
    assert not works.clock.is_alive


def test_metrics_count_commands_by_outcome_and_nobody_is_in_them(town):
    counts = Counts()
    desk = Reception(town.gridward.desk.office, bell=Bell(), count=counts.command)
    act = town.act("grid_member", "c-1")
    desk.do(a_report(words=NAME), act)
    desk.do(a_report(words=NAME), act)
    with pytest.raises(Refused):
        desk.do(a_report(category="99-99"), town.act("grid_member"))

    text = counts.exposed(town.gridward).decode()

    for outcome in ("recorded", "repeated", "unknown-category"):
        labels = f'command="ReportIncident",outcome="{outcome}"'
        assert f"gridward_commands_total{{{labels}}} 1.0" in text
    assert re.search(r"^gridward_events_total \d+", text, re.MULTILINE)
    assert f'gridward_reader_lag_events{{reader="incidents.v{VERSION}"}}' in text
    assert "p-grid-member" not in text
    assert NAME not in text
