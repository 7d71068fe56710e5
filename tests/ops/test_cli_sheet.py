"""A sheet of reports on the command line."""

from tests.ops.test_cli import home, settled
from tests.ops.test_cli_accounts import answer, ask
from tests.ops.town import GRID

__all__ = ["home", "settled"]

AS = ("--as", "p-acceptor", "--role", "acceptor")


def test_a_sheet_is_tried_out_recorded_and_known_again(settled, tmp_path):
    file = tmp_path / "walk.csv"
    file.write_text(f"number,category,area\n1,01-02,{GRID}\n2,01-02,{GRID}\n")
    before = len(answer("incidents", "list")["items"])

    tried = answer("incidents", "sheet", str(file), *AS, "--dry-run")
    told, again = (answer("incidents", "sheet", str(file), *AS) for _ in range(2))

    found = [(one["counts"]["fine"], one["counts"]["recorded"]) for one in (tried, told, again)]
    assert found == [(2, 0), (0, 2), (0, 0)]
    assert again["counts"]["repeated"] == 2
    assert len(answer("incidents", "list")["items"]) == before + 2


def test_a_row_that_is_refused_is_named_and_the_command_says_so(settled, tmp_path):
    file = tmp_path / "walk.csv"
    file.write_text(f"number,category,area\n1,99-99,{GRID}\n")

    said = ask("incidents", "sheet", str(file), *AS, status=1).output

    assert "category" in said
    assert "1 refused." in said
