"""Photos such as are sent: small ones, and what only begins like one."""

from io import BytesIO

from PIL import Image


def drawn() -> bytes:
    """A small photo such as is taken."""
    written = BytesIO()
    Image.new("RGB", (24, 16), "green").save(written, "JPEG")
    return written.getvalue()


PICTURES = (
    drawn(),
    drawn(),
    b"\xff\xd8\xff\xe0" + b"\0" * 40,
    b"\x89PNG\r\n\x1a\n" + b"\0" * 30,
    b"GIF89a",
    b"",
)
