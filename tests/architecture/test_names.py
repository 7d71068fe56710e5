"""A module is named by its idea, and the checkout has the rooms that the plan names."""

import configparser
from collections.abc import Iterable

from tests.architecture.checkout import PACKAGES, ROOT, files_of_the_checkout

# The card's rooms, the two the plan adds, and what stands beside them.
FOLDERS = {
    *("domain", "workflows", "projections", "web", "migrations", "tests"),
    *("ledger", "ops"),
    *("docs", "bench", "deploy", ".ci"),
}
# Such a module gathers whatever found no home.
EMPTY_NAMES = {"common", "helper", "helpers", "misc", "util", "utils"}


def strangers(paths: Iterable[str]) -> set[str]:
    """Top-level folders that no plan names."""
    return {path.split("/")[0] for path in paths if "/" in path} - FOLDERS


def empty_names(paths: Iterable[str]) -> list[str]:
    """Python modules and packages whose name says nothing."""
    return [
        path
        for path in paths
        if path.endswith(".py") and EMPTY_NAMES & set(path.removesuffix(".py").split("/"))
    ]


def test_every_folder_is_in_the_plan():
    assert strangers(files_of_the_checkout()) == set()


def test_every_module_is_named_by_its_idea():
    assert empty_names(files_of_the_checkout()) == []


def test_the_contracts_cover_every_package():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")

    assert set(config["importlinter"]["root_packages"].split()) == set(PACKAGES)


def test_a_folder_that_no_plan_names_is_found():
    assert strangers(["setup.cfg", "domain/kernel/act.py", "services/board.py"]) == {"services"}


def test_a_name_that_says_nothing_is_found():
    paths = ["web/utils.py", "ops/helpers/clock.py", "domain/area/grid.py", "docs/misc.md"]

    assert empty_names(paths) == ["web/utils.py", "ops/helpers/clock.py"]
