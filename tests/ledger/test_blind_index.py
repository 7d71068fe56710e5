"""The blind index: found exactly, readable nowhere, renewed, and gone with the person."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from ledger.blind_index import BlindIndex
from ledger.fences import Fence
from ledger.keydatabase import entries, keys
from ledger.keystore import KeyStore
from ledger.vault import Vault
from tests.vaults import key_store_at

PHONE, NAME = "phone|13900001111", "name|王小明"
WANG, LI = "case:wang", "case:li"


@pytest.fixture
def store(store_url, tmp_path) -> Iterator[KeyStore]:
    found = key_store_at(store_url, tmp_path / "master.keys")
    found.to_seal([WANG, LI])
    yield found
    found.close()


@pytest.fixture
def index(store) -> BlindIndex:
    return BlindIndex(Vault(store, fresh_for=0))


def erase(store, person):
    store.destroy([Fence(person, 1, store.life(person).fingerprint, 1, 1)])


def test_who_was_added_is_found_by_each_term_and_by_no_other(index):
    index.add(WANG, [PHONE, NAME])
    index.add(LI, [PHONE])
    index.add(LI, [PHONE])

    assert index.find(PHONE) == [WANG, LI]
    assert index.find(NAME) == [WANG]
    assert index.find("phone|1390000111") == index.find("name|13900001111") == []
    assert index.count() == 3


def test_nothing_in_the_store_says_what_was_looked_for(index, store, tmp_path):
    index.add(WANG, [PHONE])
    index.find(PHONE)

    with store.database.reading() as conn:
        rows = repr(conn.execute(sa.select(entries)).all())
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert "13900001111" not in rows
    assert b"13900001111" not in stored


def test_after_an_erasure_no_entry_remains_and_none_is_added(index, store):
    index.add(WANG, [PHONE, NAME])
    index.add(LI, [PHONE])
    erase(store, WANG)

    late = index.add(WANG, [PHONE])

    assert (late, index.find(PHONE), index.count()) == (False, [LI], 1)


def test_nobody_unknown_to_the_key_store_is_added(index):
    assert not index.add("case:never-said-anything", [PHONE])
    assert index.count() == 0


def test_a_new_key_finds_the_same_and_the_old_one_is_destroyed(index, store):
    index.add(WANG, [PHONE, NAME])
    index.add(LI, [PHONE])
    before = tokens(store)

    renewed = sum(index.renew({WANG: [PHONE, NAME], LI: [PHONE]}.__getitem__))

    assert (renewed, index.find(PHONE), index.find(NAME)) == (2, [WANG, LI], [WANG])
    assert before.isdisjoint(tokens(store))
    assert index_keys(store) == ["index:2"]


def test_both_keys_find_while_the_key_is_changed_and_a_broken_change_goes_on(index, store):
    index.add(WANG, [PHONE])
    index.add(LI, [PHONE])

    def fail_at_li(person):
        if person == LI:
            raise KeyboardInterrupt
        return [PHONE]

    with pytest.raises(KeyboardInterrupt):
        list(index.renew(fail_at_li))
    meanwhile = index.find(PHONE)
    index.add(WANG, [NAME])
    list(index.renew({WANG: [PHONE], LI: [PHONE]}.__getitem__))

    assert meanwhile == [WANG, LI]
    assert (index.find(PHONE), index.find(NAME)) == ([WANG, LI], [WANG])
    assert index_keys(store) == ["index:2"]


def test_the_master_key_rotates_over_the_index_too(index, store):
    index.add(WANG, [PHONE])
    sum(store.rotate())
    store.master.forget(store.unused_generations())

    assert index.find(PHONE) == [WANG]
    assert store.counts() == {"active": 2, "erased": 0}


def tokens(store):
    with store.database.reading() as conn:
        return set(conn.scalars(sa.select(entries.c.token)))


def index_keys(store):
    with store.database.reading() as conn:
        return list(conn.scalars(sa.select(keys.c.person).where(keys.c.person.like("index:%"))))
