"""Blobs in an S3-compatible store (AWS, MinIO, Ceph, a cloud's own), instead of a folder.

Address, region and credentials are what every S3 program reads: ``AWS_ENDPOINT_URL_S3``,
``AWS_DEFAULT_REGION``, ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY`` or their files. What is
put is sealed already: the store sees names, sizes and days, and no picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from domain.kernel.refusals import Refused

SCHEME = "s3"
_MISSING = frozenset({"404", "NoSuchKey"})
_THERE = frozenset({"412", "PreconditionFailed"})
_QUICKLY = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 3})


class S3Blobs:
    """Objects below a prefix of a bucket. Thread-safe, as the client is."""

    def __init__(self, address: str) -> None:
        """Take ``s3://bucket/prefix``; nothing is sent yet. Refuses ``invalid-setting``."""
        told = urlsplit(address)
        if told.scheme != SCHEME or not told.netloc or told.query:
            reason = "Write GRIDWARD_EVIDENCE as a folder or as s3://bucket/prefix."
            raise Refused("invalid-setting", reason)
        self.bucket = told.netloc
        self.prefix = f"{told.path.strip('/')}/".lstrip("/")
        with _reached(told.netloc):
            self._client: Any = boto3.client("s3", config=_QUICKLY)

    def put(self, name: str, content: bytes) -> None:
        """Put it on the condition that nothing is there: what is there stays."""
        with _reached(self.bucket, passing=_THERE):
            self._client.put_object(**self._at(name), Body=content, IfNoneMatch="*")

    def get(self, name: str) -> bytes | None:
        """Read it; the client compares the checksum that the store kept with it."""
        found: list[bytes] = []
        with _reached(self.bucket, passing=_MISSING):
            answer = self._client.get_object(**self._at(name), ChecksumMode="ENABLED")
            found.append(answer["Body"].read())
        return found[0] if found else None

    def has(self, name: str) -> bool:
        """Ask for its head."""
        found: object = None
        with _reached(self.bucket, passing=_MISSING):
            found = self._client.head_object(**self._at(name))
        return found is not None

    def drop(self, name: str) -> None:
        """Delete it, and every version of it where the bucket keeps versions."""
        with _reached(self.bucket):
            listed = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self.bucket, Prefix=self.prefix + name
            )
            for page in listed:
                for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                    if one["Key"] == self.prefix + name:
                        self._client.delete_object(**self._at(name), VersionId=one["VersionId"])

    def below(self, folder: str) -> Iterator[str]:
        """List what lies below a folder, page by page."""
        with _reached(self.bucket):
            listed = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.prefix}{folder}/"
            )
            for page in listed:
                for one in page.get("Contents", ()):
                    yield one["Key"].removeprefix(self.prefix)

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + name}


@contextmanager
def _reached(bucket: str, *, passing: frozenset[str] = frozenset()) -> Iterator[None]:
    """Let pass what is an answer like another; refuse ``evidence-away`` for all the rest."""
    try:
        yield
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        if code not in passing:
            raise _away(bucket, code) from error
    except BotoCoreError as error:
        raise _away(bucket, type(error).__name__) from error


def _away(bucket: str, code: str) -> Refused:
    reason = (
        f"The store of photos does not answer as it should ({code}). Everything else goes on;"
        " try again later, and tell the operator."
    )
    return Refused("evidence-away", reason, bucket=bucket, answer=code)
