"""Keys of people: given once, wrapped by a master key that rotates, destroyed for good."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from threading import Barrier, Event
from uuid import UUID

import pytest
import sqlalchemy as sa

from domain.kernel.refusals import Refused
from ledger.fences import Fence, Fences
from ledger.keydatabase import KeyDatabase
from ledger.keystore import KeyStore, fingerprint
from ledger.master import MasterKeys
from tests.vaults import key_store_at

PEOPLE = [f"p-{nth}" for nth in range(1_200)]


@pytest.fixture
def keys(store_url, tmp_path) -> Iterator[KeyStore]:
    store = key_store_at(store_url, tmp_path / "master.keys")
    yield store
    store.close()


def a_fence(keys: KeyStore, person: str) -> Fence:
    life = keys.life(person)
    return Fence(person, life.version, life.fingerprint, 0, 7)


def test_whoever_asks_again_gets_the_same_key(keys):
    first, again = keys.to_seal(PEOPLE), keys.to_seal(PEOPLE)

    assert first == again
    assert len({one.key for one in first.values()}) == len(PEOPLE)
    assert keys.to_open([("p-7", 1)]) == {("p-7", 1): first["p-7"].key}


def test_two_that_ask_at_once_get_one_key(keys, store_url, tmp_path):
    other = key_store_at(store_url, tmp_path / "master.keys")
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda store: store.to_seal(PEOPLE[:300]), (keys, other))
    other.close()

    assert one == two


def test_threads_that_wait_share_a_commit(keys, monkeypatch):
    commits, provide = [], keys._provide
    everybody, first = Barrier(9), Event()

    def counted(persons):
        commits.append(len(list(persons)))
        if len(commits) == 1:
            first.wait(20)
        return provide(persons)

    monkeypatch.setattr(keys._gathered, "_ask", counted)
    with ThreadPoolExecutor(9) as pool:
        begun = pool.submit(keys.to_seal, ["p-first"])
        asked = [pool.submit(waited_for, everybody, keys, f"p-{nth}") for nth in range(8)]
        everybody.wait(20)
        while len(keys._gathered._waiting) < 8:
            pass
        first.set()
        found = [one.result() for one in (begun, *asked)]

    assert commits == [1, 8]
    assert len({key.key for one in found for key in one.values()}) == 9


def waited_for(everybody, keys, person):
    everybody.wait(20)
    return keys.to_seal([person])


def test_no_key_stands_in_the_clear(keys, tmp_path):
    found = keys.to_seal(PEOPLE[:50])

    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(one.key in stored for one in found.values())


@pytest.mark.parametrize("name", ["master.keys", "store.sqlite"])
def test_files_of_keys_are_for_their_owner_alone(tmp_path, name):
    store = key_store_at(f"sqlite:///{tmp_path / 'store.sqlite'}", tmp_path / "master.keys")
    store.close()

    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_what_is_destroyed_stays_so(keys):
    key = keys.to_seal(["p-7"])["p-7"].key

    count = keys.destroy([a_fence(keys, "p-7")])
    again = keys.destroy([a_fence(keys, "p-7")])

    assert (count, again) == (1, 0)
    assert keys.life("p-7") == ("p-7", 1, fingerprint(key), True)
    assert keys.to_open([("p-7", 1)]) == {}
    assert list(keys.fences) == [a_fence(keys, "p-7")]
    with pytest.raises(Refused) as refusal:
        keys.to_seal(["p-7", "p-8"])
    assert refusal.value.code == "person-erased"


def test_a_key_nobody_knows_is_missing(keys):
    with pytest.raises(Refused) as refusal:
        keys.to_open([("p-7", 1)])

    assert refusal.value.code == "keys-missing"


def test_a_new_master_key_wraps_every_key_and_the_old_one_can_go(keys):
    before = keys.to_seal(PEOPLE)

    counts = list(keys.rotate())
    keys.master.forget(keys.unused_generations())

    assert (sum(counts), keys.master.generations) == (len(PEOPLE), [2])
    assert keys.to_seal(PEOPLE) == before


def test_a_rotation_that_was_broken_off_goes_on_and_makes_no_third_key(keys):
    before = keys.to_seal(PEOPLE)
    next(keys.rotate())

    between = keys.to_seal([*PEOPLE, "p-new"])
    counts = list(keys.rotate())

    assert (sum(counts), keys.master.newest) == (len(PEOPLE) - 1_000, 2)
    assert {person: between[person] for person in PEOPLE} == before
    assert list(keys.rotate())
    assert keys.master.newest == 3


def test_a_process_that_runs_meanwhile_learns_of_the_new_master_key(keys, store_url, tmp_path):
    running = key_store_at(store_url, tmp_path / "master.keys")
    before = running.to_seal(["p-7"])
    list(keys.rotate())

    after, new = running.to_seal(["p-7"]), running.to_seal(["p-8"])
    running.close()

    assert after == before
    assert keys.to_seal(["p-8"]) == new


def test_a_master_key_that_others_may_read_is_refused(tmp_path):
    MasterKeys(tmp_path / "master.keys").add()
    (tmp_path / "master.keys").chmod(0o644)

    with pytest.raises(Refused) as refusal:
        MasterKeys(tmp_path / "master.keys")

    assert refusal.value.code == "master-key-open"


@pytest.mark.parametrize(
    ("content", "code"),
    [("lost", "master-key-missing"), ("other", "master-key-wrong"), ("{", "master-key-damaged")],
)
def test_a_master_key_that_does_not_fit_is_refused(keys, store_url, tmp_path, content, code):
    keys.to_seal(["p-7"])
    file = tmp_path / "other.keys"
    if content == "other":
        MasterKeys(file).add()
    elif content == "{":
        file.touch(0o600)
        file.write_text(content)

    with pytest.raises(Refused) as refusal, closing(key_store_at(store_url, file)) as store:
        store.to_seal(["p-7"])

    assert refusal.value.code == code


def test_a_key_store_that_is_not_there_is_not_made_by_who_only_reads(tmp_path):
    with pytest.raises(Refused) as refusal:
        KeyDatabase(f"sqlite:///{tmp_path / 'keys.sqlite'}", read_only=True)

    assert refusal.value.code == "keys-missing"


def test_a_line_that_a_power_cut_left_half_spoils_no_other(tmp_path):
    fences, one = Fences(tmp_path / "erased"), Fence("p-7", 1, "f", 0, 7)
    fences.add([one])
    with (tmp_path / "erased").open("ab") as file:
        file.write(b'{"person":"p-8","vers')

    fences.add([one])

    assert list(fences) == [one, one]


def test_a_destroyed_key_is_in_no_file_even_wrapped(tmp_path):
    store = key_store_at(f"sqlite:///{tmp_path / 'keys.sqlite'}", tmp_path / "master.keys")
    store.to_seal(PEOPLE[:100])
    with store.database.reading() as conn:
        wrapped = list(conn.scalars(sa.text("SELECT wrapped FROM person_keys")))
    store.destroy([a_fence(store, person) for person in PEOPLE[:100]])
    store.close()

    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert not any(one in stored for one in wrapped)


def test_a_key_that_moved_to_another_page_leaves_no_copy_behind(tmp_path):
    store = key_store_at(f"sqlite:///{tmp_path / 'keys.sqlite'}", tmp_path / "master.keys")
    people = of_cases_and_persons(Random(18))
    for person in people:  # one by one: by this seed a page is split where its gap keeps a key
        store.to_seal([person])
    with store.database.reading() as conn:
        wrapped = list(conn.scalars(sa.text("SELECT wrapped FROM person_keys")))
    first_persons = sorted(people, key=lambda person: person.startswith("case:"))
    store.destroy([a_fence(store, person) for person in first_persons])
    store.close()

    stored = (tmp_path / "keys.sqlite").read_bytes()
    assert [one for one in wrapped if one in stored] == []


def of_cases_and_persons(random: Random) -> list[str]:
    return [
        f"case:{UUID(int=random.getrandbits(128))}" if nth % 3 else f"p-canary-{nth}"
        for nth in range(750)
    ]
