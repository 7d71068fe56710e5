"""Everything restored from a backup of before: words and photos of an erased case stay away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.incident.photos import Picture
from domain.kernel.act import OPERATOR, Act
from domain.kernel.refusals import Refused
from ops.bootstrap import Gridward, assemble
from ops.keeping import pass_gate
from ops.settings import Settings
from tests.ops.town import GRID, MONDAY_NINE, Town, a_town, settings_for
from tests.postgres import order_server
from workflows.evidence.commands import AddPhoto
from workflows.privacy.commands import ErasePerson

PICTURE, WORDS = b"a face", "13900001111"


@dataclass
class Installation:
    """A case with words and a photo, its backup of before the erasure, and what holds it."""

    settings: Settings
    backup: Path
    case: UUID
    photo: str

    def restore(self, *names: str) -> None:
        """Bring back database, key store, photos as they were; the master key file is apart."""
        for name in names:
            if name == "store.sqlite" and not self.settings.database_url.startswith("sqlite"):
                self.settings = replace(self.settings, database=before(self.settings.database))
                continue
            for path in self.settings.home.glob(f"{name}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for path in self.backup.glob(f"{name}*"):
                copy = shutil.copytree if path.is_dir() else shutil.copy2
                copy(path, self.settings.home / path.name)

    @contextmanager
    def opened(self, *, mending: bool = False) -> Iterator[Gridward]:
        city = assemble(self.settings, now=lambda: MONDAY_NINE, mending=mending)
        try:
            yield city
        finally:
            city.close()


@pytest.fixture
def erased(store_url, tmp_path, request) -> Iterator[Installation]:
    home = tmp_path / "home"
    home.mkdir()
    url = store_url if "postgresql" in store_url else f"sqlite:///{home / 'store.sqlite'}"
    with a_town(url, home, parts=2) as town:
        case = town.report(words=WORDS)
        photo = with_photo(town, case)
    shutil.copytree(home, tmp_path / "backup")
    with backup_of(url):
        found = Installation(settings_for(url, home), tmp_path / "backup", case, photo)
        with found.opened() as city:
            city.desk.do(ErasePerson(subject=f"case:{case}", basis="pipl-47"), act("erase"))
        yield found


def before(url: str) -> str:
    """The address of the second database, which is the backup of the first."""
    found = sa.make_url(url)
    return found.set(database=f"{found.database}_before").render_as_string(hide_password=False)


@contextmanager
def backup_of(url: str) -> Iterator[None]:
    """On PostgreSQL it is a database beside the first."""
    if "postgresql" not in url:
        yield
        return
    name, server = str(sa.make_url(url).database), sa.make_url(url).set(database="postgres")
    address = server.render_as_string(hide_password=False)
    order_server(address, f"CREATE DATABASE {name}_before TEMPLATE {name}")
    try:
        yield
    finally:
        order_server(address, f"DROP DATABASE {name}_before WITH (FORCE)")


@pytest.mark.parametrize(
    "restored", [("evidence",), ("keys.sqlite",), ("keys.sqlite", "evidence")], ids="-".join
)
def test_older_photos_and_keys_bring_nobody_back(erased, restored):
    erased.restore(*restored)

    with erased.opened() as city:
        assert not readable(city, erased)


def test_an_older_backup_of_everything_is_refused_and_then_mended(erased):
    erased.restore("store.sqlite", "keys.sqlite", "evidence")

    with pytest.raises(Refused) as refusal, erased.opened():
        pass
    with erased.opened(mending=True) as city:
        city.eraser.remember()
        for lacking in [*city.eraser.lacking()]:
            city.desk.do(ErasePerson(subject=lacking.person, basis="recorded-again"), act("mend"))
        pass_gate(city.eraser)

    assert refusal.value.code == "older-than-erasures"
    with erased.opened() as city:
        assert not readable(city, erased)
        assert [*(erased.settings.home / "evidence").rglob(erased.photo)] == []


def with_photo(town: Town, case: UUID) -> str:
    order = town.act("grid_member")
    photo = town.gridward.photos.take_in(PICTURE, by=order.person)
    picture = Picture(photo=photo, original=photo, width=1, height=1)
    town.gridward.desk.do(AddPhoto(incident=case, picture=picture), order)
    assert town.gridward.photos.get(photo, of=f"case:{case}") == PICTURE
    return photo


def readable(city: Gridward, of: Installation) -> bool:
    """Whether words or photo of the case can still be had."""
    try:
        city.photos.get(of.photo, of=f"case:{of.case}")
    except Refused:
        return bool(city.ledger.words_of([of.case]))
    return True


def act(command_id: str) -> Act:
    area = str(GRID.path[0])
    return Act(person=OPERATOR, role=OPERATOR, area=area, command_id=command_id, at=MONDAY_NINE)
