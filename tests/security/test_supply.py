"""What Gridward is made of, and whether a weakness of it is known."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy.audit import CLEAN, NOT_CHECKED, UNLESS_OFFLINE, WEAK, judged, main
from deploy.sbom import RUNS, TESTS, bill, pinned
from deploy.sbom import main as write_bill

SAFE = {"name": "flask", "version": "3.1.0", "vulns": []}
FLAWED = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}],
}
UNKNOWN = {"name": "werkzeug", "skip_reason": "not found"}


def test_the_bill_of_materials_is_valid_and_complete(tmp_path):
    file = tmp_path / "sbom.json"
    write_bill([str(file)])
    written = file.read_text("utf-8")

    told = json.loads(written)
    scopes = {one["name"]: one["scope"] for one in told["components"]}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    assert set(scopes) == {one.name for one in pinned(TESTS)}
    assert {one.name for one in pinned(RUNS)} == {
        name for name, scope in scopes.items() if scope == "required"
    }
    assert all(one["externalReferences"][0]["hashes"] for one in told["components"])
    root = told["dependencies"][0]["dependsOn"]
    assert {"flask", "argon2-cffi"} <= {one.split("/")[1].split("@")[0] for one in root}


def test_the_same_locks_give_the_same_bill():
    assert bill() == bill()


def test_every_version_of_the_run_lock_is_that_of_the_test_lock():
    assert set(pinned(RUNS)) <= set(pinned(TESTS))


@pytest.mark.parametrize(
    ("packages", "status", "said"),
    [
        ([SAFE], CLEAN, "1 packages were looked up"),
        ([SAFE, FLAWED], WEAK, "pillow 1.0: PYSEC-2026-1, mended in 1.1"),
        ([UNKNOWN, FLAWED], WEAK, "PYSEC-2026-1"),
        ([SAFE, UNKNOWN], NOT_CHECKED, "NOT CHECKED: 1 of 2 packages"),
        ([], NOT_CHECKED, "NOT CHECKED"),
    ],
)
def test_nothing_is_called_clean_that_was_not_looked_up(packages, status, said):
    found, lines = judged({"dependencies": packages})

    assert found == status
    assert said in " ".join(lines)


def test_without_a_way_out_it_fails_unless_told_otherwise(monkeypatch, capsys):
    monkeypatch.setattr("deploy.audit.asked", lambda: None)

    assert main([]) == NOT_CHECKED
    assert main([UNLESS_OFFLINE]) == CLEAN
    assert capsys.readouterr().out.count("NOT CHECKED") == 2


def test_a_weakness_fails_wherever_it_is_found(monkeypatch):
    monkeypatch.setattr("deploy.audit.asked", lambda: {"dependencies": [FLAWED]})

    assert main([UNLESS_OFFLINE]) == WEAK
