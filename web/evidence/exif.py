"""EXIF: the few words of it that a case needs, read from at most 64 KB and never copied on.

After CIPA DC-008 (Exif 2.32). Only fixed places of known length are read: a directory whose
entries all point at one large text costs nothing.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from domain.kernel.moments import in_utc
from domain.kernel.places import Place
from domain.kernel.refusals import Refused

_ORIENTATION, _EXIF_PART, _GPS_PART = 0x0112, 0x8769, 0x8825
_TAKEN, _OFFSET = 0x9003, 0x9011
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4
_TEXT, _SHORT, _LONG, _RATIONAL = 2, 3, 4, 5
_MOST_ENTRIES = 400
_MOST_TEXT = 32
_MICRO = 1_000_000
_WAYS_UP = range(1, 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the camera said: which side is up (1 to 8), when in UTC, where."""

    orientation: int = 1
    taken_at: datetime | None = None
    place: Place | None = None


def said_by(exif: bytes, zone: tzinfo) -> Said:
    """Read it; what is missing, broken or absurd was not said. A time without zone is of ``zone``.

    >>> said_by(b"no EXIF at all", UTC)
    Said(orientation=1, taken_at=None, place=None)
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return Said()
    reading = _Reading(exif, order)
    first = reading.part(4)
    camera, gps = reading.below(first, _EXIF_PART), reading.below(first, _GPS_PART)
    turned = reading.number(first.get(_ORIENTATION))
    return Said(
        orientation=turned if turned in _WAYS_UP else 1,
        taken_at=_moment(reading.text(camera.get(_TAKEN)), reading.text(camera.get(_OFFSET)), zone),
        place=_place(reading, gps),
    )


_Entry = tuple[int, int, int]
"""Kind, count, and where the value stands."""


class _Reading:
    """Reads numbers at places that are checked to lie inside."""

    def __init__(self, exif: bytes, order: str) -> None:
        self._exif = exif
        self._order = order

    def _at(self, form: str, place: int) -> tuple[int, ...]:
        form = self._order + form
        if place < 0 or place + struct.calcsize(form) > len(self._exif):
            return ()
        return struct.unpack_from(form, self._exif, place)

    def part(self, place: int) -> Mapping[int, _Entry]:
        """Read the directory that an offset points at."""
        (begin, *_) = self._at("I", place) or (0,)
        (count, *_) = self._at("H", begin) or (0,) if begin else (0,)
        found: dict[int, _Entry] = {}
        for number in range(min(count, _MOST_ENTRIES)):
            entry = begin + 2 + number * 12
            if named := self._at("HHI", entry):
                tag, kind, values = named
                found.setdefault(tag, (kind, values, entry + 8))
        return found

    def below(self, part: Mapping[int, _Entry], tag: int) -> Mapping[int, _Entry]:
        """Read the directory that an entry names."""
        entry = part.get(tag)
        return self.part(entry[2]) if entry and entry[0] == _LONG else {}

    def number(self, entry: _Entry | None) -> int:
        """Read a short number; 0 where there is none."""
        found = self._at("H", entry[2]) if entry and entry[0] == _SHORT else ()
        return found[0] if found else 0

    def text(self, entry: _Entry | None) -> str:
        """Read a short text; empty where there is none."""
        if not entry or entry[0] != _TEXT or not 0 < entry[1] <= _MOST_TEXT:
            return ""
        (place, *_) = (self._at("I", entry[2]) or (0,)) if entry[1] > _INLINE else (entry[2],)
        found = self._exif[place : place + entry[1]]
        return found.split(b"\0")[0].decode("ascii", "replace").strip()

    def degrees_e6(self, entry: _Entry | None) -> int | None:
        """Read degrees, minutes and seconds as whole micro-degrees."""
        if not entry or entry[0] != _RATIONAL or entry[1] != _SEXAGESIMAL:
            return None
        found = self._at("6I", (self._at("I", entry[2]) or (-1,))[0])
        if not found or 0 in found[1::2]:
            return None
        degrees, minutes, seconds = (
            over / under for over, under in zip(found[::2], found[1::2], strict=True)
        )
        return round((degrees + minutes / 60 + seconds / 3600) * _MICRO)


_INLINE = 4
_SEXAGESIMAL = 3


def _moment(text: str, offset: str, zone: tzinfo) -> datetime | None:
    try:
        local = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # its zone follows
    except ValueError:
        return None
    try:
        told = datetime.strptime(offset.replace("Z", "+00:00"), "%z").tzinfo if offset else zone
    except ValueError:
        told = zone
    try:
        return in_utc(local.replace(tzinfo=told))
    except Refused:  # a camera whose clock was never set
        return None


def _place(reading: _Reading, gps: Mapping[int, _Entry]) -> Place | None:
    lat, lon = reading.degrees_e6(gps.get(_LAT)), reading.degrees_e6(gps.get(_LON))
    if lat is None or lon is None or (lat, lon) == (0, 0):
        return None
    lat = -lat if reading.text(gps.get(_LAT_REF)) == "S" else lat
    lon = -lon if reading.text(gps.get(_LON_REF)) == "W" else lon
    inside = abs(lat) <= 90 * _MICRO and abs(lon) <= 180 * _MICRO
    return Place(lon_e6=lon, lat_e6=lat) if inside else None
