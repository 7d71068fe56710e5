"""The document is whole: every route, every error, examples that fit, links that lead somewhere."""

import json
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from ledger.posting import Letter
from ledger.records import Notice
from ops.notices.channel import told
from tests.answers import OURS, document_of
from tests.house import MONDAY_NINE
from web.app import create_app
from web.document.completing import METHODS, operations, template_of


@pytest.fixture(scope="module")
def app():
    nothing = None  # nothing is asked of the city here
    return create_app(nothing)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def document(app):
    return document_of(app)


def fits(document, schema, value):
    """Whether a value fits a schema of the document."""
    whole = {**schema, "components": document["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker()).is_valid(value)


def followed(document, told):
    if "$ref" not in told:
        return told
    kind, name = told["$ref"].split("/")[-2:]
    return document["components"][kind][name]


def test_every_route_of_the_api_stands_in_the_document(app, document):
    routes = {
        (template_of(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(OURS)
        for method in rule.methods or ()
        if method.lower() in METHODS
    }

    assert routes == {(path, method) for path, method, _ in operations(document)}


def test_every_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(names) == len(set(names))


def test_every_operation_lists_the_errors_that_any_request_can_meet(document):
    for path, method, operation in operations(document):
        listed = set(operation["responses"])
        assert "default" not in listed
        assert {"400", "413", "429", "500", "503"} <= listed, (path, method)


def test_every_answer_and_body_has_an_example_that_fits(document):
    wrong, looked_at = [], 0
    for path, method, operation in operations(document):
        parts = [operation.get("requestBody", {}), *operation["responses"].values()]
        for part in parts:
            for kind, content in followed(document, part).get("content", {}).items():
                if "json" not in kind and "urlencoded" not in kind:
                    continue
                looked_at += 1
                if not fits(document, content["schema"], content["example"]):
                    wrong.append((path, method, content["example"]))
    assert not wrong
    assert looked_at > 500


def test_every_link_leads_to_an_operation_that_takes_its_parameters(document):
    known = {one["operationId"]: (path, one) for path, _, one in operations(document)}
    found = [
        link
        for _, _, operation in operations(document)
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]

    assert len(found) >= 8
    for link in found:
        path, operation = known[link["operationId"]]
        of_path = document["paths"][path].get("parameters", [])
        taken = {one["name"] for one in [*of_path, *operation.get("parameters", [])]}
        assert set(link["parameters"]) <= taken


def test_a_notice_is_described_as_it_is_sent(document):
    notice = Notice(to="handler@x", about="incident.dispatch", facts={"stage": "filed"})
    letter = Letter(1, "ntc_1_a", "desk", uuid4(), 3, notice, MONDAY_NINE, 0, ("p-a",))
    hook = document["webhooks"]["notice"]["post"]
    content = hook["requestBody"]["content"]["application/json"]

    assert fits(document, content["schema"], json.loads(json.dumps(told(letter))))
    assert fits(document, content["schema"], content["example"])
    assert {one["name"] for one in hook["parameters"]} == {
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }
