"""One round of the long form, in a process of its own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from tests.houses import copied
from tests.memory import roomy_memory
from tests.web.fuzzing.fuzzer import Found, fuzz


def one_round(city: Path, seed: int, requests: int) -> tuple[Found, float]:
    """Fuzz a copy of the city; give what was found, and the CPU seconds it took."""
    began = process_time()
    with TemporaryDirectory(dir=roomy_memory()) as folder, copied(city, Path(folder)) as house:
        found = fuzz(house, seed=seed, requests=requests)
    return found, process_time() - began
