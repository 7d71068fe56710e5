"""After an erasure no file of the installation holds the person, in whatever writing."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.incident.photos import Picture
from domain.kernel.act import OPERATOR, Act
from domain.kernel.confiding import confided
from domain.people.person import person_id
from domain.privacy.dossier import dossier_id
from ops.cli.upkeep import _event_lines
from ops.following import followers
from ops.reading import catch_up
from tests.ops.privacy.canaries import MARKS, canaries, forms, found_in
from tests.ops.town import Town
from workflows.evidence.commands import AddPhoto
from workflows.people.commands import EnrolPerson
from workflows.privacy.commands import ErasePerson, Reveal

PEOPLE = 250
PHOTOS = 20


@pytest.mark.parametrize("kind", MARKS)
def test_the_search_finds_what_is_there(tmp_path, kind):
    said = f"xy{MARKS[kind]}7z"
    writings = (
        said.encode(),
        said.encode("gbk"),
        b64encode(said.encode()),
        b64encode(b"." + said.encode()),
        b64encode(b".." + said.encode()),
        said.encode().hex().encode(),
    )
    for nth, writing in enumerate(writings):
        file = tmp_path / f"{nth}"
        file.write_bytes(bytes(9) + writing + bytes(9))

        assert found_in([file]) == [(kind, f"{nth}")], nth
    assert all(len(form) >= 5 for form in forms(MARKS[kind]))


def test_a_thousand_canaries_are_in_no_file_before_and_after_they_are_erased(town, tmp_path):
    before = lived_in(town)
    export(town, tmp_path / "before.jsonl")

    hidden = found_in(files_of(town, tmp_path))
    found = town.gridward.index.find(f"phone|{canaries(1)[0]['phone']}")
    said, photos = town.gridward.ledger.words_of(before), photos_of(town)
    wrapped = wrapped_keys(town)
    erase_all(town, before)
    export(town, tmp_path / "after.jsonl")

    assert (len(said), hidden, len(photos)) == (2 * PEOPLE + 1, [], PHOTOS)
    assert (len(found), photos_of(town), town.gridward.index.count()) == (1, [], 0)
    assert found_in(files_of(town, tmp_path)) == []
    assert town.gridward.ledger.words_of(before) == {}
    assert keys_found(wrapped, files_of(town, tmp_path)) == 0
    lines = (tmp_path / "before.jsonl").read_text().splitlines()
    assert set(lines) <= set((tmp_path / "after.jsonl").read_text().splitlines())


def test_words_can_be_proved_against_the_log(town):
    incident = town.report(words="a lamp")

    shown = town.gridward.ledger.disclose(incident, 1, "words")
    [reported, *_] = town.gridward.ledger.facts(incident)

    assert shown is not None
    assert shown.words == "a lamp"
    assert confided(shown.words, shown.key) == reported.words


def lived_in(town: Town) -> list:
    """A thousand canaries in names, reports and reasons; the streams that they were said to."""
    desk, streams = town.gridward.desk, []
    for nth, one in enumerate(canaries(PEOPLE)):
        handle = f"p-canary-{nth}"
        order = EnrolPerson(handle=handle, name=one["name"], key=bytes(32))
        desk.do(order, operator(town, f"enrol-{nth}"))
        words = f"{one['name']}, {one['phone']}, {one['id number']}, {one['address']}"
        streams += [person_id(handle), town.report(words=words)]
    for nth, incident in enumerate(streams[1 : 2 * PHOTOS : 2]):
        add_photo(town, incident, canaries(nth + 1)[nth]["phone"].encode())
    looked = Reveal(stream=streams[1], version=1, field="words", reason=canaries(1)[0]["phone"])
    desk.do(looked, operator(town, "reveal"))
    streams.append(dossier_id(f"case:{streams[1]}"))
    catch_up(town.gridward.readers)
    for process in followers(town.gridward):
        process.prepare()
        process.catch_up()
    return streams


def add_photo(town: Town, incident: UUID, content: bytes) -> None:
    """Twenty are of a case; as many more were sent and came to none."""
    person = town.act("grid_member").person
    town.gridward.photos.take_in(b"left behind" + content, by=person)
    photo = town.gridward.photos.take_in(content, by=person)
    picture = Picture(photo=photo, original=photo, width=1, height=1)
    order = AddPhoto(incident=incident, picture=picture)
    town.gridward.desk.do(order, town.act("grid_member"))


def erase_all(town: Town, streams: list) -> None:
    subjects = [f"p-canary-{nth}" for nth in range(PEOPLE)]
    subjects += [f"case:{stream}" for stream in streams[1 : 2 * PEOPLE : 2]]
    for nth, subject in enumerate(subjects):
        order = ErasePerson(subject=subject, basis="pipl-47")
        town.gridward.desk.do(order, operator(town, f"erase-{nth}"))
    catch_up(town.gridward.readers)


def operator(town: Town, command_id: str) -> Act:
    area = "120000000000"
    return Act(person=OPERATOR, role=OPERATOR, area=area, command_id=command_id, at=town.clock())


def export(town: Town, file: Path) -> None:
    file.write_text("".join(_event_lines(town.gridward, 0)))


def files_of(town: Town, home: Path) -> list[Path]:
    """Every file: database, its log, key store, exports; of PostgreSQL the whole data folder."""
    store, files = town.gridward.store, [*home.rglob("*")]
    if not store.is_sqlite:
        with store.reading() as conn:
            conn.exec_driver_sql("CHECKPOINT")
            folder = conn.exec_driver_sql("SHOW data_directory").scalar()
        files += Path(str(folder)).rglob("*")
    return files


def photos_of(town: Town) -> list[Path]:
    """The photos of cases, as they lie on the disk."""
    folder = town.gridward.settings.evidence_folder / "cases"
    return [path for path in folder.rglob("*") if path.is_file()]


def wrapped_keys(town: Town) -> list[bytes]:
    keys = town.gridward.keys.database
    with keys.reading() as conn:
        query = "SELECT wrapped FROM person_keys WHERE person LIKE 'p-canary-%%'"
        return [bytes(row[0]) for row in conn.execute(sa.text(query.replace("%%", "%")))]


def keys_found(wrapped: list[bytes], files: list[Path]) -> int:
    """How many of the destroyed keys still lie somewhere, if only wrapped."""
    content = b"".join(path.read_bytes() for path in files if "keys.sqlite" in path.name)
    return sum(one in content for one in wrapped)
