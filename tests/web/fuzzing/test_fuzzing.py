"""Fifty thousand requests by chance: no error of ours, no hang, nothing undocumented."""

import pytest

from tests.web.fuzzing.fuzzer import fuzz
from tests.web.fuzzing.recipes import NEVER

SEED = 20261122
SHARDS = 10
IN_EACH = 5_000


@pytest.mark.parametrize("shard", range(SHARDS))
def test_whatever_is_sent_is_answered_as_documented(small_house, shard):
    found = fuzz(small_house, seed=SEED + shard, requests=IN_EACH)

    print(f"seed {found.seed}: {found.sent} requests, {dict(sorted(found.statuses.items()))}")
    assert not found.wrong, "\n\n".join(found.wrong)
    assert found.sent == IN_EACH
    assert not found.refused, "\n\n".join(found.refused)
    assert found.never(small_house.app) == set(NEVER)
    assert {200, 201, 401, 403, 404, 409, 422} <= set(found.statuses)
