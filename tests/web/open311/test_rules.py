"""GeoReport v2, rule by rule: each test is a sentence of the specification or of its clients."""

from datetime import datetime, timedelta

import pytest

from tests.city import CITY, JIANSHAN, KAIFENG, centre, grid
from tests.keys import give_key, header_of
from tests.web.open311.partner import LI, MATTER, errors, parsed
from tests.web.test_commands import RUBBISH, WANG

LISTS = ("services", "requests", "servicerequestupdates")


def test_discovery_lists_two_endpoints_in_two_formats_with_a_changeset(partner):
    told = partner.get("discovery.json").json

    assert datetime.fromisoformat(told["changeset"]).tzinfo
    assert {"contact", "key_service"} <= set(told)
    assert len(told["endpoints"]) >= 2
    for endpoint in told["endpoints"]:
        assert endpoint["formats"] == ["application/json", "text/xml"]
        assert endpoint["url"].endswith("/open311/v2")
        assert datetime.fromisoformat(endpoint["changeset"]).tzinfo
        assert endpoint["type"] in {"production", "test"}


def test_discovery_says_the_same_in_xml(partner):
    root, told = parsed(partner.get("discovery.xml"))

    assert root == "discovery"
    assert told == partner.get("discovery.json").json


def test_services_are_the_categories_in_force_and_their_codes_are_strings(partner):
    found = {one["service_code"]: one for one in partner.get("v2/services.json").json}

    assert all(isinstance(code, str) for code in found)
    assert {"01-02", "04-01"} <= set(found)
    assert set(found["01-02"]) == {
        *("service_code", "service_name", "description", "metadata"),
        *("type", "keywords", "group"),
    }
    assert found["01-02"]["type"] == "realtime"


def test_metadata_is_a_boolean_in_json_and_a_word_in_xml(partner):
    in_json = partner.get("v2/services.json").json
    root, in_xml = parsed(partner.get("v2/services.xml"))

    assert root == "services"
    assert {type(one["metadata"]) for one in in_json} == {bool}
    assert {one["metadata"] for one in in_xml} <= {"true", "false"}
    assert [one["service_code"] for one in in_xml] == [one["service_code"] for one in in_json]


def test_a_definition_lists_the_conditions_of_its_category(partner):
    told = partner.get("v2/services/01-03.json").json
    (attribute,) = told["attributes"]

    assert told["service_code"] == "01-03"
    assert (attribute["code"], attribute["datatype"]) == ("condition", "singlevaluelist")
    assert (attribute["required"], attribute["variable"]) == (False, True)
    assert "spoil-heap" in {one["key"] for one in attribute["values"]}


def test_a_definition_says_the_same_in_xml(partner):
    root, told = parsed(partner.get("v2/services/01-03.xml"))

    assert root == "service_definition"
    assert told["attributes"][0]["required"] == "false"
    assert [one["key"] for one in told["attributes"][0]["values"]] == [
        one["key"] for one in partner.get("v2/services/01-03.json").json["attributes"][0]["values"]
    ]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("name", LISTS)
def test_every_answer_names_its_charset(partner, name, form):
    kind = {"json": "application/json", "xml": "text/xml"}[form]

    answer = partner.get(f"v2/{name}.{form}")

    assert answer.status_code == 200
    assert answer.content_type == f"{kind}; charset=utf-8"


def test_a_report_is_answered_with_its_id_as_a_string(partner):
    told = partner.report()

    assert isinstance(told["service_request_id"], str)
    assert told["follow_up"] in told["service_notice"]


def test_a_report_is_taken_in_xml_too(partner):
    answer = partner.send("requests.xml", MATTER)
    root, ((told),) = parsed(answer)

    assert (answer.status_code, root) == (201, "service_requests")
    shown = partner.get(f"v2/requests/{told['service_request_id']}.json")
    assert shown.json[0]["service_code"] == "01-02"


