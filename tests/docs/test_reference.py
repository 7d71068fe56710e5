"""What the reference says is what the code does."""

import pytest

from docs.generating import HEAD, PAGES, REFERENCE, SCHEMA, workflow_schema


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_says_today(name):
    written = (REFERENCE / name).read_text(encoding="utf-8")

    assert written == HEAD + PAGES[name](), "run: python -m docs.generating"


def test_the_schema_is_what_the_checker_asks_today():
    written = (REFERENCE / SCHEMA).read_text(encoding="utf-8")

    assert written == workflow_schema(), "run: python -m docs.generating"
