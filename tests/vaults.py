"""Vaults for tests: a key store in a folder that goes away with the process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from ledger.fences import Fences
from ledger.keydatabase import KeyDatabase
from ledger.keystore import KeyStore
from ledger.master import MasterKeys
from ledger.vault import Vault
from tests.memory import roomy_memory


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="gridward-keys-", dir=roomy_memory())


@cache
def a_vault() -> Vault:
    """One for all ledgers of a test run: nobody's id is used twice."""
    return Vault(a_key_store(Path(_folder().name) / f"{uuid4().hex}.sqlite"))


def a_key_store(file: Path) -> KeyStore:
    """A key store of a file, with master key and fences beside it."""
    return key_store_at(f"sqlite:///{file}", file.with_suffix(".master"))


def key_store_at(url: str, master: Path) -> KeyStore:
    """A key store of a URL with its master key in a file."""
    fences = Fences(master.with_name(f"{master.name}.erased"))
    database = KeyDatabase(url)
    try:
        return KeyStore(database, MasterKeys(master), fences)
    except BaseException:
        database.close()
        raise
