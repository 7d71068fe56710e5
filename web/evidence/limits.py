"""How large what is sent may be; the worst of every kind was measured in the test of uploads."""

from __future__ import annotations

LONGEST_PHOTO = 12 * 1024 * 1024
"""Bytes of a file that is sent."""
LONGEST_WITH_PHOTO = LONGEST_PHOTO + 256 * 1024
"""Bytes of a request that carries one, with its form."""
LONGEST_SENT_PHOTO = 4 * 1024 * 1024
"""Bytes of the file that a signed message carries."""
LONGEST_SIGNED = LONGEST_SENT_PHOTO * 4 // 3 + 128 * 1024
"""Bytes of such a message, the file in base64."""
MOST_PIXELS = 40_000_000
"""Of a photo whose format can be read at a smaller scale: an ordinary JPEG."""
MOST_PIXELS_WHOLE = 12_200_000
"""Of one that has to be laid out whole in memory: PNG and progressive JPEG."""
MOST_PIXELS_CLEAR = 9_000_000
"""Of one that is clear in places: it is laid out once more on white."""
MOST_PIXELS_WEBP = 6_000_000
"""Of WebP, whose decoder lays it out three times."""
LONGEST_SIDE = 2560
"""Pixels of the longest side as it is kept."""
THUMB_SIDE = 320
QUALITY = 85
MOST_SCANS = 64
"""A progressive JPEG has about ten; each of a million would cost a pass over the picture."""
MOST_CHUNKS = 20_000
LONGEST_EXIF = 64 * 1024
MOST_RECTANGLES = 20
SECONDS_TO_WAIT = 20
"""For the picture before ours: one is decoded at a time."""
