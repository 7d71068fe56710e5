"""A load that was killed goes on where it stopped, and ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.ops.sample.loaded import WEDNESDAY_AFTERNOON, Killed, a_city, bodies, killed_at, load

LOADING = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tests.ops.sample.loaded import WEDNESDAY_AFTERNOON, a_city, load
home = Path(sys.argv[1])
with a_city(sys.argv[2], home, lambda: WEDNESDAY_AFTERNOON) as gridward:
    load(gridward, progress=lambda what, part: print(what, part, flush=True))
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """What one clean run records."""
    home = tmp_path_factory.mktemp("clean")
    url = f"sqlite:///{home / 'city.sqlite'}"
    with a_city(url, home, lambda: WEDNESDAY_AFTERNOON) as gridward:
        load(gridward)
        return bodies(gridward)


@pytest.mark.parametrize(("what", "part"), [("city", 0.0), ("history", 0.5)])
def test_killed_and_continued_it_records_what_a_clean_run_does(
    store_url, tmp_path, clean, what, part
):
    with a_city(store_url, tmp_path, lambda: WEDNESDAY_AFTERNOON, parts=1) as gridward:
        with pytest.raises(Killed):
            load(gridward, progress=killed_at(what, part))
        load(gridward)

        assert bodies(gridward) == clean


def test_killed_by_the_system_it_goes_on_too(tmp_path, clean):
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    command = [sys.executable, "-c", LOADING, str(tmp_path), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as loading:
        assert loading.stdout is not None
        for line in loading.stdout:
            if line.startswith("history 0.4"):
                os.kill(loading.pid, signal.SIGKILL)
                break

    with a_city(url, tmp_path, lambda: WEDNESDAY_AFTERNOON) as gridward:
        assert 0 < len(bodies(gridward)) < len(clean)
        load(gridward)
        assert bodies(gridward) == clean


def test_a_load_on_several_parts_records_the_same(fresh_postgres, tmp_path, clean):
    with a_city(fresh_postgres, tmp_path, lambda: WEDNESDAY_AFTERNOON, parts=16) as gridward:
        load(gridward)

        assert bodies(gridward) == clean


def test_loading_again_does_nothing_and_later_fills_the_time_between(tmp_path):
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    with a_city(url, tmp_path, lambda: WEDNESDAY_AFTERNOON) as gridward:
        load(gridward)
        before = bodies(gridward)
        load(gridward)
        assert bodies(gridward) == before

        load(gridward, until=WEDNESDAY_AFTERNOON + timedelta(days=2))
        after = bodies(gridward)

    assert len(after) > len(before)
    assert before.items() <= after.items()
