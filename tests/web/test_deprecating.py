"""An address that will end says so beforehand, in its answers and in the document."""

from datetime import date

import pytest

from tests.web.test_commands import LI
from web.app import create_app
from web.deprecating import Ending, ends
from web.openapi import API_FRAME

SINCE, SUNSET = date(2026, 11, 22), date(2027, 6, 1)


def test_an_address_that_will_end_says_since_when_and_until_when(small_house):
    app = create_app(small_house.gridward, sample=True)
    view = app.view_functions["people.whoami"]

    @ends(since=SINCE, sunset=SUNSET)
    def whoami():
        return view()

    app.view_functions["people.whoami"] = whoami

    answer = app.test_client().get("/api/v1/whoami")
    paths = app.extensions[API_FRAME].document()["paths"]

    assert answer.headers["Deprecation"] == "@1795305600"
    assert answer.headers["Sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert answer.headers["Link"] == '</reference#deprecation>; rel="deprecation"; type="text/html"'
    assert paths["/api/v1/whoami"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/api/v1/people"]["get"]
    assert 'id="deprecation"' in app.test_client().get("/reference").text


def test_what_stays_says_nothing(small_house):
    assert not {"Deprecation", "Sunset"} & set(small_house.get("/whoami", LI).headers.keys())


def test_half_a_year_of_notice_is_given():
    with pytest.raises(ValueError, match="180 days"):
        Ending(since=SINCE, sunset=date(2027, 1, 1))
