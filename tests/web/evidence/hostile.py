"""Hostile files: each is built here, byte by byte where no library would write it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import repeat

from PIL import Image

MEGABYTE = 1024 * 1024
SECRET = b"SECRET-OF-THE-CAMERA"
HTML = b"<!doctype html><script>alert('hostile')</script>"
PHP = b"<?php system($_GET['c']); ?>"


def photo(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """A small honest picture: a gradient."""
    return Image.linear_gradient("L").resize((width, height)).convert(mode)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def jpeg(**options: object) -> bytes:
    return saved(photo(), "JPEG", **options)


def png(**options: object) -> bytes:
    return saved(photo(), "PNG", **options)


def webp(**options: object) -> bytes:
    return saved(photo(), "WEBP", **options)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def head(width: int, height: int, depth: int = 8, kind: int = 2, laced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, laced))


def png_of(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def pixels(width: int, height: int, samples: int = 3) -> bytes:
    """So many black pixels, squeezed a thousandfold, without ever holding them."""
    squeezing = zlib.compressobj(9)
    rows = (squeezing.compress(row) for row in repeat(bytes(1 + width * samples), height))
    return chunk(b"IDAT", b"".join(rows) + squeezing.flush())


def after(first: bytes, *more: bytes) -> bytes:
    """Insert chunks behind the head of a PNG."""
    at = 8 + 25
    return first[:at] + b"".join(more) + first[at:]


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def into_jpeg(*segments: bytes) -> bytes:
    """Insert segments behind the begin of a JPEG."""
    plain = jpeg()
    return plain[:2] + b"".join(segments) + plain[2:]


def resized_jpeg(width: int, height: int) -> bytes:
    """A JPEG whose head lies about its size."""
    plain = bytearray(jpeg())
    at = plain.index(b"\xff\xc0") + 5
    plain[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(plain)


def riff(*parts: tuple[bytes, bytes]) -> bytes:
    inner = b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for name, body in parts
    )
    return b"RIFF" + struct.pack("<I", len(inner) + 4) + b"WEBP" + inner


def vp8_of(image: bytes) -> bytes:
    """The drawing part of a simple WebP."""
    return image[20:]


def exif(count: int = 1) -> bytes:
    """EXIF with a place, a time, and the words of a camera."""
    data = Image.Exif()
    data[0x010F] = SECRET.decode() * count
    data.get_ifd(0x8769)[0x9003] = "2026:11:16 08:30:00"
    data.get_ifd(0x8825).update(
        {1: "N", 2: (39.0, 6.0, 30.0), 3: "E", 4: (117.0, 11.0, 24.0), 29: "SECRET-GPS"}
    )
    return data.tobytes()


def amplified_exif() -> bytes:
    """A directory of 5,000 entries that all point at the same 60 KB."""
    entries = b"".join(
        struct.pack("<HHII", 0xA000 + number, 7, 60_000, 8) for number in range(5000)
    )
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 5000) + entries + bytes(4)


def animation(form: str) -> bytes:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, form, save_all=True, append_images=frames[1:])
    return written.getvalue()


def mpo() -> bytes:
    written = io.BytesIO()
    photo().save(written, "MPO", save_all=True, append_images=[photo(32, 32)])
    return written.getvalue()


def zipped(plain: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("../../evil.sh", "rm -rf /")
    return plain + written.getvalue()


def scans() -> bytes:
    """A progressive JPEG of a hundred thousand empty scans."""
    plain = jpeg(progressive=True)
    at = plain.rindex(b"\xff\xda")
    return plain[:at] + segment(0xDA, b"\x01\x01\x00\x00\x00\x00") * 100_000 + plain[at:]


def heic() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(4096)


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


Built = Callable[[], bytes]

# What is no picture that is kept, or breaks its format's rules: the code it is refused with.
REFUSED: dict[str, tuple[str, Built]] = {
    "nothing": ("photo-empty", lambda: b""),
    "a page": ("photo-wrong-type", lambda: HTML),
    "a drawing with a script": ("photo-wrong-type", svg),
    "an archive": ("photo-wrong-type", lambda: zipped(b"")),
    "a document": ("photo-wrong-type", lambda: b"%PDF-1.7\n" + HTML),
    "a program": ("photo-wrong-type", lambda: b"\x7fELF" + bytes(400)),
    "a script": ("photo-wrong-type", lambda: PHP),
    "NULs": ("photo-wrong-type", lambda: bytes(1000)),
    "an animated GIF": ("photo-wrong-type", lambda: animation("GIF")),
    "a GIF that is a script": ("photo-wrong-type", lambda: b"GIF89a/*" + bytes(8) + b"*/=1;"),
    "a TIFF": ("photo-wrong-type", lambda: saved(photo(), "TIFF")),
    "a BMP": ("photo-wrong-type", lambda: saved(photo(), "BMP")),
    "an icon": ("photo-wrong-type", lambda: saved(photo(), "ICO")),
    "a PPM": ("photo-wrong-type", lambda: saved(photo(), "PPM")),
    "a JPEG 2000": ("photo-wrong-type", lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(90)),
    "a HEIC": ("photo-wrong-type", heic),
    "an AVIF": ("photo-wrong-type", lambda: heic().replace(b"heic", b"avif")),
    "EPS": ("photo-wrong-type", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file"),
    "MVG": ("photo-wrong-type", lambda: b"push graphic-context\nfill 'url(https://x/\"|id\")'"),
    "a JPEG behind a page": ("photo-wrong-type", lambda: HTML + jpeg()),
    "a PNG behind a document": ("photo-wrong-type", lambda: b"%PDF-1.4\n" + png()),
    "a sound in RIFF": ("photo-wrong-type", lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(99)),
    "a JPEG of three bytes": ("photo-unreadable", lambda: b"\xff\xd8\xff"),
    "half a JPEG": ("photo-unreadable", lambda: jpeg()[: len(jpeg()) // 2]),
    "a JPEG without a scan": ("photo-unreadable", lambda: jpeg()[:200]),
    "a JPEG that ends in a segment": ("photo-unreadable", lambda: jpeg()[:21]),
    "a JPEG segment of length nought": (
        "photo-unreadable",
        lambda: into_jpeg(b"\xff\xe1\0\0" * 9),
    ),
    "a JPEG of noise": ("photo-unreadable", lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9),
    "a JPEG of no width": ("photo-unreadable", lambda: resized_jpeg(0, 48)),
    "a JPEG of 100,000 scans": ("photo-unreadable", scans),
    "an arithmetic JPEG": ("photo-unreadable", lambda: into_jpeg(segment(0xC9, bytes(15)))),
    "a lossless JPEG": ("photo-unreadable", lambda: into_jpeg(segment(0xC3, bytes(15)))),
    "a JPEG of two frames": (
        "photo-unreadable",
        lambda: into_jpeg(segment(0xC0, b"\x08\0\x30\0\x40\x01\x01\x11\0")),
    ),
    "a PNG of its first bytes": ("photo-unreadable", png_of),
    "half a PNG": ("photo-unreadable", lambda: png()[: len(png()) // 2]),
    "a PNG without an end": ("photo-unreadable", lambda: png()[:-12]),
    "a PNG without pixels": ("photo-unreadable", lambda: png_of(head(9, 9), chunk(b"IEND", b""))),
    "a PNG without a head": ("photo-unreadable", lambda: png_of(chunk(b"IEND", b""))),
    "a PNG of two heads": ("photo-unreadable", lambda: after(png(), head(9, 9))),
    "a PNG of negative size": (
        "photo-too-many-pixels",
        lambda: png_of(head(0xFFFFFFFF, 0xFFFFFFFF), pixels(1, 1), chunk(b"IEND", b"")),
    ),
    "a PNG of no height": (
        "photo-unreadable",
        lambda: png_of(head(9, 0), pixels(1, 1), chunk(b"IEND", b"")),
    ),
    "a PNG of 25,000 chunks": (
        "photo-unreadable",
        lambda: after(png(), chunk(b"tEXt", b"") * 25_000),
    ),
    "a PNG chunk longer than the file": (
        "photo-unreadable",
        lambda: png_of(head(9, 9), b"\x7f\xff\xff\xffIDAT"),
    ),
    "a PNG of broken pixels": (
        "photo-unreadable",
        lambda: png_of(head(9, 9), chunk(b"IDAT", b"no zlib"), chunk(b"IEND", b"")),
    ),
    "a PNG of 2,500 million pixels": (
        "photo-too-many-pixels",
        lambda: png_of(head(50_000, 50_000), pixels(9, 9), chunk(b"IEND", b"")),
    ),
    "a PNG that unpacks a thousandfold": (
        "photo-too-many-pixels",
        lambda: png_of(head(8000, 8000), pixels(8000, 8000), chunk(b"IEND", b"")),
    ),
    "a laced PNG of 20 million pixels": (
        "photo-too-many-pixels",
        lambda: png_of(head(5000, 4000, laced=1), pixels(9, 9), chunk(b"IEND", b"")),
    ),
    "a JPEG of 4,000 million pixels": (
        "photo-too-many-pixels",
        lambda: resized_jpeg(65_000, 65_000),
    ),
    "an animated PNG": ("photo-animated", lambda: animation("PNG")),
    "an animated WebP": ("photo-animated", lambda: animation("WEBP")),
    "half a WebP": ("photo-unreadable", lambda: webp()[: len(webp()) // 2]),
    "a WebP without a picture": ("photo-unreadable", lambda: riff((b"EXIF", exif()))),
    "a WebP of noise": ("photo-unreadable", lambda: riff((b"VP8L", b"\x2f" + bytes(range(200))))),
    "a WebP of 200 million pixels": (
        "photo-too-many-pixels",
        lambda: riff((b"VP8L", b"\x2f" + struct.pack("<I", (16_000 << 14) | 12_000) + bytes(99))),
    ),
    "a WebP key frame that is none": (
        "photo-unreadable",
        lambda: riff((b"VP8 ", b"\x01" + vp8_of(webp())[1:])),
    ),
    "13 MB": ("photo-too-large", lambda: jpeg() + bytes(13 * MEGABYTE)),
}

# What is a picture and carries something besides: kept without it.
CLEANED: dict[str, Built] = {
    "a JPEG with a place": lambda: jpeg(exif=exif()),
    "a PNG with a place": lambda: png(exif=exif()),
    "a WebP with a place": lambda: webp(exif=exif()),
    "1 MB of EXIF": lambda: into_jpeg(*repeat(segment(0xE1, b"Exif\0\0" + SECRET * 3000), 17)),
    "EXIF that multiplies": lambda: into_jpeg(segment(0xE1, b"Exif\0\0" + amplified_exif())),
    "a PNG of 1 MB of EXIF": lambda: after(png(), chunk(b"eXIf", SECRET * 52_000)),
    "a huge profile": lambda: into_jpeg(
        *repeat(segment(0xE2, b"ICC_PROFILE\0\1\1" + SECRET * 3000), 50)
    ),
    "a profile that unpacks a thousandfold": lambda: after(
        png(), chunk(b"iCCP", b"x\0\0" + zlib.compress(SECRET * 400_000))
    ),
    "a text that unpacks a thousandfold": lambda: after(
        png(), *repeat(chunk(b"zTXt", b"x\0\0" + zlib.compress(SECRET * 50_000)), 60)
    ),
    "XMP": lambda: into_jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)),
    "a remark": lambda: into_jpeg(segment(0xFE, PHP + SECRET)),
    "an archive behind a JPEG": lambda: zipped(jpeg()),
    "an archive behind a PNG": lambda: zipped(png()),
    "a page behind a WebP": lambda: webp() + HTML,
    "a page in a PNG": lambda: after(png(), chunk(b"tEXt", b"Comment\0" + HTML)),
    "two pictures in one": lambda: jpeg() + jpeg(exif=exif()),
    "several pictures for a screen": mpo,
}
FOREIGN = (
    SECRET,
    b"SECRET-GPS",
    b"Exif",
    b"http",
    b"<script",
    b"<?php",
    b"evil.sh",
    b"PK\x03",
    b"ICC_",
)


def all_files() -> Iterator[tuple[str, Built]]:
    """Every file, refused or cleaned."""
    yield from ((name, build) for name, (_, build) in REFUSED.items())
    yield from CLEANED.items()
