"""Every link of the document, followed from a real answer, leads to one that fits its schema."""

import pytest

from tests.answers import document_of
from tests.web.test_commands import LI, RUBBISH, WANG
from tests.web.test_contract import fits
from tests.web.test_whistles import HERE, WORK, ZHAO
from web.document.completing import operations


@pytest.fixture
def town(small_house):
    """Two cases and two whistles, so that every list has a second page."""
    for _ in range(2):
        case = small_house.post("/incidents", {**RUBBISH, "place": HERE}, WANG).json["id"]
        small_house.post(f"/incidents/{case}/whistles", WORK, ZHAO)
    return small_house


def answer_of(house, name):
    """A successful answer of the operation."""
    if name == "incidents_report":
        return house.post("/incidents", RUBBISH, WANG)
    case = house.post("/incidents", {**RUBBISH, "place": HERE}, WANG).json["id"]
    if name == "incidents_take_step":
        return house.step(case, "pass_on", LI)
    if name == "whistles_blow":
        return house.post(f"/incidents/{case}/whistles", WORK, ZHAO)
    path = next(path for path, _, one in operations(document_of(house.app)) if is_(one, name))
    return house.get(f"{path.removeprefix('/api/v1')}?limit=1")


def is_(operation, name):
    return operation["operationId"] == name


def test_every_link_leads_on(town):
    document = document_of(town.app)
    known = {one["operationId"]: (path, one) for path, _, one in operations(document)}
    followed = 0
    for _, source in known.values():
        links = [
            one for said in source["responses"].values() for one in said.get("links", {}).values()
        ]
        told = answer_of(town, source["operationId"]).json if links else {}
        for link in links:
            given = {to: told[member[16:]] for to, member in link["parameters"].items()}
            if None in given.values():  # the only page
                continue
            followed += 1
            path, operation = known[link["operationId"]]
            asked = path.removeprefix("/api/v1").format(**given)
            asked += f"?after={given['after']}" if "after" in given else ""
            answer = town.get(asked)
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert answer.status_code == 200, asked
            assert fits(document, schema, answer.json), asked
    assert followed >= 8
