"""Ask whether a known weakness stands in the locks (pip-audit, against the advisories of PyPI).

``python -m deploy.audit`` ends with 0 when every package was looked up and none is known to be
weak, with 1 when one is, and with 2 when that could not be found out: nothing is said to be clean
that was not looked up. ``--unless-offline`` turns that 2 into 0, and says all the same that
nothing was checked: for builds that have no way out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent / "requirements-test.lock"
CLEAN, WEAK, NOT_CHECKED = 0, 1, 2
UNLESS_OFFLINE = "--unless-offline"
_SECONDS = 300
_COMMAND = ("-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off")


def asked(lock: Path = LOCK) -> Mapping[str, Any] | None:
    """Look every package of the lock up; None where no answer came."""
    words = [sys.executable, *_COMMAND, "--timeout", "10", "--format", "json", "-r", str(lock)]
    try:
        told = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS, check=False)
        found: Mapping[str, Any] = json.loads(told.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return found


def judged(told: Mapping[str, Any] | None) -> tuple[int, list[str]]:
    """Give the status and what to say of it."""
    packages: Sequence[Mapping[str, Any]] = told["dependencies"] if told else ()
    weak = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {_mended(flaw)}"
        for one in packages
        for flaw in one.get("vulns", ())
    ]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    if weak:
        return WEAK, ["Known weaknesses:", *weak, "Renew the locks (CONTRIBUTING, Dependencies)."]
    if not packages or unknown:
        count = f"{len(unknown)} of {len(packages)} packages" if packages else "The packages"
        return NOT_CHECKED, [
            f"NOT CHECKED: {count} could not be looked up, as the advisories cannot be reached.",
            "Run it again where the advisories answer; this says nothing about the locks.",
        ]
    return CLEAN, [f"{len(packages)} packages were looked up; no weakness of theirs is known."]


def main(arguments: Sequence[str]) -> int:
    """Ask, say, and give the status."""
    status, lines = judged(asked())
    sys.stdout.write("\n".join(lines) + "\n")
    return CLEAN if status == NOT_CHECKED and UNLESS_OFFLINE in arguments else status


def _mended(flaw: Mapping[str, Any]) -> str:
    return ", ".join(flaw.get("fix_versions", ())) or "no release yet"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
