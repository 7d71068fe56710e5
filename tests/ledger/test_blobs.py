"""Blobs: a folder and an S3-compatible store keep the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from domain.kernel.refusals import Refused
from ledger.blobs import Blobs, FolderBlobs
from ledger.evidence import SealedPhotos
from ledger.s3 import S3Blobs
from ledger.vault import Vault
from tests.vaults import a_key_store

NAME = "cases/ab/cd/1f/0a"


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    """A server that speaks S3 over HTTP, on a port of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(s3_address, monkeypatch) -> S3Blobs:
    given = {"ENDPOINT_URL_S3": s3_address, "REGION": "us-east-1"}
    given |= {"ACCESS_KEY_ID": "city", "SECRET_ACCESS_KEY": "secret"}
    for name, value in given.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"photos-{uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    return S3Blobs(f"s3://{bucket}/gridward")


@pytest.fixture(params=["folder", "s3"])
def blobs(request, tmp_path) -> Blobs:
    if request.param == "folder":
        return FolderBlobs(tmp_path / "evidence")
    found: S3Blobs = request.getfixturevalue("s3")
    return found


def test_what_is_put_is_there_until_it_is_dropped(blobs):
    blobs.put(NAME, b"sealed")
    there = blobs.has(NAME), blobs.get(NAME)
    blobs.drop(NAME)
    blobs.drop(NAME)

    assert there == (True, b"sealed")
    assert (blobs.has(NAME), blobs.get(NAME)) == (False, None)


def test_what_is_there_is_never_written_over(blobs):
    blobs.put(NAME, b"first")
    blobs.put(NAME, b"second")

    assert blobs.get(NAME) == b"first"


def test_a_folder_is_listed_with_what_lies_below_it(blobs):
    names = ["cases/ab/1/x", "cases/ab/1/y", "cases/ab/12/z"]
    for name in names:
        blobs.put(name, name.encode())

    assert list(blobs.below("cases/ab/1")) == names[:2]
    assert sorted(blobs.below("cases")) == names
    assert list(blobs.below("coming")) == []


def test_photos_of_a_case_are_sealed_and_forgotten(blobs, tmp_path):
    vault = Vault(a_key_store(tmp_path / "keys.sqlite"))
    photos = SealedPhotos(blobs, vault, now=lambda: datetime(2026, 11, 16, tzinfo=UTC))
    case = f"case:{uuid4()}"
    photo = photos.take_in(b"a face", by="p-wang")
    photos.keep(photo, by="p-wang", of=case)
    (name,) = blobs.below("cases")
    sealed = blobs.get(name) or b""

    assert photos.get(photo, of=case) == b"a face"
    assert b"a face" not in sealed
    assert (photos.forget(case), list(blobs.below("cases"))) == (1, [])


def test_a_bucket_that_keeps_versions_keeps_none_of_what_was_dropped(s3):
    client = boto3.client("s3")
    versions = {"Status": "Enabled"}
    client.put_bucket_versioning(Bucket=s3.bucket, VersioningConfiguration=versions)
    s3.put(NAME, b"sealed")
    s3.put(f"{NAME}0", b"another")
    s3.drop(NAME)

    left = client.list_object_versions(Bucket=s3.bucket)
    assert [one["Key"] for one in left["Versions"]] == [f"gridward/{NAME}0"]
    assert "DeleteMarkers" not in left


def test_a_store_that_is_away_is_named_in_a_refusal(s3, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    away = S3Blobs(f"s3://{s3.bucket}/gridward")
    missing = S3Blobs("s3://no-such-bucket/gridward")

    orders = (lambda: away.get(NAME), lambda: missing.put(NAME, b""), lambda: [*away.below("x")])
    for order in orders:
        with pytest.raises(Refused) as refusal:
            order()
        assert refusal.value.code == "evidence-away"


@pytest.mark.parametrize("address", ["s3://", "s3://bucket?x=1", "http://bucket/x", "evidence"])
def test_an_address_that_names_no_bucket_is_refused(address):
    with pytest.raises(Refused) as refusal:
        S3Blobs(address)

    assert refusal.value.code == "invalid-setting"
