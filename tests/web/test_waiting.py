"""What waits in the stages of a workflow, counted alike on both databases."""

from tests.city import HEXI, KAIFENG, grid
from tests.web.test_commands import CHEN, LI, WANG
from tests.web.test_pages import Browser


def test_each_stage_tells_how_many_wait_how_long_and_how_many_are_late(house):
    reported = []
    for minutes in (50, 20, 7):
        body = {"area": str(grid(KAIFENG)), "category": "01-02"}
        reported.append(house.post("/incidents", body, WANG).json["id"])
        house.clock.forward(minutes=minutes)
    house.step(reported[1], "pass_on", LI)
    house.clock.forward(minutes=5)

    sheet = Browser(house, CHEN).get("/workflows/street-incident.csv").text.splitlines()
    elsewhere = Browser(house, CHEN).get(f"/workflows/street-incident.csv?area={HEXI}").text

    assert sheet[1:] == ["accepting,2,1,12", "awaiting_filing,1,0,5"]
    assert elsewhere.splitlines()[1:] == []
    assert "3 open cases, 1 late" in Browser(house, CHEN).get("/workflows").text
