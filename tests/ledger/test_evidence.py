"""Photos: sealed for their case, found by their hash, and gone with the case's key."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest

from domain.kernel.refusals import Refused
from ledger.blobs import FolderBlobs
from ledger.evidence import NoPhotos, SealedPhotos
from ledger.fences import Fence
from ledger.vault import Vault
from tests.vaults import a_key_store

PICTURE = b"\xff\xd8 a picture of Wang Xiaoming"
SENDER = "p-wang"
DAY = timedelta(days=1)


class Album:
    """Sealed photos in a folder, with a clock that is moved by hand."""

    def __init__(self, folder):
        self.at = datetime(2026, 11, 16, 9, tzinfo=UTC)
        self.keys = a_key_store(folder / "keys.sqlite")
        self.blobs = FolderBlobs(folder / "evidence")
        vault = Vault(self.keys, fresh_for=0)
        self.photos = SealedPhotos(self.blobs, vault, now=lambda: self.at)
        self.case = f"case:{uuid4()}"

    def sent(self, content=PICTURE):
        return self.photos.take_in(content, by=SENDER)

    def kept(self, content=PICTURE):
        photo = self.sent(content)
        self.photos.keep(photo, by=SENDER, of=self.case)
        return photo

    def files(self):
        return [path for path in self.blobs.folder.rglob("*") if path.is_file()]


@pytest.fixture
def album(tmp_path):
    return Album(tmp_path)


def code(order, *given, **named):
    with pytest.raises(Refused) as refusal:
        order(*given, **named)
    return refusal.value.code


def test_a_photo_of_a_case_is_found_by_its_hash(album):
    photo = album.kept()

    assert photo == sha256(PICTURE).hexdigest()
    assert album.photos.get(photo, of=album.case) == PICTURE
    assert [path.parent.name for path in album.files()] == [album.case.removeprefix("case:")]


def test_no_photo_lies_readable_on_the_disk(album):
    album.sent(), album.kept()

    assert not any(b"picture" in path.read_bytes() for path in album.files())
    assert {path.stat().st_mode & 0o777 for path in album.files()} == {0o600}


def test_the_same_photo_of_two_cases_is_kept_for_each(album):
    album.kept()
    album.case = f"case:{uuid4()}"
    photo = album.kept()
    album.photos.forget(album.case)

    assert not album.photos.has(photo, of=album.case)
    assert len(album.files()) == 1


def test_a_photo_goes_to_its_case_once(album):
    album.kept()
    album.kept()

    assert len(album.files()) == 1


def test_nobody_gets_a_photo_that_somebody_else_sent(album):
    photo = album.sent()

    assert code(album.photos.keep, photo, by="p-li", of=album.case) == "photo-not-kept"
    assert code(album.photos.get, photo, of=album.case) == "photo-not-kept"


def test_what_came_to_no_case_is_deleted_the_day_after_the_next(album):
    photo = album.sent()
    album.at += DAY
    early, there = album.photos.sweep(), album.photos.has(photo, of=SENDER)
    album.at += DAY

    assert (early, there, album.photos.sweep()) == (0, True, 1)
    assert list(album.blobs.folder.rglob("*")) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64, "\0" * 64])
def test_what_is_not_there_is_refused(album, name):
    assert not album.photos.has(name, of=album.case)
    assert code(album.photos.get, name, of=album.case) == "photo-not-kept"


@pytest.mark.parametrize("owner", ["case:../../etc", "wang", "", "case:"])
def test_only_cases_and_people_own_photos(album, owner):
    with pytest.raises(ValueError, match="owns"):
        album.photos.take_in(PICTURE, by=owner)


@pytest.mark.parametrize("change", [lambda sealed: sealed[:-1] + b"x", lambda sealed: sealed[:9]])
def test_a_photo_that_was_changed_is_noticed(album, change):
    photo = album.kept()
    (file,) = album.files()
    file.write_bytes(change(file.read_bytes()))

    assert code(album.photos.get, photo, of=album.case) == "photo-damaged"


def test_a_photo_put_where_another_was_does_not_open(album):
    photo, other = album.kept(), album.kept(b"another")
    names = list(album.blobs.below("cases"))
    first, second = (album.blobs.folder / name for name in sorted(names))
    first.write_bytes(second.read_bytes())

    assert code(album.photos.get, min(photo, other), of=album.case) == "photo-damaged"


def test_a_folder_restored_from_a_backup_opens_no_photo_of_an_erased_case(album):
    photo = album.kept()
    (file,) = album.files()
    backup = file.read_bytes()
    fence = Fence(album.case, 1, album.keys.life(album.case).fingerprint, 1, 1)
    album.keys.destroy([fence])
    album.photos.forget(album.case)
    gone = album.files()
    file.parent.mkdir(parents=True)
    file.write_bytes(backup)

    assert gone == []
    assert code(album.photos.get, photo, of=album.case) == "photo-not-kept"


def test_nothing_new_is_kept_of_an_erased_case(album):
    album.kept()
    album.keys.destroy([Fence(album.case, 1, album.keys.life(album.case).fingerprint, 1, 1)])
    album.photos.forget(album.case)

    assert code(album.photos.keep, album.sent(), by=SENDER, of=album.case) == "person-erased"


def test_a_write_that_fails_leaves_nothing(album, monkeypatch):
    def fail(_descriptor):
        raise OSError(28, "No space left on device")

    album.keys.to_seal([SENDER])
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        album.sent()

    assert album.files() == []


def test_a_rehearsal_keeps_nothing():
    photos = NoPhotos()
    photo = photos.take_in(PICTURE, by=SENDER)

    assert not photos.has(photo, of=SENDER)
    assert code(photos.get, "0" * 64, of=SENDER) == "photo-not-kept"
    assert (photos.forget(SENDER), photos.sweep()) == (0, 0)
