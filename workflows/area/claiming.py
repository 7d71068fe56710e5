"""The claim of a command: its id, and a digest by which a different wish under it is noticed."""

from __future__ import annotations

from dataclasses import fields
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from domain.kernel.codes import AreaCode
from ledger.ledger import Claim

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def creating(command: DataclassInstance, command_id: str) -> Claim:
    """Claim the id of a command that brings a record into being."""
    return Claim(key=command_id, digest=digest_of(command))


def changing(command: DataclassInstance, command_id: str, *, stream: UUID) -> Claim:
    """Claim the id of a command on a record that is there."""
    return Claim(key=f"{stream}:{command_id}", digest=digest_of(command))


def digest_of(command: DataclassInstance) -> str:
    """Give the SHA-256 of a command's canonical JSON.

    Fields marked ``private`` stay out: chance differs at each try, and the hash of a name could
    be guessed long after the name was erased.
    """
    named = {
        field.name: getattr(command, field.name)
        for field in fields(command)
        if not field.metadata.get("private")
    }
    wish = {"command": type(command).__name__, **named}
    return sha256(msgspec.json.encode(wish, enc_hook=_plain, order="sorted")).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, AreaCode):
        return str(value)
    raise NotImplementedError
