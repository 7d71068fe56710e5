"""How long a password is looked for in a list of breached ones, in the form of Have I Been Pwned.

    python -m bench.breached --lines 1000000

The list is made of numbered words, so that half of what is asked stands in it. The file lies in
the page cache, as it was just written: a list of 40 GB on a disk costs its seeks besides.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from hashlib import sha1
from pathlib import Path

from web.account.breached import BreachedPasswords

ASKED = 20_000


def main() -> None:
    """Make a list, ask, and print one line."""
    given = argparse.ArgumentParser()
    given.add_argument("--lines", type=int, default=1_000_000)
    lines = given.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        path = a_list(Path(folder), lines=lines)
        megabytes = path.stat().st_size / 1e6
        began = time.perf_counter()
        listed = BreachedPasswords(path)
        opened = time.perf_counter() - began
        began = time.perf_counter()
        numbers = range(0, 2 * lines, max(1, 2 * lines // ASKED))
        found = sum(listed.holds(f"nr {number}") for number in numbers)
        each = (time.perf_counter() - began) / len(numbers)
    print(
        f"{lines:,} lines, {megabytes:.0f} MB: opened in {opened * 1e3:.0f} ms,"
        f" {each * 1e6:.0f} µs a password ({found:,} of {len(numbers):,} found)"
    )


def a_list(folder: Path, *, lines: int) -> Path:
    """Write a list of ``nr 0`` and so on; give its path."""
    path = folder / "pwnedpasswords.txt"
    hashes = sorted(
        sha1(f"nr {number}".encode(), usedforsecurity=False).hexdigest().upper()
        for number in range(lines)
    )
    with path.open("w", encoding="ascii", newline="\r\n") as file:
        file.writelines(f"{one}:{nth % 9 + 1}\n" for nth, one in enumerate(hashes))
    return path


if __name__ == "__main__":
    main()
