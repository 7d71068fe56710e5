"""Routing rules that would do harm are refused when saved: all findings, with rule and hint."""

import tomllib

import pytest

from domain.kernel.refusals import Refused
from domain.rulebook.categories import categories_from
from workflows.reading import BOOK
from workflows.routing.checking import Known, must_route_soundly, routing_findings
from workflows.rulebook.reading import read_rules
from workflows.rulebook.schemas import must_fit_schema

HEAD = """
title = { zh = "名", en = "Name" }
categories = "tianjin-grid"
unit_kinds = ["sanitation"]
"""
OTHERWISE = 'otherwise = "ask-the-district"\n'
SQUARE = "[[117190000, 39100000], [117200000, 39100000], [117200000, 39110000]]"
BOW = "[[0, 0], [10, 10], [10, 0], [0, 10]]"
LINE = "[[0, 0], [5, 5], [10, 10]]"
CATEGORIES = categories_from(
    "tianjin-grid@1", read_rules(BOOK / "categories" / "tianjin-grid.toml").content
)
KNOWN = Known(categories=CATEGORIES, is_unit=lambda code: code == "u-stands")


def rule(name: str, when: str = "", then: str = 'unit_kind = "any"') -> str:
    written = f"when = {{ {when} }}\n" if when else ""
    return f'[[rule]]\nname = "{name}"\n{written}then = {{ {then} }}\n'


def found(*rules: str, head: str = HEAD + OTHERWISE, known: Known | None = KNOWN):
    content = tomllib.loads(head + "".join(rules))
    must_fit_schema("routing", content)
    return list(routing_findings(content, known))


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ('category = "1"', "rules-malformed"),
        ('category = "99-01"', "unknown-category"),
        ("category = []", "rules-malformed"),
        ('area = "12010"', "invalid-area-code"),
        ('area = "1201010010"', "invalid-area-code"),
        ('area = "tianjin"', "invalid-area-code"),
        ('hours = "8-18"', "invalid-hours"),
        ('hours = "08:00-08:00"', "invalid-hours"),
        ('hours = "08:00-25:00"', "invalid-hours"),
        ('hours = ["08:00-12:00", "11:59-14:00"]', "invalid-hours"),
        ('hours = ["22:00-06:00", "05:00-07:00"]', "invalid-hours"),
        ('days = ["funday"]', "rules-malformed"),
        ('working = "yes"', "rules-malformed"),
        ('source = "rumour"', "unknown-source"),
        ("answers = { minutes = 3 }", "rules-malformed"),
        ("answers = {}", "rules-malformed"),
        ("load = { unit_below = 0 }", "rules-malformed"),
        ("load = { below = 3 }", "rules-malformed"),
        ('colour = "red"', "rules-malformed"),
        ('within = "here"', "invalid-ring"),
        ("within = [[0, 0], [1, 1]]", "invalid-ring"),
        ("within = [[0, 0], [1, 1], [2]]", "invalid-ring"),
        ("within = [[0, 0], [1, 1], [0.5, 3]]", "invalid-ring"),
        ("within = [[0, 0], [1, 95000000], [2, 2]]", "invalid-ring"),
        (f"within = {BOW}", "invalid-ring"),
        (f"within = {LINE}", "invalid-ring"),
    ],
)
def test_a_condition_that_cannot_hold_is_found(when, code):
    (finding,) = found(rule("wrong", when))

    assert (finding.code, finding.rule) == (code, "wrong")
    assert finding.key.startswith("rule.0")
    assert finding.hint


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ('unit_kind = "sanitaton"', "unknown-unit-kind"),
        ('unit = "u-moon"', "unknown-unit"),
        ('unit = "u-stands", unit_kind = "any"', "rules-malformed"),
        ("district = false", "rules-malformed"),
        ('limit = "2 clock hours"', "rules-malformed"),
        ('unit_kind = "any", limit = "soon"', "limit-not-understood"),
    ],
)
def test_a_target_that_leads_nowhere_is_found(then, code):
    (finding,) = found(rule("wrong", then=then))

    assert (finding.code, finding.rule) == (code, "wrong")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("", 'category = "01"'),
        ('category = "01"', 'category = ["01-02", "01-03"]'),
        ('area = "120101"', 'area = "120101001"'),
        ('hours = "20:00-08:00"', 'hours = ["21:00-23:00", "00:00-05:00"]'),
        ('hours = ["00:00-12:00", "12:00-24:00"]', 'category = "01"'),
        ('days = ["monday", "sunday"]', 'days = ["sunday"], working = true'),
        ("working = true", "working = true"),
        ('source = ["public", "hotline"]', 'source = "public"'),
        (f"within = {SQUARE}", f'within = {SQUARE}, category = "01"'),
        ('answers = { condition = "hard" }', 'answers = { condition = "hard", outcome = "x" }'),
        ("load = { unit_below = 40 }", "load = { unit_below = 30 }"),
    ],
)
def test_a_rule_in_the_shadow_of_an_earlier_one_is_found(earlier, later):
    (finding,) = found(rule("wide", earlier), rule("narrow", later))

    assert (finding.code, finding.rule, finding.key) == ("rule-shadowed", "narrow", "rule.1")
    assert "'wide'" in finding.hint


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ('category = "01-02"', 'category = ["01-02", "01-03"]'),
        ('category = "01"', ""),
        ('area = "120101001"', 'area = "120101"'),
        ('hours = "20:00-08:00"', 'hours = "07:00-09:00"'),
        ("working = true", "working = false"),
        ('days = ["monday"]', ""),
        ('source = "public"', ""),
        (f"within = {SQUARE}", 'category = "01"'),
        ('answers = { condition = "hard" }', 'answers = { condition = "easy" }'),
        ("load = { unit_below = 40 }", ""),
        ("load = { unit_below = 30 }", "load = { unit_below = 40 }"),
    ],
)
def test_a_rule_that_still_decides_something_is_left_alone(earlier, later):
    assert found(rule("one", earlier), rule("two", later)) == []


