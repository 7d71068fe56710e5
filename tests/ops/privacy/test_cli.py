"""Personal data and keys on the command line."""

import json
import shutil
from zipfile import ZipFile

import pytest

from tests.ops.privacy.test_restoring import with_photo
from tests.ops.test_cli import answer, ask, home, refused
from tests.ops.town import a_town
from tests.web.test_own_data import words_in

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

    assert words_in(kept) == {"我的电话 13900001111"}
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

    assert json.loads(said)["subject"] == case


def test_an_export_of_a_case_brings_its_photos_in_a_file_for_its_owner_alone(case, tmp_path):
    file = tmp_path / "case.zip"
    told = answer("persons", "export", case, "--basis", "pipl-45", "--file", str(file))

    with ZipFile(file) as packed:
        names = sorted(packed.namelist())
        data = json.loads(packed.read("data.json"))
    assert told["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    assert names == ["data.json", data["photos"][0]["file"]]
    again = ("persons", "export", case, "--basis", "pipl-45", "--file", str(file))
    assert refused(*again) == "file-exists"


def test_an_export_of_a_member_of_staff_lists_the_acts_in_cases_without_words(case):
    mine = ("persons", "export", "p-grid-member", "--basis", "pipl-45", "--as", "p-grid-member")
    data = answer(*mine)

    first = data["acts"][0]
    assert (first["what"], f"case:{first['record']}") == ("incident.reported", case)
    assert "13900001111" not in json.dumps(data)


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
    assert words_in(kept) == {"我的电话 13900001111"}
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
