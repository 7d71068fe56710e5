"""A clerk changes a workflow that runs: warnings seen, cases moved after a dry run."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ops.cli import main
from ops.moving import begin, carry_out
from tests.ops.moving.town import opened, the_act
from tests.ops.town import a_town
from tests.workflows.moving.street import NEW, OLD, RENAMED, changed, without
from workflows.moving.reading import read_plan

BY = ("--by", "p-commander")
FAST = ("--pause", "0")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A town with a case handled, and one whose handler asked for more time."""
    for name in [name for name in os.environ if name.startswith("GRIDWARD_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("GRIDWARD_HOME", str(home))
    monkeypatch.setenv("NO_COLOR", "1")
    home.mkdir()
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        town.report_many(20)
        town.step(town.dispatched(), "done", by="handler")
        waiting = town.dispatched()
        town.step(waiting, "ask_deferral", by="handler", minutes=60, reason="rain")
    ask("migrate")
    return home


@pytest.fixture
def plan(home, tmp_path) -> Path:
    """A plan as it is drafted for a version that renamed a stage and knows no deferral."""
    publish(tmp_path, RENAMED, *without("deferral"))
    path = tmp_path / "plan.toml"
    draft = ask("workflow", "migrate", "--draft", OLD, "street-incident").stdout
    path.write_text(draft, encoding="utf-8")
    return path


def ask(*words, status=0) -> Result:
    result = CliRunner().invoke(main, list(map(str, words)))
    assert result.exit_code == status, (result.output, result.stderr, result.exception)
    return result


def answer(*words, status=0):
    return json.loads(ask(*words, "--json", status=status).stdout)


def refused(*words) -> str:
    return json.loads(ask(*words, "--json", status=2).stderr)["code"]


def written(folder: Path, *swaps: tuple[str, str]) -> Path:
    path = folder / "street-incident.v2.toml"
    path.write_text(changed(*swaps), encoding="utf-8")
    return path


def publish(folder: Path, *swaps: tuple[str, str]) -> None:
    ask("workflow", "publish", written(folder, *swaps), "--seen-by", "p-commander")


def test_warnings_are_seen_by_somebody_before_a_version_is_published(home, tmp_path):
    path = written(tmp_path, ('asks = ["outcome", "remark"]', 'asks = ["remark"]'))

    unseen = answer("workflow", "publish", path, status=2)
    by_nobody = refused("workflow", "publish", path, "--seen-by", "p-nobody")
    seen = ask("workflow", "publish", path, "--seen-by", "p-commander").output

    assert unseen["code"] == "warnings-unseen"
    assert [one["code"] for one in unseen["findings"]] == ["idle-field"]
    assert by_nobody == "no-such-person"
    assert "[idle-field]" in seen
    assert seen.endswith("street-incident@2 is published.\n")


def test_a_dry_run_says_what_would_happen_and_records_nothing(plan):
    said = ask("workflow", "migrate", plan).output
    told = answer("workflow", "migrate", plan)

    assert "20 move as they are, 1 as the plan says.\n0 need a mapping.\n1 are refused:" in said
    assert "waits for the decision of a deferral" in said
    assert (told["as_is"], told["mapped"], told["needs_mapping"]) == (20, 1, {})
    assert [len(numbers) for numbers in told["refused"].values()] == [1]
    assert ask("workflow", "migrations").output.startswith("No plan was made")


def test_a_plan_with_a_gap_is_not_begun(plan, tmp_path):
    gap = tmp_path / "gap.toml"
    text = plan.read_text("utf-8").replace("[stages]", "[other]")
    gap.write_text(text.replace("[other]", "").replace("awaiting_check =", "# "), "utf-8")

    said = ask("workflow", "migrate", gap, status=2).output

    assert "1  stage awaiting_check" in said
    assert refused("workflow", "migrate", gap, "--go", *BY) == "mapping-missing"
    assert ask("workflow", "migrations").output.startswith("No plan was made")


def test_a_plan_is_carried_out_and_listed(plan):
    assert refused("workflow", "migrate", plan, "--go") == "person-missing"

    said = ask("workflow", "migrate", plan, "--go", *BY, *FAST).output
    again = ask("workflow", "migrate", plan, "--go", *BY, *FAST).output
    (row,) = answer("workflow", "migrations")

    assert said.endswith("street-incident-1-to-2 is finished: 21 moved in this run, 1 stay.\n")
    assert again.endswith("No case would move, so nothing was begun.\n")
    assert (row["state"], row["moved"], row["waiting"], row["refused"]) == ("finished", 21, 1, 1)
    assert (row["workflow"], row["person"]) == (NEW, "p-commander")


def test_a_plan_that_does_not_run_is_neither_paused_nor_resumed(plan):
    ask("workflow", "migrate", plan, "--go", *BY, *FAST)

    assert refused("workflow", "pause", "street-incident-1-to-2", *BY) == "moving-not-running"
    assert refused("workflow", "resume", "street-incident-1-to-2", *BY) == "moving-not-running"
    assert refused("workflow", "pause", "no-such", *BY) == "no-such-plan"


def test_one_plan_or_two_versions_must_be_named(plan):
    assert "Name one plan file" in ask("workflow", "migrate", status=2).stderr
    assert "Name the old and the new" in ask("workflow", "migrate", "--draft", OLD, status=2).stderr


def test_a_run_killed_before_its_last_word_is_finished_when_it_is_given_again(plan, home):
    with opened(f"sqlite:///{home / 'gridward.sqlite'}", home) as city:
        went = read_plan(plan.read_text("utf-8"))
        begin(city, went, the_act(city))
        with pytest.raises(KeyboardInterrupt):
            carry_out(city, went.name, the_act(city), progress=interrupted)

    said = ask("workflow", "migrate", plan, "--go", *BY, *FAST).output

    assert said.endswith("street-incident-1-to-2 is finished: 0 moved in this run, 1 stay.\n")
    assert answer("workflow", "migrations")[0]["moved"] == 21


def interrupted(_moved: int) -> None:
    raise KeyboardInterrupt


def test_a_dry_run_only_reads_so_it_may_run_beside_a_server(plan, home):
    with opened(f"sqlite:///{home / 'gridward.sqlite'}", home) as city, city.store.writing():
        said = ask("workflow", "migrate", plan).output

    assert "20 move as they are" in said
