"""Reading rules from files: what is wrong is said with file, line and key."""

import pytest

from domain.kernel.refusals import Refused
from domain.rulebook.content import canonical
from workflows.rulebook.reading import read_book, read_rules

OFFICE = """\
title = { zh = "名", en = "Name" }
time_zone = "Asia/Shanghai"
week = ["mon"]
shifts = ["08:00-12:00"]

[[year]]
year = 2025
off = []
on = []

[[year]]
year = 2026
off = [
  { zh = "节", en = "Feast", first = 2026-02-15, last = 2026-02-23 },
]
on = [2026-02-14]
"""
GRID = """\
title = { zh = "名", en = "Name" }

[[rule]]
category = "default"
handling = "7 working days"
filing = { zh = "真", en = "True" }

[[rule]]
category = "01-01"
handling = "a week or so"
filing = { zh = "真", en = "True" }

[[rule.step]]
code = "stop"
name = { zh = "停" , en = "Stopped" }
limit = "4 working hours"
"""


@pytest.fixture
def book(tmp_path):
    for folder in ("calendars", "categories", "limits"):
        (tmp_path / folder).mkdir()
    return tmp_path


def refusal_of(path, text):
    if isinstance(text, bytes):
        path.write_bytes(text)
    else:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_rules(path)
    return refused.value


def test_the_folder_tells_the_kind_and_the_file_the_name(book):
    (book / "calendars" / "office.toml").write_text(OFFICE, encoding="utf-8")

    [rules] = read_book(book)

    assert (rules.kind, rules.name) == ("calendar", "office")
    assert '"first":"2026-02-15"' in canonical(rules.content)


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('week = ["mon"]', 'week = ["monday"]', 3, "week.0"),
        ('week = ["mon"]', 'week = "mon"', 3, "week"),
        ("year = 2026", 'year = "2026"', 12, "year.1.year"),
        ("year = 2026", "year = 2026.5", 12, "year.1.year"),
        ("on = [2026-02-14]", "on = [true]", 16, "year.1.on.0"),
        ("on = [2026-02-14]", "on = [2026-02-14]\nwhy = 1", 17, "year.1.why"),
        ("on = [2026-02-14]", "", 11, "year.1.on"),
        ('zh = "节", ', "", 13, "year.1.off.0.zh"),
        ('time_zone = "Asia/Shanghai"', "", None, "time_zone"),
    ],
)
def test_a_key_that_does_not_fit_is_named_with_its_line(book, old, new, line, key):
    refusal = refusal_of(book / "calendars" / "office.toml", OFFICE.replace(old, new))

    findings = refusal.facts.get("findings", [{"key": refusal.facts.get("key")}])
    assert refusal.facts.get("line") == line
    assert key in {found["key"] for found in findings}
    assert "office.toml" in str(refusal)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("Asia/Shanghai", "Asia/Tientsin-New", "rules-malformed", 2),
        ("08:00-12:00", "08:00-25:00", "rules-malformed", 4),
        ("last = 2026-02-23", "last = 2026-01-23", "rules-malformed", 14),
    ],
)
def test_what_the_domain_refuses_is_placed_too(book, old, new, code, line):
    refusal = refusal_of(book / "calendars" / "office.toml", OFFICE.replace(old, new))

    assert (refusal.code, refusal.facts.get("line")) == (code, line)


def test_a_limit_that_is_not_understood_has_its_line(book):
    refusal = refusal_of(book / "limits" / "grid.toml", GRID)

    assert (refusal.code, refusal.facts["line"]) == ("limit-not-understood", 10)


def test_a_key_missing_in_a_nested_table_has_the_line_of_that_table(book):
    text = GRID.replace("a week or so", "1 working day").replace('code = "stop"\n', "")

    refusal = refusal_of(book / "limits" / "grid.toml", text)

    assert refusal.facts["line"] == 13


def test_all_findings_come_at_once(book):
    text = OFFICE.replace("year = 2025", 'year = "x"').replace('zh = "名"', 'zh = ""')

    refusal = refusal_of(book / "calendars" / "office.toml", text)

    assert {found["key"] for found in refusal.facts["findings"]} == {"year.0.year", "title.zh"}


def test_what_is_not_toml_is_refused_with_its_line(book):
    refusal = refusal_of(book / "calendars" / "office.toml", OFFICE.replace("week = [", "week = "))

    assert (refusal.code, refusal.facts["line"]) == ("not-toml", 3)


@pytest.mark.parametrize("value", ["0.5", "08:00:00", "2026-01-01T08:00:00Z"])
def test_floats_and_times_are_not_canonical(book, value):
    refusal = refusal_of(book / "calendars" / "office.toml", f"week = {value}\n")

    assert (refusal.code, refusal.facts["line"]) == ("not-canonical", 1)


def test_a_file_in_another_encoding_is_refused(book):
    refusal = refusal_of(book / "calendars" / "office.toml", 'title = "名"'.encode("gbk"))

    assert refusal.code == "not-readable"


@pytest.mark.parametrize("place", ["calendars/Office.toml", "calendars/office hours.toml"])
def test_a_file_name_must_fit_a_reference(book, place):
    assert refusal_of(book / place, OFFICE).code == "invalid-rule-name"


@pytest.mark.parametrize("place", ["office.toml", "calendars/office.txt"])
def test_a_file_elsewhere_is_misplaced(book, place):
    assert refusal_of(book / place, OFFICE).code == "misplaced-rules"
