"""Photos: sealed under the key of the case they are of, so that they are erased with it.

The log holds a photo's SHA-256 alone. A photo comes before its case is known: for a day it belongs
to whoever sent it. Where the sealed bytes lie is for a store of ``Blobs`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.kernel.refusals import Refused
from ledger.master import NONCE_BYTES

if TYPE_CHECKING:
    from ledger.blobs import Blobs
    from ledger.vault import Vault

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_OWNER = re.compile(
    r"case:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|p-[a-z0-9-]{1,60}"
    r"|call:[0-9a-f-]{36}\.[0-9]{1,9}",  # sends no photo, and is erased like everybody
    re.ASCII,
)
_CASE = "case:"
_CASES, _COMING = "cases", "coming"
_VERSION_BYTES = 4
_DAY = timedelta(days=1)


class Photos(Protocol):
    """Where photos lie: each is found under the hex SHA-256 of its bytes and its owner.

    The owner is a handle (``p-7``), of whoever sent it, and then a case (``case:<id>``).
    """

    def take_in(self, content: bytes, *, by: str) -> str:
        """Keep what somebody sent until tomorrow and give its hash."""
        ...

    def keep(self, photo: str, *, by: str, of: str) -> None:
        """Give what somebody sent to a case, for good; refuses ``photo-not-kept``."""
        ...

    def get(self, photo: str, *, of: str) -> bytes:
        """Give a photo; refuses ``photo-not-kept`` and ``photo-damaged``."""
        ...

    def has(self, photo: str, *, of: str) -> bool:
        """Tell whether the owner has such a photo."""
        ...

    def forget(self, owner: str) -> int:
        """Delete every photo of an owner; give how many."""
        ...

    def sweep(self) -> int:
        """Delete what was sent before yesterday and came to no case; give how many."""
        ...


class NoPhotos:
    """Keeps nothing: for rehearsals, in which no photo is taken."""

    def take_in(self, content: bytes, *, by: str) -> str:  # noqa: ARG002  # nobody owns it
        """Give the hash alone."""
        return sha256(content).hexdigest()

    def keep(self, photo: str, *, by: str, of: str) -> None:  # noqa: ARG002  # nobody owns it
        """Refuse ``photo-not-kept``, but for the photo that nobody took."""
        if photo:
            raise not_kept(photo)

    def get(self, photo: str, *, of: str) -> bytes:  # noqa: ARG002  # nobody owns it
        """Refuse ``photo-not-kept``."""
        raise not_kept(photo)

    def has(self, photo: str, *, of: str) -> bool:  # noqa: ARG002  # nobody owns it
        """Have nothing."""
        return photo == ""

    def forget(self, owner: str) -> int:  # noqa: ARG002  # nobody owns anything
        """Have nothing to delete."""
        return 0

    def sweep(self) -> int:
        """Have nothing to delete."""
        return 0


class SealedPhotos:
    """AES-256-GCM under the owner's key, bound to origin, owner and hash: it opens nowhere else.

    A sealed photo is the key's version (4 bytes), the nonce, and the ciphertext.
    """

    def __init__(self, blobs: Blobs, vault: Vault, *, now: Callable[[], datetime]) -> None:
        self.blobs = blobs
        self._vault = vault
        self._now = now

    def take_in(self, content: bytes, *, by: str) -> str:
        """Seal it for whoever sent it; refuses ``person-erased``."""
        photo = sha256(content).hexdigest()
        self._seal(self._folder(by), by, photo, content)
        return photo

    def keep(self, photo: str, *, by: str, of: str) -> None:
        """Seal it anew for the case, and let go of what was sent."""
        if not self.has(photo, of=of):
            self._seal(self._folder(of), of, photo, self.get(photo, of=by))
        for name in self._names(photo, by):
            self.blobs.drop(name)

    def get(self, photo: str, *, of: str) -> bytes:
        """Open it and compare it with its hash."""
        for name in self._names(photo, of):
            sealed = self.blobs.get(name)
            if sealed is not None:
                return self._opened(photo, of, sealed)
        raise not_kept(photo)

    def has(self, photo: str, *, of: str) -> bool:
        """Ask the store; what is no hash names none."""
        return any(self.blobs.has(name) for name in self._names(photo, of))

    def forget(self, owner: str) -> int:
        """Delete all that lies in the owner's folders."""
        names = [name for folder in self._folders(owner) for name in self.blobs.below(folder)]
        for name in names:
            self.blobs.drop(name)
        return len(names)

    def sweep(self) -> int:
        """Delete the folders of days before yesterday."""
        first = f"{_COMING}/{self._now() - _DAY:%Y-%m-%d}/"
        old = [name for name in self.blobs.below(_COMING) if name < first]
        for name in old:
            self.blobs.drop(name)
        return len(old)

    def _seal(self, folder: str, owner: str, photo: str, content: bytes) -> None:
        key, nonce = self._vault.key_to_seal(owner), self._vault.random(NONCE_BYTES)
        sealed = AESGCM(key.key).encrypt(nonce, content, self._bound(owner, photo, key.version))
        self.blobs.put(
            f"{folder}/{photo}", key.version.to_bytes(_VERSION_BYTES, "big") + nonce + sealed
        )

    def _opened(self, photo: str, owner: str, sealed: bytes) -> bytes:
        version, rest = int.from_bytes(sealed[:_VERSION_BYTES], "big"), sealed[_VERSION_BYTES:]
        key = self._vault.key_to_open(owner, version)
        if key is None:  # restored from a backup of before the erasure
            raise not_kept(photo)
        bound = self._bound(owner, photo, version)
        try:
            content = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], bound)
        except (InvalidTag, ValueError):
            raise damaged(photo) from None
        if sha256(content).hexdigest() != photo:
            raise damaged(photo)
        return content

    def _bound(self, owner: str, photo: str, version: int) -> bytes:
        return f"{self._vault.keys.origin}|photo|{owner}|{photo}|{version}".encode()

    def _names(self, photo: str, owner: str) -> Iterator[str]:
        if _HASH.fullmatch(photo):
            for folder in self._folders(owner):
                yield f"{folder}/{photo}"

    def _folders(self, owner: str) -> Iterator[str]:
        yield self._folder(owner)
        if not owner.startswith(_CASE):
            yield self._folder(owner, before=_DAY)

    def _folder(self, owner: str, *, before: timedelta = timedelta()) -> str:
        """Spread cases by the end of their ids, which is chance; all the rest lies by days."""
        if not _OWNER.fullmatch(owner):
            message = f"neither a case nor a handle owns photos: {owner[:20]}"
            raise ValueError(message)
        if owner.startswith(_CASE):
            number = owner.removeprefix(_CASE)
            return f"{_CASES}/{number[-2:]}/{number[-4:-2]}/{number}"
        return f"{_COMING}/{self._now() - before:%Y-%m-%d}/{owner}"


def not_kept(photo: str) -> Refused:
    """Give the refusal of a hash under which nothing is kept."""
    reason = "No photo is kept here under this hash: it was not sent yet, or it was erased."
    return Refused("photo-not-kept", reason, photo=photo[:64])


def damaged(photo: str) -> Refused:
    """Give the refusal of a photo that is not what was put."""
    reason = "This photo was changed where it is kept. Do not rely on it; tell the operator."
    return Refused("photo-damaged", reason, photo=photo)
