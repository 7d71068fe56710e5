"""A restore from an older backup does not bring an erased person back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.kernel.act import OPERATOR, Act
from domain.kernel.refusals import Refused
from domain.people.person import person_id
from migrations import migrate
from ops.bootstrap import Gridward, assemble
from ops.settings import Settings
from tests.ops.town import MONDAY_NINE, settings_for
from workflows.people.commands import EnrolPerson
from workflows.privacy.commands import ErasePerson, ReadmitPerson

HANDLE = "p-wang"
LEDGER = ("store.sqlite", "store.sqlite-wal", "store.sqlite-shm")
KEYS = ("keys.sqlite",)


@pytest.fixture
def settings(store_url, tmp_path) -> Settings:
    migrate(store_url, parts=4)
    return settings_for(store_url, tmp_path)


@pytest.fixture
def on_sqlite(tmp_path) -> Settings:
    """Backups of files are those of SQLite; PostgreSQL has its own."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrate(url, parts=1)
    return settings_for(url, tmp_path)


def test_an_older_key_store_does_not_bring_a_person_back(settings, tmp_path):
    backup = erased_after_a_backup(settings, tmp_path)

    restore(backup, settings.home, KEYS)

    with opened(settings) as city:
        assert name_of(city) is None
        assert city.eraser.life(HANDLE).state == "erased"
        assert list(city.eraser.lacking()) == []


def test_who_only_reads_an_older_key_store_is_refused_until_it_is_mended(settings, tmp_path):
    backup = erased_after_a_backup(settings, tmp_path)
    restore(backup, settings.home, KEYS)

    with pytest.raises(Refused) as refusal:
        assemble(settings, read_only=True)
    opened(settings).__exit__()

    assert refusal.value.code == "erasures-waiting"
    assemble(settings, read_only=True).close()


@pytest.mark.parametrize("restored", [LEDGER, LEDGER + KEYS], ids=["ledger", "both"])
def test_an_older_database_is_refused_and_mended(on_sqlite, tmp_path, restored):
    backup = erased_after_a_backup(on_sqlite, tmp_path)
    restore(backup, on_sqlite.home, restored)

    with pytest.raises(Refused) as refusal:
        assemble(on_sqlite, now=lambda: MONDAY_NINE)
    with opened(on_sqlite, mending=True) as city:
        before_mending = name_of(city)
        for lacking in [*city.eraser.lacking()]:
            city.desk.do(ErasePerson(subject=lacking.person, basis="recorded-again"), act("mend"))

    assert refusal.value.code == "older-than-erasures"
    assert before_mending is None
    with opened(on_sqlite) as city:
        assert name_of(city) is None
        assert city.eraser.life(HANDLE).state == "erased"


def test_a_database_without_its_keys_is_refused(settings, tmp_path):
    erased_after_a_backup(settings, tmp_path, also="p-li")
    (settings.home / "keys.sqlite").unlink()

    with pytest.raises(Refused) as refusal:
        assemble(settings)

    assert refusal.value.code == "keys-missing"


def test_a_new_life_needs_an_order(settings, tmp_path):
    erased_after_a_backup(settings, tmp_path)
    with opened(settings) as city:
        old = city.eraser.life(HANDLE)
        with pytest.raises(Refused) as refusal:
            city.keys.to_seal([HANDLE])
        city.desk.do(ReadmitPerson(subject=HANDLE, basis="consent-given"), act("again"))
        new = city.eraser.life(HANDLE)

    assert refusal.value.code == "person-erased"
    assert (old.version, old.state, new.version, new.state) == (1, "erased", 2, "active")
    assert old.fingerprint != new.fingerprint


def test_an_erasure_that_was_broken_off_is_finished_at_the_start(settings, monkeypatch):
    with opened(settings) as city:
        enrol(city, HANDLE)
        monkeypatch.setattr(city.eraser.keys, "destroy", power_cut)
        with pytest.raises(KeyboardInterrupt):
            city.desk.do(ErasePerson(subject=HANDLE, basis="pipl-47"), act("erase"))

    with opened(settings) as city:
        assert city.eraser.life(HANDLE).state == "erased"
        assert name_of(city) is None


def power_cut(*_given, **_named):
    raise KeyboardInterrupt


class opened:  # noqa: N801  # reads like a verb
    """A city that closes again."""

    def __init__(self, settings: Settings, *, mending: bool = False) -> None:
        self.city = assemble(settings, now=lambda: MONDAY_NINE, mending=mending)

    def __enter__(self) -> Gridward:
        return self.city

    def __exit__(self, *_: object) -> None:
        self.city.close()


def erased_after_a_backup(settings: Settings, folder: Path, *, also: str = "") -> Path:
    """Somebody is enrolled, the files are copied, and then everything of the person is erased."""
    backup = folder / "backup"
    with opened(settings) as city:
        for handle in (HANDLE, *filter(None, [also])):
            enrol(city, handle)
    backup.mkdir()
    for name in LEDGER + KEYS:
        if (settings.home / name).exists():
            shutil.copy2(settings.home / name, backup / name)
    with opened(settings) as city:
        city.desk.do(ErasePerson(subject=HANDLE, basis="pipl-47"), act("erase"))
    return backup


def restore(backup: Path, home: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (home / name).unlink(missing_ok=True)
        if (backup / name).exists():
            shutil.copy2(backup / name, home / name)


def enrol(city: Gridward, handle: str) -> None:
    city.desk.do(EnrolPerson(handle=handle, name="王小明", key=bytes(32)), act(f"enrol-{handle}"))


def name_of(city: Gridward) -> str | None:
    return city.ledger.words(person_id(HANDLE), 1, "name")


def act(command_id: str) -> Act:
    area = "120000000000"
    return Act(person=OPERATOR, role=OPERATOR, area=area, command_id=command_id, at=MONDAY_NINE)