@pytest.mark.parametrize("how", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_report_comes_as_either_kind_of_form(partner, how):
    incident = partner.report(how=how)["service_request_id"]

    shown = partner.get(f"v2/requests/{incident}.json").json[0]
    assert shown["address_id"] == str(grid(KAIFENG))


def test_a_report_may_name_the_area_instead_of_a_point(partner):
    form = {"service_code": "01-02", "address_id": str(grid(KAIFENG))}

    answer = partner.send("requests.json", form)

    assert answer.status_code == 201
    shown = partner.get(f"v2/requests/{answer.json[0]['service_request_id']}.json").json[0]
    assert (shown["lat"], shown["long"]) == (None, None)


def test_a_request_is_told_alike_in_json_and_in_xml(partner):
    incident = partner.report()["service_request_id"]

    (in_json,) = partner.get(f"v2/requests/{incident}.json").json
    root, (in_xml,) = parsed(partner.get(f"v2/requests/{incident}.xml"))

    assert root == "service_requests"
    assert in_xml == {
        name: None if value is None else str(value) for name, value in in_json.items()
    }
    assert (in_json["status"], in_json["service_request_id"]) == ("open", incident)
    assert datetime.fromisoformat(in_json["requested_datetime"]).utcoffset() == timedelta(hours=8)


def test_lists_show_no_words_and_no_names(partner):
    partner.report({"first_name": "秀英", "last_name": "韩", "phone": "13800138000"})

    told = partner.get("v2/requests.json")

    assert told.json[0]["description"] is None
    for private in ("沙发", "秀英", "13800138000"):
        assert private not in told.text


def test_a_token_leads_to_its_request(partner):
    answer = partner.send("requests.json", MATTER, Prefer="respond-async")
    token = answer.json[0]["token"]

    (told,) = partner.get(f"v2/tokens/{token}.json").json
    root, (in_xml,) = parsed(partner.get(f"v2/tokens/{token}.xml"))

    assert set(answer.json[0]) == {"token"}
    assert told["token"] == token
    assert partner.get(f"v2/requests/{told['service_request_id']}.json").status_code == 200
    assert (root, in_xml) == ("service_requests", told)


def test_ids_take_precedence_over_every_other_filter(partner):
    first, second = (partner.report()["service_request_id"] for _ in range(2))

    found = partner.get(
        "v2/requests.json", service_request_id=f"{second},{first}", status="closed"
    ).json

    assert [one["service_request_id"] for one in found] == [second, first]


def test_a_list_is_filtered_by_service_and_status(partner):
    partner.report()
    other = partner.report({"service_code": "01-04"})["service_request_id"]

    found = partner.get("v2/requests.json", service_code="01-04,04-01", status="open").json

    assert [one["service_request_id"] for one in found] == [other]
    assert partner.get("v2/requests.json", status="closed").json == []
    assert len(partner.get("v2/requests.json", status="open,closed").json) == 2


def test_a_list_spans_ninety_days_at_most(partner):
    old = partner.report()["service_request_id"]
    partner.house.clock.forward(days=91)
    new = partner.report()["service_request_id"]

    def ids(**query):
        return [one["service_request_id"] for one in partner.get("v2/requests.json", **query).json]

    assert ids() == [new]
    assert ids(end_date="2026-11-30") == [old]
    assert ids(start_date="2026-11-01", end_date="2027-12-31") == [old]
    assert ids(start_date="2026-11-16T00:00:00+08:00") == [old]


def test_a_list_holds_a_thousand_rows_at_most(partner, monkeypatch):
    monkeypatch.setattr("web.open311.requests.MOST_ROWS", 2)
    sent = [partner.report()["service_request_id"] for _ in range(3)]

    found = [one["service_request_id"] for one in partner.get("v2/requests.json").json]

    assert len(found) == 2
    assert set(found) <= set(sent)


def test_a_plus_sign_that_nobody_escaped_is_understood(partner):
    partner.report()

    answer = partner.house.client().get(
        "/open311/v2/requests.json?start_date=2026-11-16T08:00:00+08:00"
    )

    assert len(answer.json) == 1


def test_what_the_citys_own_people_found_is_not_published(small_house, partner):
    own = small_house.post("/incidents", RUBBISH, WANG).json["id"]

    assert partner.get("v2/requests.json").json == []
    for path in (f"requests/{own}", f"tokens/{own}"):
        assert errors(partner.get(f"v2/{path}.json"))[0] == 404
    assert partner.get("v2/servicerequestupdates.json", service_request_id=own).status_code == 404


def test_the_jurisdiction_may_be_left_out_and_a_foreign_one_is_unknown(partner):
    assert partner.get("v2/services.json", jurisdiction_id=str(CITY)).status_code == 200
    for name in LISTS:
        answer = partner.get(f"v2/{name}.json", jurisdiction_id="sf.example")
        assert errors(answer)[0] == 404


def test_a_report_needs_a_good_key(partner):
    for key in (None, "wrong", "gw.p-li-na.k1.wrong"):
        assert errors(partner.send("requests.json", MATTER, key=key))[0] == 403


def test_a_key_without_the_scope_reports_nothing(small_house, partner):
    give_key(
        small_house.gridward.desk,
        LI.handle,
        LI.role,
        area=CITY,
        at=small_house.clock(),
        scopes=("read",),
    )
    only_reads = header_of(LI.handle, LI.role, "k2")["Authorization"].removeprefix("Bearer ")

    status, (description,) = errors(partner.send("requests.json", MATTER, key=only_reads))

    assert status == 403
    assert "scope" in description


def test_a_key_reports_only_within_its_area(partner):
    lon, lat = centre(grid(JIANSHAN))

    answer = partner.send("requests.json", {**MATTER, "lat": str(lat), "long": str(lon)})

    assert errors(answer)[0] in {400, 403}


@pytest.mark.parametrize(
    "path", ["v2/services/99-99.json", "v2/requests/none.json", "v2/tokens/x.json", "v2/x.json"]
)
def test_what_is_unknown_is_answered_with_404(partner, path):
    assert errors(partner.get(path))[0] == 404


def test_an_unknown_service_is_answered_with_404(partner):
    answer = partner.send("requests.json", {**MATTER, "service_code": "99-99"})

    assert errors(answer)[0] == 404


@pytest.mark.parametrize("missing", ["service_code", "lat"])
def test_a_missing_field_is_named(partner, missing):
    form = {name: value for name, value in MATTER.items() if name != missing}

    status, (description,) = errors(partner.send("requests.json", form))

    assert status == 400
    assert missing in description
    assert "required" in description


def test_errors_are_a_list_in_xml_too(partner):
    answer = partner.send("requests.xml", {"service_code": "01-02"})
    root, (told,) = parsed(answer)

    assert (answer.status_code, root, told["code"]) == (400, "errors", "400")
    assert "required" in told["description"]


def test_a_condition_is_one_of_those_listed(partner):
    form = {**MATTER, "service_code": "01-03", "attribute[condition]": "no such"}

    assert errors(partner.send("requests.json", form))[0] == 400
    assert partner.report({**form, "attribute[condition]": "spoil-heap"})


def test_the_same_report_sent_twice_by_its_key_is_one(partner):
    first = partner.report(**{"Idempotency-Key": "wish-1"})
    partner.house.clock.forward(minutes=1)
    second = partner.report(**{"Idempotency-Key": "wish-1"})

    assert first == second
    assert len(partner.get("v2/requests.json").json) == 1


def test_the_senders_own_number_makes_a_report_one(partner):
    first, second = (partner.report({"attribute[fixmystreet_id]": "4711"}) for _ in range(2))

    assert first == second


def test_the_same_words_without_a_number_are_two_reports(partner):
    first, second = (partner.report() for _ in range(2))

    assert first["service_request_id"] != second["service_request_id"]


def test_a_stranger_reads_words_only_where_the_city_publishes_them(partner, monkeypatch):
    partner.report({"email": "han@example.cn"})
    monkeypatch.setattr("web.open311.telling.publishes_words", lambda: True)

    told = partner.get("v2/requests.json")

    assert told.json[0]["description"] == MATTER["description"]
    assert "han@example.cn" not in told.text
