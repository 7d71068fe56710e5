"""Where the tests' databases lie: in memory where there is room, as syncing takes most of the time.

What a power cut leaves is not tested by pytest; a killed process loses nothing that it wrote.
"""

import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # the memory file system of Linux
ROOM = 4 * 2**30


def roomy_memory() -> Path | None:
    """The memory file system when it has 4 GiB free; containers often give it 64 MB only."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else None
