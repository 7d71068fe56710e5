"""An office for tests: a ledger on an empty database, acts, and a reader for a read model."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count

import pytest

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.store import Store
from migrations import migrate
from projections.reading import Reader
from tests.vaults import a_vault

CITY = AreaCode("120000000000")
DISTRICT = AreaCode("120101000000")
STREET = AreaCode("120101001000")
OTHER_STREET = AreaCode("120101002000")
COMMUNITY = AreaCode("120101001001")
GRID = AreaCode("120101001001001")
FOUNDED = date(2021, 1, 1)
LATER = date(2023, 7, 1)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
_NUMBERS = count(1)

HEADER = "code,name,level,parent_code,governance_level,kind"
SMALL_CITY = f"""{HEADER}
120000000000,天津市,1,,city,municipality
120100000000,市辖区,2,120000000000,,statistical_group
120101000000,和平区,3,120100000000,district,district
120101001000,劝业场街道,4,120101000000,street,subdistrict
120101001001,花园路社区,5,120101001000,community,residents_committee
120101001002,滨西社区,5,120101001000,community,residents_committee
120101002000,小白楼街道,4,120101000000,street,subdistrict
120101002001,开封道社区,5,120101002000,community,residents_committee
"""


@pytest.fixture
def ledger(store_url: str) -> Iterator[Ledger]:
    """A ledger on an empty, migrated database of each engine in turn."""
    migrate(store_url)
    store = Store(store_url)
    yield Ledger(store, now=lambda: NOW, vault=a_vault())
    store.close()


def an_act(command_id: str | None = None) -> Act:
    """An act of the city's office, by a command of its own."""
    return Act(
        person="p-office",
        role="commander",
        area=CITY,
        command_id=command_id or f"c-{next(_NUMBERS)}",
        at=NOW,
    )


def reader_of(ledger: Ledger, model) -> Reader:
    """A reader that has told the model everything recorded so far."""
    reader = Reader(model, ledger.store, Feed(ledger.store), now=lambda: NOW)
    reader.prepare()
    reader.catch_up()
    assert reader.status().stopped is None, reader.status()
    return reader
