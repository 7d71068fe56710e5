"""The library's cases for recorders, imported without the cipher that none of them uses."""

import sys
from types import ModuleType
from unittest.mock import patch

# eventsourcing.cipher needs pycryptodome, which we do not install: our bodies are plain JSON.
_no_cipher = ModuleType("eventsourcing.cipher")
_no_cipher.AESCipher = object  # type: ignore[attr-defined]

with patch.dict(sys.modules):
    sys.modules["eventsourcing.cipher"] = _no_cipher
    from eventsourcing.tests.persistence import (
        ApplicationRecorderTestCase,
        NonInterleavingNotificationIDsBaseCase,
        ProcessRecorderTestCase,
        TrackingRecorderTestCase,
    )

__all__ = [
    "ApplicationRecorderTestCase",
    "NonInterleavingNotificationIDsBaseCase",
    "ProcessRecorderTestCase",
    "TrackingRecorderTestCase",
]
