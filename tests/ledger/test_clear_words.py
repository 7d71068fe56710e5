"""Words that lay in the clear before the vault was sealed are sealed once, and leave no trace."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

import migrations
from ledger.clear_words import clear_words_wait, seal_clear_words
from ledger.ledger import Ledger
from ledger.records import part_of
from ledger.store import Store
from ledger.vault import Opened, Vault
from tests.ledger.lamps import Lamp, LampBroke, a_claim, a_lamp_id, an_act
from tests.vaults import a_key_store

SECRET = b"her name is Wang and she lives above the lamp"


@pytest.fixture
def store(store_url):
    """A database as it was at 0003, with words in the clear."""
    store = Store(store_url)
    config = migrations._config()
    with store.writing() as conn:
        config.attributes |= {"connection": conn, "parts": 2}
        command.upgrade(config, "0003")
    yield store
    store.close()


def test_words_in_the_clear_are_sealed_by_the_migration(store, store_url, tmp_path):
    lamp_id = a_lamp_id("pole 7")
    rows = [clear_row(lamp_id, version) for version in range(1, 1_502)]
    insert = "INSERT INTO vault VALUES (:part, :stream, :version, :field, :key, :words)"
    with store.writing() as conn:
        conn.execute(sa.text(insert).bindparams(sa.bindparam("stream", type_=sa.Uuid)), rows)
    migrations.migrate(store_url)
    keys = a_key_store(tmp_path / "keys")
    ledger = Ledger(store, now=lambda: an_act("x").at, vault=Vault(keys))
    lamp = ledger.load(Lamp, lamp_id)
    lamp.tell(LampBroke(act=an_act("c-1"), pole="7"))
    ledger.save(lamp, claim=a_claim("c-1"))

    waited = clear_words_wait(ledger)
    sealed = seal_clear_words(ledger)
    again = seal_clear_words(ledger)

    assert (waited, sealed, again, clear_words_wait(ledger)) == (True, 1_501, 0, False)
    assert ledger.words(lamp_id, 1_501, "words") == SECRET.decode()
    assert ledger.disclose(lamp_id, 7, "words") == Opened(SECRET.decode(), bytes(32))
    keys.close()
    if store.is_sqlite:
        files = Path(str(store.url.database)).parent.glob("store.sqlite*")
        assert not any(SECRET in file.read_bytes() for file in files)


def clear_row(stream, version):
    return {
        "part": part_of(stream, 2),
        "stream": stream,
        "version": version,
        "field": "words",
        "key": bytes(32),
        "words": SECRET.decode(),
    }
