"""A picture made harmless: decoded by one thread at a time, drawn anew, everything else dropped."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageFilter

from domain.kernel.refusals import Refused
from web.evidence.containers import Container, container_of, unreadable
from web.evidence.exif import Said, said_by
from web.evidence.limits import (
    LONGEST_PHOTO,
    LONGEST_SIDE,
    MOST_PIXELS,
    MOST_PIXELS_CLEAR,
    MOST_PIXELS_WEBP,
    MOST_PIXELS_WHOLE,
    QUALITY,
    SECONDS_TO_WAIT,
    THUMB_SIDE,
)

if TYPE_CHECKING:
    from datetime import tzinfo

Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_TURN = Image.Transpose
_TURNS = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}
# What Pillow raises for a broken file: its documentation names no single class.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError)
_BROKEN_BELOW = (struct.error, zlib.error, OverflowError, Image.DecompressionBombError)
_MOSAIC = 8
_SIXTEEN_TO_EIGHT = 1 / 256
_one_at_a_time = BoundedSemaphore()


class Rectangle(NamedTuple):
    """A part of a picture, in its own pixels from the upper left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture drawn anew as JPEG, what its camera said, and the hex SHA-256 of what was sent."""

    jpeg: bytes
    width: int
    height: int
    original: str
    said: Said


def drawn_anew(content: bytes, zone: tzinfo) -> Drawn:
    """Make a picture that was sent harmless; ``zone`` is that of a camera that names none.

    Refuses ``photo-too-large``, ``photo-too-many-pixels``, what ``container_of`` refuses, and
    ``too-busy`` when the pictures before it take too long.
    """
    if len(content) > LONGEST_PHOTO:
        raise too_large()
    original, inside = sha256(content).hexdigest(), container_of(content)
    _must_fit(inside, _most_pixels(inside))
    said = said_by(inside.exif, zone)
    with _alone():
        image = _shrunk(inside)
        if said.orientation in _TURNS:
            image = image.transpose(_TURNS[said.orientation])
        jpeg = _written(image)
    return Drawn(jpeg=jpeg, width=image.width, height=image.height, original=original, said=said)


def thumb_of(jpeg: bytes) -> bytes:
    """Draw a kept photo small."""
    with _alone(), Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
        image.thumbnail((THUMB_SIDE, THUMB_SIDE))
        return _written(image)


def blurred(jpeg: bytes, rectangles: Sequence[Rectangle]) -> tuple[bytes, int]:
    """Make parts of a kept photo unreadable for good; give it, and how many parts lay inside.

    A part is first reduced to a mosaic of at most 8 squares a side, so that nothing can be
    sharpened out of it, and then softened.
    """
    parts = 0
    with _alone(), Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
        image.load()
        for one in rectangles:
            box = _inside(one, image.width, image.height)
            if box[0] < box[2] and box[1] < box[3]:
                image.paste(_mosaic(image.crop(box)), box[:2])
                parts += 1
        return _written(image), parts


def too_large() -> Refused:
    """Give the refusal of a file that is too long."""
    most = LONGEST_PHOTO // (1024 * 1024)
    reason = f"The photo is too large: at most {most} MB. Take it at a lower resolution."
    return Refused("photo-too-large", reason, most_bytes=LONGEST_PHOTO)


@contextmanager
def _alone() -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=SECONDS_TO_WAIT):
        reason = "Many photos arrived at once. Nothing was recorded: send it again in a minute."
        raise Refused("too-busy", reason)
    try:
        yield
    finally:
        _one_at_a_time.release()


def _must_fit(inside: Container, most: int) -> None:
    if inside.width * inside.height > most:
        reason = (
            f"The photo has {inside.width} x {inside.height} pixels; at most {most // 1_000_000}"
            " million of this kind are read. Take it at a lower resolution."
        )
        raise Refused("photo-too-many-pixels", reason, most=most)


def _most_pixels(inside: Container) -> int:
    if inside.format == "WEBP":
        return MOST_PIXELS_WEBP
    return MOST_PIXELS_WHOLE if inside.whole else MOST_PIXELS


def _shrunk(inside: Container) -> Image.Image:
    """Decode at the smallest scale that is large enough, then reduce to the longest side."""
    side = (LONGEST_SIDE, LONGEST_SIDE)
    try:
        with Image.open(BytesIO(inside.content), formats=(inside.format,)) as image:
            if image.size != (inside.width, inside.height):
                raise unreadable()
            if _is_clear(image):
                _must_fit(inside, MOST_PIXELS_CLEAR)
            image.draft("CMYK" if image.mode == "CMYK" else "RGB", side)
            image.load()
            plain = _plain(image)
            plain.thumbnail(side, reducing_gap=2.0)
            return _on_white(plain)
    except (*_BROKEN, *_BROKEN_BELOW):
        raise unreadable() from None


def _is_clear(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _plain(image: Image.Image) -> Image.Image:
    """Take a palette or sixteen bits of grey to colours that can be reduced."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda grey: grey * _SIXTEEN_TO_EIGHT).convert("L")
    if image.mode in ("P", "PA", "1", "LA"):
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _written(image: Image.Image) -> bytes:
    """Write the pixels and nothing else."""
    image.info = {}
    written = BytesIO()
    image.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def _inside(one: Rectangle, width: int, height: int) -> tuple[int, int, int, int]:
    return (
        min(max(one.x, 0), width),
        min(max(one.y, 0), height),
        min(max(one.x + one.width, 0), width),
        min(max(one.y + one.height, 0), height),
    )


def _mosaic(part: Image.Image) -> Image.Image:
    squares = (min(part.width, _MOSAIC), min(part.height, _MOSAIC))
    coarse = part.resize(squares, Image.Resampling.BOX)
    rough = coarse.resize(part.size, Image.Resampling.NEAREST)
    return rough.filter(ImageFilter.GaussianBlur(max(part.size) / _MOSAIC / 2))
