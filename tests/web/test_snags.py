"""What could not be carried out, as operators ask the API for it."""

from uuid import UUID

from ledger.snags import ProcessSnags
from tests.web.test_commands import RUBBISH, WANG


def test_the_api_lists_snags_by_whose_they_are(house):
    incident = UUID(house.post("/incidents", RUBBISH, WANG).json["id"])
    assert house.get("/snags").json["items"] == []
    snags = ProcessSnags(house.gridward.store, "joining")
    snags.prepare()
    snags.mark(0, 1, stream=incident, code="not-today", at=house.clock())

    answer = house.get("/snags")

    (item,) = answer.json["items"]
    assert answer.status_code == 200
    assert (item["id"], item["who"], item["code"]) == ("joining/0/1", "joining", "not-today")
    assert (item["record"], item["times"]) == (str(incident), 1)


def test_nobody_unknown_reads_snags(small_house):
    assert small_house.client().get("/api/v1/snags").status_code == 401
