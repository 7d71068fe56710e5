"""Whoever delivers may be killed at any moment, and several may deliver at once."""

import pytest

from tests.ops.notices.killing import Office, kill_often, wait

KILLS, WORKERS, NOTICES = 20, 5, 300


@pytest.mark.slow
def test_killed_twenty_times_every_notice_has_its_effect_once(
    store_url, tmp_path, web, random_seed
):
    office = kill_often(store_url, tmp_path, web, kills=KILLS, seed=random_seed)

    assert len(web.effects) == KILLS * 10
    assert web.forged == 0
    assert {len(bodies) for bodies in web.bodies.values()} == {1}
    assert office.undelivered() == 0


@pytest.mark.slow
def test_five_racing_processes_lose_no_notice(fresh_postgres, tmp_path, web):
    office = Office(url=fresh_postgres, folder=tmp_path, web=web)
    office.prepare(NOTICES)

    for _ in range(WORKERS):
        office.start()
    wait(lambda: len(web.effects) == NOTICES)
    wait(lambda: office.undelivered() == 0)
    office.kill()

    assert len(web.effects) == NOTICES
    assert web.forged == 0
