"""All simple paths of a definition, and what random walks through its engine meet."""

from dataclasses import replace

from tests.workflows.simulation.test_city import a_setting
from workflows.simulation.paths import random_walks, simple_paths


def test_each_end_has_its_simple_paths():
    paths = simple_paths(a_setting().definition)

    assert not paths.more
    known = {"archived": 2, "closed": 1, "invalid": 1, "not_accepted": 2, "void": 1}
    assert paths.by_end.items() >= known.items()
    assert "pass_on > file > dispatch > done > send_to_check > pass_check > close" in map(
        str, paths.found
    )


def test_no_stage_comes_twice_on_a_path():
    definition = a_setting().definition

    for path in simple_paths(definition).found:
        stages = [definition.starts_in, *(leg.stage for leg in path.legs)]
        assert len(set(stages)) == len(stages)


def test_more_paths_than_asked_for_are_owned_up_to():
    paths = simple_paths(a_setting().definition, most=3)

    assert len(paths.found) == 3
    assert paths.more


def test_walks_are_the_same_for_the_same_seed():
    setting = a_setting()

    assert random_walks(setting, walks=40, seed=3) == random_walks(setting, walks=40, seed=3)


def test_walks_meet_every_stage_and_step_of_the_book():
    setting = a_setting()

    walked = random_walks(setting, walks=300, seed=1)

    stages = setting.definition.stages
    free = {
        rule.name
        for rule in setting.definition.steps
        if not rule.needs
        and not stages[rule.sources[0]].final  # a walk ends there
        and "backlog" not in rule.marks  # nobody is left suspended for so long
    }
    assert walked.never_visited == ()
    assert free.isdisjoint(walked.never_taken)
    assert sum(walked.stages[name] for name in ("closed", "archived", "void")) > 0


def test_what_no_step_leads_to_is_never_visited():
    setting = a_setting()
    steps = tuple(rule for rule in setting.definition.steps if rule.name != "handle_on_spot")
    definition = replace(setting.definition, steps=steps)

    walked = random_walks(replace(setting, definition=definition), walks=100, seed=1)

    assert "archived" not in simple_paths(definition).by_end
    assert {"archived", "invalid", "awaiting_audit"} <= set(walked.never_visited)
    assert "handle_on_spot" not in walked.steps
