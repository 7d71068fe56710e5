"""Answers fit schemas that were written from the specification, and two programs read them."""

from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from georeport import GeoReport
from jsonschema import Draft202012Validator, FormatChecker

from tests.city import CITY
from tests.houses import copied
from tests.journeys.browser import served
from tests.web.open311.partner import LI_KEY, MATTER, Partner, errors
from tests.web.open311.shapes import SHAPES, STATUSES

XML = xmlschema.XMLSchema(Path(__file__).with_name("georeport.xsd"))
ASKED = {
    "v2/services": "services",
    "v2/services/01-03": None,
    "v2/requests": "service_requests",
    "v2/requests/{incident}": "service_requests",
    "v2/tokens/{incident}": "created",
    "v2/servicerequestupdates": "service_request_updates",
    "v2/requests/none": "errors",
    "v2/services/99-99": "errors",
    "discovery": None,
}


@pytest.fixture(scope="module")
def town(city_on_sqlite, tmp_path_factory):
    """A partner of a city that has one report; nothing more is asked than to be told of it."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("shapes")) as house:
        partner = Partner(house=house)
        yield partner, partner.report({"attribute[external_id]": "1"})["service_request_id"]


def fits(shape, told):
    Draft202012Validator(SHAPES[shape], format_checker=FormatChecker()).validate(told)


@pytest.mark.parametrize("path", ASKED)
def test_every_answer_fits_the_schema(town, path):
    partner, incident = town
    named = path.format(incident=incident)

    XML.validate(partner.get(f"{named}.xml").data)
    if shape := ASKED[path]:
        fits(shape, partner.get(f"{named}.json").json)


def test_what_was_sent_is_answered_by_the_schema(town):
    partner, incident = town
    own = {**MATTER, "attribute[external_id]": "1"}
    update = {"service_request_id": incident, "update_id": "u1", "status": "OPEN"}

    for path, form, shape in (
        ("requests", own, "created"),
        ("requests", {}, "errors"),
        ("servicerequestupdates", update, "service_request_updates"),
        ("servicerequestupdates", {}, "errors"),
    ):
        XML.validate(partner.send(f"{path}.xml", form).data)
        fits(shape, partner.send(f"{path}.json", form).json)
    XML.validate(partner.send("requests.xml", own, Prefer="respond-async").data)


@pytest.mark.parametrize(
    "broken",
    [
        "<services><service><service_code/></service></services>",
        "<errors/>",
        "<service_requests><request><lat>91</lat></request></service_requests>",
        "<service_requests><request><phone>1</phone></request></service_requests>",
    ],
)
def test_the_schema_refuses_what_the_specification_does(broken):
    assert not XML.is_valid(broken)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_the_extension_is_taken(town, status):
    partner, incident = town
    form = {"service_request_id": incident, "update_id": f"of-{status}", "status": status}

    assert partner.send("servicerequestupdates.json", form).status_code == 201


def test_a_status_that_the_extension_does_not_know_is_refused(town):
    partner, incident = town
    form = {"service_request_id": incident, "update_id": "lost", "status": "LOST"}

    assert errors(partner.send("servicerequestupdates.json", form))[0] == 400


@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_independent_client_reads_us(town, form):
    partner, incident = town
    with served(partner.house.app) as address:
        client = GeoReport(f"{address}/open311/v2", jurisdiction=str(CITY), output_format=form)

        services = client.get_service_list()
        defined = client.get_service_definition("01-03")
        one = client.get_service_request(incident)
        found = client.get_service_requests(service_request_id=incident)
        none = client.get_service_requests(status="closed") if form == "json" else []

    assert {"01-02", "01-03"} <= {service["service_code"] for service in services}
    assert defined["service_code"] == "01-03"
    assert (one["service_request_id"], one["status"]) == (incident, "open")
    assert found in ([one], one)
    assert none == []


def test_a_client_of_the_standard_library_reports_over_the_wire(town):
    partner, _ = town
    form = {**MATTER, "api_key": LI_KEY, "attribute[external_id]": "wire"}
    with served(partner.house.app) as address:
        sent = Request(f"{address}/open311/v2/requests.xml", data=urlencode(form).encode())
        with urlopen(sent) as answer:  # our own server
            told = answer.read().decode()

    XML.validate(told)
    assert ET.fromstring(told).findtext("request/service_request_id")
