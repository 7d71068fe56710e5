"""Four months of Boston go through their life by commands; the figures are those of the file."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result

from domain.incident.events import DeadlineMissed, Filed, Reported, StageChanged
from ops.bootstrap import Gridward, assemble
from ops.cli import main
from ops.settings import Settings
from projections.incident.durations import case_durations
from projections.incident.scope import Scope
from tests.journeys.boston_expected import expected
from tests.real_data import real_data
from workflows.records.mapping import code_of

WANTED = {kind.TOPIC for kind in (Reported, Filed, StageChanged, DeadlineMissed)}
FILE = "boston_311_2011_jul_oct.csv.gz"


def gridward(*words: object) -> Result:
    done = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


@dataclass
class Boston:
    city: Gridward
    report: dict[str, Any]
    expected: dict[str, Any]


@pytest.fixture(scope="module")
def boston(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boston]:
    file, home = real_data(FILE), tmp_path_factory.mktemp("boston")
    gridward("--home", home, "migrate")
    done = gridward("--home", home, "import", "records", file, "--mapping", "boston311", "--json")
    city = assemble(Settings(home=home), read_only=True)
    yield Boston(city, json.loads(done.stdout), expected(file))
    city.close()


@pytest.fixture(scope="module")
def facts(boston: Boston) -> list[Any]:
    feed, found, after = boston.city.feed, [], 0
    while rows := feed.read(0, after=after, limit=10_000):
        found += [feed.fact(row) for row in rows if row.topic in WANTED]
        after = rows[-1].pos
    return found


def by_unit(shares: dict[str, list[int]]) -> dict[str, tuple[int, int]]:
    return {code_of(f"boston {unit}"): (late, all_) for unit, (late, all_) in shares.items()}


@pytest.mark.slow
def test_every_row_is_imported_and_as_many_are_closed_as_the_file_says(boston):
    counts = boston.report["counts"]

    assert counts["rows"] == counts["imported"] == boston.expected["rows"] == 41_827
    ended = {"settled": "closed", "declined": "declined", "merged": "merged"}
    assert {end: counts[name] for end, name in ended.items()} == {
        end: number for end, (number, _, _) in boston.expected["ends"].items()
    }
    assert counts["never_closed"] == boston.expected["never_closed"]
    assert not boston.report["findings"]


@pytest.mark.slow
def test_handling_times_of_the_read_model_are_those_of_the_file(boston):
    found = {}
    with boston.city.store.reading() as conn:
        for end in ("settled", "declined", "merged"):
            [one] = case_durations(conn, Scope(), minutes="clock", final=end)
            found[end] = [one.count, one.median, one.p90]

    assert found == boston.expected["ends"]


@pytest.mark.slow
def test_handling_times_of_the_facts_are_those_of_the_file_to_the_second(boston, facts):
    opened = {fact.originator_id: fact.act.at for fact in facts if type(fact) is Reported}
    closed = [fact for fact in facts if type(fact) is StageChanged]
    taken = sorted((fact.act.at - opened[fact.originator_id]).total_seconds() for fact in closed)

    assert len(taken) == boston.expected["closed"]
    assert taken[-(-len(taken) * 50 // 100) - 1] == boston.expected["median_seconds"]
    assert taken[-(-len(taken) * 90 // 100) - 1] == boston.expected["p90_seconds"]


@pytest.mark.slow
def test_the_overdue_share_of_each_department_is_that_of_the_file(boston):
    with boston.city.store.reading() as conn:
        durations = case_durations(conn, Scope(), by="unit", minutes="clock")

    found = {one.group: (one.late, one.judged) for one in durations if one.judged}
    assert found == by_unit(boston.expected["overdue_handled"])


@pytest.mark.slow
def test_deadlines_were_missed_at_their_time_by_as_many_as_the_file_says(boston, facts):
    filed = {fact.originator_id: fact for fact in facts if type(fact) is Filed}
    missed = [fact for fact in facts if type(fact) is DeadlineMissed]
    limited = Counter(fact.unit for fact in filed.values() if fact.limit)
    late = Counter(filed[fact.originator_id].unit for fact in missed)

    found = {unit: (late[unit], number) for unit, number in limited.items()}
    assert found == by_unit(boston.expected["overdue_all"])
    assert boston.report["counts"]["deadlines_missed"] == len(missed)
    opened = {fact.originator_id: fact.act.at for fact in facts if type(fact) is Reported}
    assert all(one.act.at == max(one.due_at, opened[one.originator_id]) for one in missed)
