"""Evidence in a folder: kept by its hash, whole or not at all, and compared when it is read."""

from hashlib import sha256

import pytest

from domain.kernel.refusals import Refused
from ledger.evidence import FolderPhotos, NoPhotos

PICTURE = b"\xff\xd8 a picture"


@pytest.fixture
def photos(tmp_path):
    return FolderPhotos(tmp_path / "evidence")


def code(order, *given):
    with pytest.raises(Refused) as refusal:
        order(*given)
    return refusal.value.code


def test_what_is_put_is_found_by_its_hash(photos):
    kept = photos.put(PICTURE)

    assert kept == sha256(PICTURE).hexdigest()
    assert photos.get(kept) == PICTURE
    assert (photos.folder / kept[:2] / kept[2:4] / kept).is_file()


def test_the_same_is_kept_once(photos):
    assert photos.put(PICTURE) == photos.put(PICTURE)
    assert len([path for path in photos.folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64, "\0" * 64])
def test_what_is_not_there_is_refused(photos, name):
    assert not photos.has(name)
    assert code(photos.get, name) == "photo-not-kept"


def test_a_photo_that_was_changed_is_noticed(photos):
    kept = photos.put(PICTURE)
    (photos.folder / kept[:2] / kept[2:4] / kept).write_bytes(b"another")

    assert code(photos.get, kept) == "photo-damaged"


def test_a_write_that_fails_leaves_nothing(photos, monkeypatch):
    def fail(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space"):
        photos.put(PICTURE)

    assert [path for path in photos.folder.rglob("*") if path.is_file()] == []


def test_a_rehearsal_keeps_nothing():
    photos = NoPhotos()

    assert not photos.has(photos.put(PICTURE))
    assert code(photos.get, "0" * 64) == "photo-not-kept"
