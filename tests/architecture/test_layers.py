"""The rooms of the house ask only the rooms below them, as the contracts in setup.cfg say."""

import subprocess
import sys

import pytest

from tests.architecture.checkout import PACKAGES, ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# One violation for each contract in setup.cfg, and for each bar in a layer.
VIOLATIONS = [
    ("layers", "ledger/planted.py", "import workflows.planting"),
    ("layers", "projections/planted.py", "import workflows.planting"),
    ("layers", "workflows/planted.py", "import projections.planting"),
    ("domain-is-pure", "domain/planted.py", "import sqlalchemy"),
    ("web-speaks-no-sql", "web/planted.py", "import sqlalchemy"),
    ("one-clock", "workflows/planted.py", "import apscheduler"),
    ("one-machine", "ops/planted.py", "import transitions"),
    ("http-at-the-edge", "projections/planted.py", "import flask"),
    ("capabilities", "domain/area/planted.py", "import domain.people.planting"),
    ("capabilities", "domain/kernel/planted.py", "import domain.people.planting"),
]


def lint(folder, *options):
    config = f"--config={ROOT / 'setup.cfg'}"
    return subprocess.run(
        [sys.executable, "-c", LINT, config, "--no-cache", "--no-logo", *options],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def small_house(tmp_path):
    """The same rooms, with one module in each that keeps every rule."""
    for package in (*PACKAGES, "domain/area", "domain/kernel", "domain/people"):
        room = tmp_path / package
        room.mkdir()
        (room / "__init__.py").touch()
        (room / "planting.py").touch()
    (tmp_path / "domain/area/grid.py").write_text("import domain.kernel.planting\n")
    (tmp_path / "ops/bootstrap.py").write_text("import apscheduler, flask, web, ledger\n")
    (tmp_path / "projections/board.py").write_text("import sqlalchemy, ledger\n")
    (tmp_path / "web/pages.py").write_text("import flask, projections.board\n")
    (tmp_path / "workflows/engine.py").write_text("import transitions, domain.kernel\n")
    return tmp_path


def test_every_contract_is_kept():
    result = lint(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_a_house_that_keeps_the_rules_passes(small_house):
    result = lint(small_house)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "path", "source"), VIOLATIONS)
def test_a_violation_is_found(small_house, contract, path, source):
    (small_house / path).write_text(source + "\n")

    result = lint(small_house, f"--contract={contract}")

    assert result.returncode == 1
    assert "1 broken" in result.stdout
    assert path.removesuffix(".py").replace("/", ".") in result.stdout
