"""The claim of a command: its id, and a digest by which a different wish under it is noticed."""

from __future__ import annotations

import re
from dataclasses import Field, fields
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from domain.kernel.codes import AreaCode
from ledger.ledger import Claim

# A name of the rules, a handle or a category; a telephone number is none of them.
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,59}|c?[0-9]{2}(?:-[0-9]{2})?", re.ASCII)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def creating(command: DataclassInstance, command_id: str) -> Claim:
    """Claim the id of a command that brings a record into being."""
    return Claim(key=command_id, digest=digest_of(command))


def changing(command: DataclassInstance, command_id: str, *, stream: UUID) -> Claim:
    """Claim the id of a command on a record that is there."""
    return Claim(key=key_on(stream, command_id), digest=digest_of(command))


def key_on(stream: UUID, command_id: str) -> str:
    """Give the key under which a command on a record that is there is claimed."""
    return f"{stream}:{command_id}"


def digest_of(command: DataclassInstance) -> str:
    """Give the SHA-256 of a command's canonical JSON.

    Of a field marked ``private``, and of free text among those marked ``answers``, only the length
    counts: the hash of a name could be guessed long after the name was erased.
    """
    named = {field.name: _counted(field, getattr(command, field.name)) for field in fields(command)}
    wish = {"command": type(command).__name__, **named}
    return sha256(msgspec.json.encode(wish, enc_hook=_plain, order="sorted")).hexdigest()


def _counted(field: Field[object], value: object) -> object:
    if field.metadata.get("private"):
        return len(value) if isinstance(value, str) else None
    if field.metadata.get("answers") and isinstance(value, dict):
        return {name: _code_or_length(answer) for name, answer in value.items()}
    return value


def _code_or_length(answer: object) -> object:
    if isinstance(answer, str) and not _CODE.fullmatch(answer):
        return f"{len(answer)} characters"
    return answer


def _plain(value: object) -> str:
    if isinstance(value, AreaCode):
        return str(value)
    raise NotImplementedError
