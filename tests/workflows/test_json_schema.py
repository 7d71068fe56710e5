"""The schema that an editor reads says what the checker says about the shape of a definition."""

import tomllib

import pytest
from jsonschema import Draft202012Validator

from tests.workflows.test_checking import BROKEN, SHIPPED, street, swapped
from workflows.checks.findings import Places
from workflows.checks.json_schema import definition_schema
from workflows.checks.shape import shape_findings

SCHEMA = definition_schema()
MISSHAPEN = {
    "an unknown key": swapped('owner = "acceptor"', 'ownr = "acceptor"'),
    "a number for a text": swapped('calendar = "tianjin-government"', "calendar = 7"),
    "a text for a number": swapped("version = 1", 'version = "one"'),
    "no limit": swapped('within = "60 working minutes"', 'within = "an hour"'),
    "an unknown mark": swapped('marks = ["handled"]', 'marks = ["finished"]'),
    "an unknown end": swapped('final = "settled"', 'final = "over"'),
    "an unknown level": swapped('level = "street"', 'level = "village"'),
    "a name in capitals": swapped('name = "accepting"', 'name = "Accepting"'),
    "a role in capitals": swapped("[roles.acceptor]", "[roles.Acceptor]"),
    "nobody who may": swapped('by = ["acceptor"]', "by = []"),
    "one language only": swapped('{ zh = "待受理", en = "Awaiting acceptance" }', '{ zh = "待" }'),
    "nothing missing said": swapped('starts_in = "accepting"\n', ""),
}


def said(text: str) -> list[str]:
    return [
        error.message for error in Draft202012Validator(SCHEMA).iter_errors(tomllib.loads(text))
    ]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_fits(path):
    assert said(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("what", MISSHAPEN)
def test_what_the_checker_calls_misshapen_does_not_fit(what):
    text = MISSHAPEN[what](street())

    assert shape_findings(tomllib.loads(text), Places(text))
    assert said(text)


@pytest.mark.parametrize("code", sorted(set(BROKEN) - {"not-toml"}))
def test_schema_and_checker_agree_on_every_broken_definition(code):
    text = BROKEN[code](street())

    misshapen = bool(shape_findings(tomllib.loads(text), Places(text)))

    assert bool(said(text)) == misshapen
