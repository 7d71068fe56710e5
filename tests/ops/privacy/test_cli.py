"""Personal data and keys on the command line."""

import json
import shutil

import pytest

from tests.ops.privacy.test_restoring import with_photo
from tests.ops.test_cli import answer, ask, home, refused
from tests.ops.town import a_town

__all__ = ["home"]


@pytest.fixture
def case(home) -> str:
    """A town with a case in it."""
    home.mkdir()
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        incident = town.report(words="我的电话 13900001111")
        with_photo(town, incident)
    ask("migrate")
    return f"case:{incident}"


def test_a_case_is_erased_with_a_certificate(case):
    kept = answer("persons", "export", case, "--basis", "pipl-45")
    printed = answer("persons", "erase", case, "--basis", "pipl-47")

    assert [one["words"] for one in kept["words"]] == ["我的电话 13900001111"]
    [erasure] = printed["erasures"]
    assert (erasure["basis"], erasure["by"], erasure["life"]) == ("pipl-47", "operator", 1)
    assert len(erasure["fingerprint"]) == 64
    assert answer("persons", "certificate", case) == printed
    assert printed["photos"] == {"photos in the log": 1, "photos still kept": 0}
    assert "Certificate of erasure" in ask("persons", "certificate", case).stdout
    shown = answer("persons", "show", case)
    assert (shown["state"], [one["what"] for one in shown["record"]]) == (
        "erased",
        ["person.exported", "person.erased"],
    )
    assert refused("persons", "export", case, "--basis", "pipl-45") == "person-is-erased"


def test_an_export_for_people_is_json_too(case):
    said = ask("persons", "export", case, "--basis", "pipl-45").stdout

    assert json.loads(said)["person"] == case


def test_a_legal_hold_is_set_and_released(case):
    ask("persons", "restrict", case, "--basis", "court-order", "--hold")
    held = refused("persons", "erase", case, "--basis", "pipl-47")
    ask("persons", "release", case, "--basis", "court-order-over")
    ask("persons", "erase", case, "--basis", "pipl-47")
    ask("persons", "readmit", case, "--basis", "consent-given")

    assert held == "legal-hold"
    assert answer("persons", "show", case)["state"] == "active"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("erase", "Wang Xiaoming", "--basis", "pipl-47"), "invalid-subject"),
        (("erase", "p-nobody", "--basis", "pipl-47"), "nothing-kept"),
        (("erase", "p-acceptor", "--basis", "pipl-47"), "person-serves"),
        (("erase", "p-nobody", "--basis", "He asked for it."), "invalid-basis"),
        (("certificate", "p-acceptor"), "not-erased"),
        (("readmit", "p-acceptor", "--basis", "consent"), "not-erased"),
    ],
)
def test_what_makes_no_sense_is_refused(case, words, code):
    assert refused("persons", *words) == code


def test_a_new_master_key_opens_everything_and_the_old_one_is_destroyed(case, home):
    before = answer("keys", "status")
    rotated = answer("keys", "rotate", "--forget")

    assert (before["master keys"], answer("keys", "status")["master keys"]) == ("1", "2")
    assert (rotated["forgotten"], rotated["wrapped"]) == ([1], before["active"])
    kept = answer("persons", "export", case, "--basis", "pipl-45")
    assert [one["words"] for one in kept["words"]] == ["我的电话 13900001111"]
    assert (home / "master.keys").stat().st_mode & 0o777 == 0o600


def test_the_index_of_callers_gets_a_new_key(case):
    fresh = answer("keys", "reindex")

    assert fresh == {"persons": 0, "entries": 0}
    assert answer("keys", "reindex") == fresh


def test_an_old_database_and_key_store_are_mended(case, home):
    backup = home.with_name("backup")
    shutil.copytree(home, backup)
    ask("persons", "erase", case, "--basis", "pipl-47")
    for file in home.glob("*.sqlite*"):
        file.unlink()
    for file in backup.glob("*.sqlite*"):
        shutil.copy2(file, home)

    before = refused("status")
    mended = answer("keys", "mend")

    assert before == "older-than-erasures"
    assert mended["persons"] == [case]
    assert answer("persons", "show", case)["state"] == "erased"
    assert answer("persons", "certificate", case)["erasures"][0]["basis"] == "recorded-again"
