"""Containers of pictures, rebuilt from the parts that draw something; all others are left out.

Written from the formats' own texts: ITU T.81 (JPEG), the W3C's PNG (third edition), RFC 9649
(WebP). A decoder never sees what a container carries besides: no EXIF, no profiles, no texts, no
second picture, nothing after the end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from domain.kernel.refusals import Refused
from web.evidence.limits import LONGEST_EXIF, MOST_CHUNKS, MOST_SCANS

Format = Literal["JPEG", "PNG", "WEBP"]

_EXIF = b"Exif\0\0"
_PNG = b"\x89PNG\r\n\x1a\n"
_SCAN, _APP_EXIF, _APP_ADOBE, _QUANTS, _HUFFMAN, _RESTARTS = 0xDA, 0xE1, 0xEE, 0xDB, 0xC4, 0xDD
_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
_FRAMES = (_BASELINE, _EXTENDED, _PROGRESSIVE)
_DRAWING = frozenset({*_FRAMES, _QUANTS, _HUFFMAN, _RESTARTS, 0xE0, _APP_ADOBE})
_SKIPPED = frozenset({*range(0xE1, 0xF0), 0xFE})
_EIGHT_BITS = 8
_VP8_START, _VP8L_START = b"\x9d\x01\x2a", 0x2F


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A picture's bytes without what draws nothing, its size in pixels, and its EXIF apart.

    ``whole`` when it can only be laid out whole in memory.
    """

    format: Format
    content: bytes
    width: int
    height: int
    exif: bytes = b""
    whole: bool = True


def container_of(content: bytes) -> Container:
    """Take a picture apart by its first bytes, whatever it calls itself.

    Refuses ``photo-empty``, ``photo-wrong-type``, ``photo-unreadable`` and ``photo-animated``.
    """
    if not content:
        raise Refused("photo-empty", "The photo is empty. Take it again and send it.")
    try:
        if content.startswith(b"\xff\xd8\xff"):
            found = _jpeg(content)
        elif content.startswith(_PNG):
            found = _png(content)
        elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            found = _webp(content)
        else:
            reason = "This is no picture that can be kept. Send a JPEG, PNG or WebP."
            raise Refused("photo-wrong-type", reason)
    except (struct.error, IndexError):
        raise unreadable() from None
    if found.width < 1 or found.height < 1:
        raise unreadable()
    return found


def unreadable() -> Refused:
    """Give the refusal of a picture that breaks off or breaks its format's rules."""
    reason = "The photo cannot be read: it breaks off or is damaged. Take it again and send it."
    return Refused("photo-unreadable", reason)


def _animated() -> Refused:
    return Refused("photo-animated", "This picture moves. Send a still photo.")


def _jpeg(content: bytes) -> Container:
    if content.count(b"\xff\xda") > MOST_SCANS:
        raise unreadable()
    kept, exif, size, frame = [b"\xff\xd8"], b"", (0, 0), 0
    for marker, start, end in _segments(content):
        body = content[start:end]
        if marker in _FRAMES:
            if frame or body[2] != _EIGHT_BITS:
                raise unreadable()
            frame, size = marker, struct.unpack(">HH", body[3:7])
        if marker == _APP_EXIF and not exif and body[2:8] == _EXIF:
            exif = body[8:]
        if marker == _SCAN:
            kept.append(content[start - 2 :])
        elif marker in _DRAWING:
            kept.append(content[start - 2 : end])
        elif marker not in _SKIPPED:
            raise unreadable()
    height, width = size
    return Container(
        format="JPEG",
        content=b"".join(kept),
        width=width,
        height=height,
        exif=exif,
        whole=frame == _PROGRESSIVE,
    )


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Give marker, begin and end of each segment up to the first scan."""
    at = 2
    while True:
        if content[at] != 0xFF:  # noqa: PLR2004  # every marker begins so
            raise unreadable()
        while content[at] == 0xFF:  # noqa: PLR2004  # fill bytes
            at += 1
        marker, start = content[at], at + 1
        (length,) = struct.unpack_from(">H", content, start)
        if length < 2 or start + length > len(content):  # noqa: PLR2004  # it counts itself
            raise unreadable()
        at = start + length
        yield marker, start, at
        if marker == _SCAN:
            return


def _png(content: bytes) -> Container:
    kept, exif, size = [_PNG], b"", (0, 0)
    for number, (name, start, end) in enumerate(_chunks(content)):
        if (number == 0) != (name == b"IHDR"):
            raise unreadable()
        if number == 0:
            size = struct.unpack_from(">II", content, start + 8)
        if name == b"acTL":
            raise _animated()
        if name == b"eXIf" and end - start <= LONGEST_EXIF:
            exif = content[start + 8 : end - 4]
        if name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):
            kept.append(content[start:end])
    width, height = size
    return Container(format="PNG", content=b"".join(kept), width=width, height=height, exif=exif)


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Give name, begin and end of each chunk, up to the last."""
    at = len(_PNG)
    for _ in range(MOST_CHUNKS):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + length + 12
        if end > len(content):
            raise unreadable()
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise unreadable()


def _webp(content: bytes) -> Container:
    (declared,) = struct.unpack_from("<I", content, 4)
    whole = content[: 8 + declared]
    exif, alpha, drawn = b"", b"", (b"", b"")
    for name, body in _riff(whole):
        if name in (b"ANIM", b"ANMF") or (name == b"VP8X" and body[0] & 0x02):
            raise _animated()
        if name == b"EXIF" and len(body) <= LONGEST_EXIF:
            exif = body.removeprefix(_EXIF)
        elif name == b"ALPH":
            alpha = body
        elif name in (b"VP8 ", b"VP8L"):
            # EXIF stands behind the picture, so the search goes on.
            drawn = (name, body)
    name, body = drawn
    if not name:
        raise unreadable()
    width, height = _vp8_size(body) if name == b"VP8 " else _vp8l_size(body)
    rebuilt = _rebuilt(name, body, alpha if name == b"VP8 " else b"", width, height)
    return Container(format="WEBP", content=rebuilt, width=width, height=height, exif=exif)


def _riff(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, number = 12, 0
    while at + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        number += 1
        if at + 8 + length > len(content) or number > MOST_CHUNKS:
            raise unreadable()
        yield name, content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _vp8_size(body: bytes) -> tuple[int, int]:
    if body[3:6] != _VP8_START or body[0] & 1:
        raise unreadable()
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _vp8l_size(body: bytes) -> tuple[int, int]:
    if body[0] != _VP8L_START:
        raise unreadable()
    (bits,) = struct.unpack_from("<I", body, 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _rebuilt(name: bytes, body: bytes, alpha: bytes, width: int, height: int) -> bytes:
    inner = _part(name, body)
    if alpha:
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        inner = _part(b"VP8X", b"\x10\0\0\0" + size) + _part(b"ALPH", alpha) + inner
    return b"RIFF" + struct.pack("<I", len(inner) + 4) + b"WEBP" + inner


def _part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