def test_a_load_hides_nothing_from_a_rule_for_other_units():
    load = "load = { unit_below = 40 }"

    assert found(rule("one", load), rule("two", load, 'unit_kind = "sanitation"')) == []


def test_a_matter_that_no_rule_takes_must_go_somewhere():
    (finding,) = found(rule("some", 'category = "01"'), head=HEAD)

    assert finding.code == "otherwise-missing"
    assert found(rule("some", 'category = "01"'), rule("rest"), head=HEAD) == []


def test_names_are_given_once():
    (finding,) = found(rule("same", 'category = "01"'), rule("same", 'category = "02"'))

    assert (finding.code, finding.rule, finding.key) == ("rule-named-twice", "same", "rule.1")


def test_everything_is_found_at_once():
    rules = rule("one", 'category = "1", hours = "x"', 'unit_kind = "any", limit = "soon"')
    content = tomllib.loads(HEAD + rules + rule("two", 'area = "1"'))

    with pytest.raises(Refused) as refusal:
        must_route_soundly(content, KNOWN)

    assert refusal.value.code == "routing-refused"
    assert [(one["rule"], one["key"]) for one in refusal.value.facts["findings"]] == [
        ("one", "rule.0.when.category"),
        ("one", "rule.0.when.hours"),
        ("one", "rule.0.then"),
        ("two", "rule.1.when.area"),
        ("", "otherwise"),
    ]


def test_a_slip_of_the_pen_gets_the_word_that_was_meant():
    (finding,) = found(rule("slip", then='unit_kind = "sanitaton"'))

    assert finding.hint == "Did you mean 'sanitation'?"


def test_a_file_is_refused_with_its_line(tmp_path):
    path = tmp_path / "routing" / "mine.toml"
    path.parent.mkdir()
    path.write_text(HEAD + OTHERWISE + rule("one", 'hours = "x"'), encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        read_rules(path)

    assert refusal.value.facts["file"] == "mine.toml"
    assert refusal.value.facts["line"] == 8


def test_the_book_that_ships_is_sound():
    content = read_rules(BOOK / "routing" / "tianjin-grid.toml").content

    assert list(routing_findings(content, KNOWN)) == []
