"""A run killed at any moment and begun again gives the ledger of one clean run."""

import random
import time
from pathlib import Path

import pytest

from tests.forked import forked
from tests.postgres import new_database
from tests.workflows.records.files import a_city, a_file, many
from tests.workflows.records.killed import take_in

CASES, KILLS = 1_500, 5


def killed_somewhere(path: Path, url: str, chance: random.Random) -> object:
    """Kill a run some batches on, and some moments into the next batch; give its last word."""
    at_once = chance.randrange(20, 120)
    said: object = None
    with forked(take_in, path, url, at_once) as process:
        for _ in range(chance.randrange(1, 9)):
            said = process.said()
        # Not a wait for something: the moment of the kill is the test's input.
        time.sleep(chance.random() / 10)
    return said


@pytest.fixture(params=["sqlite", "postgresql"])
def two_urls(request, tmp_path):
    if request.param == "sqlite":
        yield tuple(f"sqlite:///{tmp_path / name}.sqlite" for name in ("clean", "killed"))
        return
    server = request.getfixturevalue("postgres_url")
    with new_database(server) as clean, new_database(server) as killed:
        yield clean, killed


@pytest.mark.slow
def test_a_killed_import_goes_on_to_the_same_ledger(tmp_path, two_urls, random_seed):
    chance = random.Random(random_seed)
    path = a_file(tmp_path, many(CASES))
    clean, killed = two_urls
    told = bodies_after_a_run(path, clean)

    stopped = [killed_somewhere(path, killed, chance) for _ in range(KILLS)]
    print("killed after", stopped)
    city = a_city(killed)
    before = len(city.rows())
    report = city.take_in(path)
    after, places = city.bodies(), order_of(city)
    city.store.close()

    assert 0 < before < len(told)
    assert after == told
    assert report.counts["imported"] == CASES
    assert all(happened == sorted(happened) for happened in places)


def bodies_after_a_run(path, url):
    city = a_city(url)
    city.take_in(path)
    told = city.bodies()
    city.store.close()
    return told


def order_of(city):
    """The times of the incidents' facts in each part, in the order of the log."""
    rows = [row for row in city.rows() if row.topic.startswith("incident.")]
    return [
        [row.happened_at for row in rows if row.part == part] for part in {r.part for r in rows}
    ]
