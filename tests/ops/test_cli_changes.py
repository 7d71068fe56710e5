"""What was changed of a record, by whom and why, on the command line."""

from domain.kernel.confiding import Words
from ops.bootstrap import assemble
from ops.cli.acting import operator
from ops.settings import Settings
from tests.ops.test_cli import home, settled
from tests.ops.test_cli_accounts import answer, ask, refused
from tests.ops.town import STREET
from workflows.people.commands import LeaveService
from workflows.reasons import Explained

__all__ = ["home", "settled"]


def test_the_changes_of_a_person_are_listed_with_their_reasons(settled):
    gridward = assemble(Settings(home=settled))
    order = LeaveService(handle="p-auditor", from_day=gridward.now().date())
    reason = Words(text="moved to another city", key=bytes(32))
    gridward.desk.do(Explained(order=order, reason=reason), operator(gridward))
    gridward.close()

    told = answer("changes", "person", "p-auditor")

    assert [one["what"].partition(".")[0] for one in told] == ["people"] * len(told)
    assert (told[-1]["by"], told[-1]["why"]) == ("operator", "moved to another city")
    assert told[0]["why"] is None


def test_what_was_never_recorded_is_said(settled):
    assert refused("changes", "unit", "u-none") == "no-such-record"


def test_the_changes_of_rules_and_of_a_rota_are_listed(settled):
    here = ("--role", "dispatcher", "--area", STREET)
    week = ("--from", "2026-01-05", "--to", "2026-12-31")
    ask("people", "duty", "p-dispatcher", *here, "--hours", "22:00-06:00", *week, "--reason", "why")

    (given,) = answer("changes", "rota", f"dispatcher@{STREET}")
    (published,) = answer("changes", "rules", "limits/tianjin-grid")

    assert (given["by"], given["why"]) == ("operator", "why")
    assert published["what"].startswith("rulebook.")
