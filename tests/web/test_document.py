"""The OpenAPI document, the table of statuses, and the words: each complete."""

import ast
import re
from string import Formatter

import pytest
from openapi_spec_validator import validate

from tests.architecture.checkout import ROOT, python_files
from tests.house import open_house
from web.languages import catalogue
from web.statuses import STATUSES, has_status


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('document') / 'house.sqlite'}"
    with open_house(url) as house:
        return house.get("/openapi.json").json


# Messages signed by their sender bring an id of their own; so do rows of a sheet and many orders.
ID_IN_THE_HEADER = {"/api/v1/intake/{sender}": ["webhook-id"]}
ID_IN_THE_BODY = {"/api/v1/bulk/photos", "/api/v1/incidents/sheet", "/api/v1/bulk"}


def codes_refused():
    """Every code that is given to Refused as a word, with the file that says it."""
    for path in python_files("domain", "workflows", "ledger", "projections", "web"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                code = node.args[0] if node.args else None
                if node.func.id == "Refused" and isinstance(code, ast.Constant):
                    yield code.value, path.name


def test_every_refusal_has_a_status():
    without = {(code, name) for code, name in codes_refused() if not has_status(code)}

    assert not without


def test_no_code_has_two_statuses():
    codes = [code for found in STATUSES.values() for code in found]

    assert len(codes) == len(set(codes))


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_documented_error_is_a_problem(document):
    for path, operations in document["paths"].items():
        if path.startswith("/open311/"):  # it has errors of its own
            continue
        for operation in (one for one in operations.values() if isinstance(one, dict)):
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    told = resolved(document, answer)
                    assert list(told["content"]) == ["application/problem+json"], (path, status)


def test_every_operation_says_what_it_is(document):
    for operations in document["paths"].values():
        for operation in (one for one in operations.values() if isinstance(one, dict)):
            assert operation["summary"]
            assert operation["operationId"]


def test_commands_document_their_headers(document):
    for path, operations in document["paths"].items():
        if "post" in operations and path not in ID_IN_THE_BODY:  # a report by Open311 may carry one
            names = {one["name"] for one in operations["post"]["parameters"]}
            assert names & {"Idempotency-Key", *ID_IN_THE_HEADER.get(path, ())}, path


def resolved(document, answer):
    """Follow a reference into the document."""
    if "$ref" not in answer:
        return answer
    found = document
    for part in answer["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def sentences():
    """Every sentence that a page or a module wants to say."""
    for path in (ROOT / "web" / "templates").glob("*.html"):
        yield from re.findall(r"\b_\('((?:[^'\\]|\\.)*)'", path.read_text())
    for path in python_files("web"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                first = node.args[0] if node.args else None
                if node.func.id == "say" and isinstance(first, ast.Constant):
                    yield first.value


def test_every_sentence_has_its_chinese():
    assert not {sentence for sentence in sentences() if sentence not in catalogue("zh")}


def test_a_translation_has_the_same_gaps():
    def gaps(text):
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for sentence, chinese in catalogue("zh").items():
        english = catalogue("en").get(sentence, sentence)
        if not sentence.startswith("refusal."):
            assert gaps(chinese) == gaps(english), sentence


def test_both_languages_know_the_same_words():
    is_word = re.compile(r"[a-z]+\.[a-z0-9_-]+").fullmatch
    known = {
        language: {
            key for key in catalogue(language) if is_word(key) and not key.startswith("refusal.")
        }
        for language in ("zh", "en")
    }

    assert known["zh"] == known["en"]
