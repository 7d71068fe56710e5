"""Opening the key store, and the gate: what was erased is erased again before anybody is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from domain.kernel.refusals import Refused
from ledger.blobs import FolderBlobs
from ledger.erasing import Eraser
from ledger.fences import Fences
from ledger.keydatabase import KeyDatabase
from ledger.keystore import KeyStore
from ledger.master import MasterKeys

if TYPE_CHECKING:
    from ledger.blobs import Blobs
    from ops.settings import Settings

log = structlog.get_logger("gridward.keys")


def open_keys(settings: Settings, *, read_only: bool = False) -> KeyStore:
    """Open key store and master key; a new installation gets both.

    Refuses ``keys-missing`` and what the master key file refuses.
    """
    master = settings.master_keys
    if not read_only:
        settings.home.mkdir(parents=True, exist_ok=True)
    database = KeyDatabase(settings.keys_url, read_only=read_only)
    try:
        fences = Fences(master.with_name(f"{master.name}.erased"))
        return KeyStore(database, MasterKeys(master), fences)
    except BaseException:
        database.close()
        raise


def blobs(settings: Settings) -> Blobs:
    """Give what photos lie in; refuses ``s3-not-installed`` and ``invalid-setting``."""
    if not settings.evidence.startswith("s3:") and "://" not in settings.evidence:
        return FolderBlobs(settings.evidence_folder)
    try:
        from ledger.s3 import S3Blobs  # loads a library that few need
    except ImportError:
        reason = "GRIDWARD_EVIDENCE names an S3 store. Install what it needs: gridward[s3]."
        raise Refused("s3-not-installed", reason) from None
    return S3Blobs(settings.evidence)


def pass_gate(eraser: Eraser, *, read_only: bool = False) -> None:
    """Carry out again what a restored key store or database does not know of.

    Refuses ``keys-missing``, ``older-than-erasures`` and, for who only reads, ``erasures-waiting``.
    """
    eraser.must_know_its_keys()
    if read_only:
        _must_be_done(eraser)
    else:
        count = eraser.remember() + eraser.follow()
        if count:
            log.warning("erasures were carried out again", count=count)
    eraser.must_not_be_older()


def _must_be_done(eraser: Eraser) -> None:
    if eraser.waiting():
        reason = (
            "The key store was restored and does not know all erasures yet. Start the server, or"
            " run `gridward migrate`: they are carried out again."
        )
        raise Refused("erasures-waiting", reason)
