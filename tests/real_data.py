"""Real data for tests: kept outside the product, found beside the checkout or where told."""

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def real_data(name: str) -> Path:
    """Give a file of real data; without it the test is skipped and the reason printed."""
    folder = Path(os.environ.get("GRIDWARD_DATA") or BESIDE)
    path = folder / name
    if not path.exists():
        reason = f"no {name} in {folder}; set GRIDWARD_DATA to the folder that holds it"
        print(reason)
        pytest.skip(reason)
    return path
