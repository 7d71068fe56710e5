"""The scenarios that ship are played; a scenario that goes wrong says where and how."""

from datetime import UTC, datetime

import pytest

from domain.kernel.calendar import WorkingCalendar
from domain.kernel.refusals import Refused
from ledger.shelf import Shelf
from tests.conftest import ENGINES
from tests.workflows.scenario_ground import LedgerGround, towns_on
from workflows.reading import BOOK, definition_files, scenarios_beside
from workflows.rehearsal.coverage import Move
from workflows.rehearsal.reading import read_script, script_from
from workflows.rehearsal.rehearsing import (
    Rehearsal,
    found_town,
    rehearse,
    rehearse_file,
    rehearse_on,
    rules_for,
    rules_with_others,
)
from workflows.rehearsal.times import CityTimes
from workflows.rulebook.reading import read_workflow

STREET = BOOK / "street-incident.v1.toml"
MONDAY_NINE = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped() -> dict[str, Rehearsal]:
    return {path.stem: rehearse_file(path) for path in definition_files()}


@pytest.mark.parametrize("name", [path.stem for path in definition_files()])
def test_what_ships_goes_as_its_scenarios_say(shipped, name):
    failures = [
        f"{one.name}: {failure}" for one in shipped[name].failed for failure in one.failures
    ]

    assert failures == []


@pytest.mark.parametrize("name", [path.stem for path in definition_files()])
def test_the_scenarios_of_what_ships_take_every_step_from_every_stage(shipped, name):
    coverage = shipped[name].coverage

    assert coverage.percent == 100
    assert (coverage.steps_missing, coverage.moves_missing, coverage.stages_missing) == ((), (), ())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", definition_files(), ids=lambda path: path.stem)
def test_what_ships_goes_the_same_way_on_each_database(path, engine, shipped, tmp_path, request):
    """Each scenario has a database of its own, copied from one in which the town was founded."""
    workflow, script = read_workflow(path), read_script(scenarios_beside(path))
    rules = rules_with_others(workflow, script, folders=[BOOK])

    with towns_on(engine, tmp_path, lambda: request.getfixturevalue("postgres_url")) as towns:
        towns.found(lambda ground: found_town(workflow, script, rules, ground))
        shelf = Shelf(towns.copy(), fresh_for=float("inf"))
        grounds: list[LedgerGround] = []
        rehearsal = rehearse_on(lambda: kept(towns.copy(), grounds), workflow, script, shelf)
        noticed = grounds[-1].noticed()

    assert rehearsal.played == shipped[path.stem].played
    assert noticed == len(grounds[-1].notices)


def kept(ground: LedgerGround, grounds: list[LedgerGround]) -> LedgerGround:
    grounds.append(ground)
    return ground


def played(text: str) -> Rehearsal:
    """Play scenarios of the street's workflow."""
    workflow = read_workflow(STREET)
    script = script_from(f'workflow = "street-incident"\n{text}')
    return rehearse(workflow, script, rules=rules_for(workflow))


def one_scenario(*, when: str = "", then: str = "", given: str = 'by = "grid_member"') -> str:
    return (
        f'[[scenario]]\nname = "One"\ngiven = {{ {given} }}\nwhen = [\n{when}\n]\n'
        f"then = {{ {then} }}\n"
    )


def failures(text: str) -> list[str]:
    return [str(failure) for one in played(text).failed for failure in one.failures]


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        ('stage = "closed"', "the stage should be 'closed' but is 'accepting'."),
        ('level = "city"', "the level should be 'city' but is 'community'."),
        ('ended = "void"', "the end should be 'void' but is 'not ended'."),
        ('outcome = "normal"', "the outcome should be 'normal' but is 'not settled'."),
        ('unit = "u-roads"', "the unit should be 'u-roads' but is 'none'."),
        ('request = "void"', "the request that waits should be 'void' but is 'none'."),
        ('granted = ["void"]', "what was granted should be 'void' but is none."),
        ('missed = ["bundled"]', "the missed deadlines should be 'bundled' but is none."),
        ('fired = ["bundled"]', "what fired should be 'bundled' but is none."),
        ('told = ["handler: x"]', "the notices should be 'handler: x' but is none."),
        ('on_time = "yes"', "on time should be 'yes' but the case is not settled."),
        ("reworks = 2", "the number of reworks should be 2 but is 0."),
        ("wrong_dispatches = 2", "the number of wrong dispatches should be 2 but is 0."),
        (
            'due = "monday 11:00"',
            "but is 'monday 2026-11-16 10:00'.",
        ),
        (
            'due = "none"',
            "the open deadlines should be none but is accepting 'monday 2026-11-16 10:00'.",
        ),
        ('due = "at noon"', "'at noon' is no time."),
    ],
)
def test_what_is_not_as_expected_is_said_with_its_line(then, sentence):
    (failure,) = failures(one_scenario(then=then))

    assert failure.startswith("line 8: ")
    assert sentence in failure


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        ('{ by = "handler", do = "pass_on" },', "handler could not 'pass_on': "),
        ('{ by = "acceptor", do = "pass_on", refused = "wrong-role" },', "but was granted."),
        ('{ by = "handler", do = "pass_on", refused = "wrong-stage" },', "not [wrong-stage]."),
        ('{ by = "acceptor", do = "refuse", colour = "red" },', "[answers-invalid]"),
        ('{ at = "2026-11-15 09:00" },', "[time-runs-forward]"),
        ('{ after = "two hours" },', "[limit-not-understood]"),
    ],
)
def test_a_step_that_goes_otherwise_names_its_line(deed, sentence):
    (failure,) = failures(one_scenario(when=f'{{ after = "1 clock minute" }},\n{deed}'))

    assert failure.startswith("line 7: ")
    assert sentence in failure


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ('by = "handler"', "handler could not report"),
        ('by = "grid_member", refused = "wrong-role"', "should be refused 'wrong-role'"),
    ],
)
def test_a_report_that_goes_otherwise_is_said(given, sentence):
    (failure,) = failures(one_scenario(given=given))

    assert failure.startswith("line 4: ")
    assert sentence in failure


