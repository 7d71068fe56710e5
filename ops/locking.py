"""Who holds the lock of the embedded database, as Linux tells it."""

from __future__ import annotations

import os
from pathlib import Path

from domain.kernel.refusals import Refused


def named_holder(refusal: Refused) -> Refused:
    """Add to ``writer-busy`` which process it is, where the system tells."""
    guard = refusal.facts.get("guard")
    if refusal.code != "writer-busy" or not isinstance(guard, str):
        return refusal
    process = holder(Path(guard))
    if process is None:
        return refusal
    reason = (
        f"Process {process} ({_called(process)}) writes to this database. Stop it first, or do this"
        " through the server that it is."
    )
    return Refused(refusal.code, reason, **{**refusal.facts, "process": process})


def holder(path: Path) -> int | None:
    """Give the process that holds a lock on a file; None when none does or nobody can tell."""
    try:
        inode = path.stat().st_ino
        lines = Path("/proc/locks").read_text("ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        fields = line.split()
        if fields[1] == "->":  # waits for a lock
            continue
        if fields[1] == "FLOCK" and int(fields[5].rpartition(":")[2]) == inode:
            return int(fields[4])
    return None


def _called(process: int) -> str:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "unknown"
    return " ".join(os.path.basename(word.decode("utf-8", "replace")) for word in words[:4] if word)  # noqa: PTH119


def must_not_be_held(database: str) -> None:
    """Refuse ``writer-busy`` when another process writes to a SQLite database."""
    guard = Path(f"{os.path.realpath(database)}.writer")
    process = holder(guard) if guard.exists() else None
    if process is not None:
        raise named_holder(Refused("writer-busy", "Another process writes.", guard=str(guard)))
