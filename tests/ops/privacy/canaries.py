"""Canaries: made-up personal data that can be found again in any file, however they are written."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path

# Each kind begins with a mark that stands nowhere else in the city, so that one search finds all.
MARKS = {
    "name": "龘龗爨灥",
    "phone": "19998887",
    "id number": "12010119000131",
    "address": "灪麤籲路",
}
_WHOLE = 3


def canaries(count: int) -> list[dict[str, str]]:
    """So many people, each with a name, a phone, an id number and an address."""
    return [
        {
            "name": f"{MARKS['name']}{nth}",
            "phone": f"{MARKS['phone']}{nth:03}",
            "id number": f"{MARKS['id number']}{nth:04}",
            "address": f"{MARKS['address']}{nth}号",
        }
        for nth in range(count)
    ]


def forms(mark: str) -> Iterator[bytes]:
    """A mark in UTF-8, GBK, base64 at each offset, hex, and escaped in JSON."""
    for plain in {mark.encode(), mark.encode("gbk")}:
        yield plain
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        for offset in range(_WHOLE):
            written = b64encode(bytes(offset) + plain)
            # The letters at both ends depend on what stands beside it.
            yield written[-(-offset * 4 // 3) : len(written) - 4]
    yield json.dumps(mark)[1:-1].encode()


def found_in(files: Iterable[Path]) -> list[tuple[str, str]]:
    """Which kind stands in which file."""
    marks = [(kind, form) for kind, mark in MARKS.items() for form in set(forms(mark))]
    return sorted(
        {
            (kind, path.name)
            for path in files
            if path.is_file()
            for content in [path.read_bytes()]
            for kind, form in marks
            if form in content
        }
    )