def test_nothing_after_a_line_that_goes_wrong_is_said():
    when = '{ by = "handler", do = "pass_on" },\n{ by = "handler", do = "pass_on" },'

    assert len(failures(one_scenario(when=when, then='stage = "closed"'))) == 1


def test_steps_that_no_scenario_takes_are_listed_in_the_order_of_the_definition():
    when = '{ by = "acceptor", do = "pass_on" },'

    coverage = played(one_scenario(when=when)).coverage

    assert coverage.percent == 100 // coverage.steps
    assert coverage.steps_missing[:2] == ("send_to_verify", "confirm_true")
    assert "pass_on" not in coverage.steps_missing
    assert Move(stage="accepting", step="escalate") in coverage.moves_missing
    assert "closed" in coverage.stages_missing


def test_a_refused_step_is_not_taken():
    when = '{ by = "handler", do = "pass_on", refused = "wrong-role" },'

    assert "pass_on" in played(one_scenario(when=when)).coverage.steps_missing


def test_scenarios_of_another_workflow_are_refused():
    script = script_from(f'workflow = "care"\n{one_scenario()}')
    workflow = read_workflow(STREET)

    with pytest.raises(Refused) as refusal:
        rehearse(workflow, script, rules=rules_for(workflow))

    assert refusal.value.code == "other-workflow"


def test_a_definition_without_scenarios_is_told_where_to_write_them(tmp_path):
    path = tmp_path / "street-incident.v1.toml"
    path.write_text(STREET.read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        rehearse_file(path)

    assert refusal.value.code == "scenarios-not-found"
    assert "street-incident.v1.scenarios.toml" in refusal.value.reason


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("scenario = 1\n[[", "This is not TOML"),
        (one_scenario(then="colour = 1"), "line 8, scenario[0].then.colour: Unknown field."),
        (one_scenario(given="source = 1"), "line 4, scenario[0].given.by: Missing data"),
        (one_scenario(given='by = "x", beginning = "b"'), "line 4: there is no beginning 'b'."),
        (one_scenario(when='{ by = "acceptor" },'), "line 6: a step needs both 'by' and 'do'."),
        (one_scenario(when='{ at = "09:00", after = "1 clock day" },'), "line 6: say 'at' or"),
        (one_scenario(when="{ stopped = true },"), "line 6: nobody does anything"),
        (one_scenario() + one_scenario(), "line 9: another scenario has this name."),
    ],
)
def test_scenarios_that_cannot_be_read_are_refused_with_line_and_sentence(text, finding):
    with pytest.raises(Refused) as refusal:
        script_from(f'workflow = "street-incident"\n{text}')

    assert refusal.value.code == "scenarios-not-understood"
    assert any(finding in one for one in refusal.value.facts["findings"])


def test_deeds_may_be_written_as_tables_too():
    text = (
        '[[scenario]]\nname = "One"\n[scenario.given]\nby = "grid_member"\n'
        '[[scenario.when]]\nby = "acceptor"\ndo = "pass_on"\n'
        '[[scenario.when]]\nby = "acceptor"\ndo = "pass_on"\n[scenario.then]\nstage = "closed"\n'
    )

    (failure,) = failures(text)

    assert failure.startswith("line 9: acceptor could not 'pass_on'")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("monday 09:00", "monday 2026-11-16 09:00"),
        ("Monday 08:59", "monday 2026-11-23 08:59"),
        ("sunday 00:00", "sunday 2026-11-22 00:00"),
        ("08:00", "tuesday 2026-11-17 08:00"),
        ("2026-10-01 10:00", "thursday 2026-10-01 10:00"),
    ],
)
def test_a_moment_is_the_next_of_its_name_and_a_date_is_that_day(text, written):
    times = CityTimes(calendar=WorkingCalendar(reference="plain@1"))

    assert times.written(times.moment(text, not_before=MONDAY_NINE)) == written


@pytest.mark.parametrize("text", ["noon", "funday 09:00", "monday 25:00", "2026-13-01 09:00", "9"])
def test_what_is_no_time_is_refused(text):
    times = CityTimes(calendar=WorkingCalendar(reference="plain@1"))

    with pytest.raises(Refused) as refusal:
        times.moment(text, not_before=MONDAY_NINE)

    assert refusal.value.code == "moment-not-understood"


def test_scenarios_stand_beside_their_definition():
    assert all(scenarios_beside(path).is_file() for path in definition_files())
