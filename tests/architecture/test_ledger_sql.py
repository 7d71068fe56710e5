"""The ledger keeps to SQL that gives the same answer on one machine and on many.

Positions come from head rows, and every key begins with a part, so that parts can lie apart. What
cannot be spread, or is right on one server only, has no place in ledger/ and migrations/.
"""

import ast
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from ledger.tables import LEDGER
from tests.architecture.checkout import docstring_of, name_of, python_files

# SQL words are looked for as people write them, in capitals; functions and types in any case.
AVOID = {
    "LOCK TABLE (head rows order the appends)": r"LOCK\s+TABLE",
    "LISTEN or NOTIFY (readers pull; a bell may be lost)": (
        r"\b(UN)?LISTEN\s+\w|\bNOTIFY\s+\w|(?i:pg_notify)"
    ),
    "a sequence (it leaves gaps and shows no commit order)": (
        r"(?i:\b(nextval|currval|setval)\s*\(|\bCREATE\s+SEQUENCE|\bAUTOINCREMENT\b"
        r"|\b(BIG|SMALL)?SERIAL\b|\bAS\s+IDENTITY\b)"
    ),
    "a transaction id (it means nothing on another server)": (
        r"(?i:\b(pg_current_xact_id|pg_current_snapshot|txid_\w+|xid8)\b|\bxm(in|ax)\b)"
    ),
    "an advisory lock (it holds on one server only)": r"(?i:pg_(try_)?advisory_\w+)",
    "a composite type": r"(?i:\bCREATE\s+TYPE\b)",
    "PL/pgSQL": r"(?i:\bplpgsql\b|\bCREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE)\b|\bDO\s+\$)",
    "a trigger": r"(?i:\bCREATE\s+(OR\s+REPLACE\s+)?(CONSTRAINT\s+)?TRIGGER\b)",
    "what PostgreSQL 15 has not": r"(?i:\buuidv7\s*\(|\bCREATE\s+EXTENSION\b)",
}
# The same wishes spelled in SQLAlchemy.
AVOIDED_CALLS = {"Sequence", "Identity"}
AVOIDED_FLAGS = {"autoincrement", "sqlite_autoincrement"}
# DuckDB reads `at` as a word of its own and refuses it unquoted; auditors read with DuckDB.
AVOIDED_COLUMN = "at"

# Tables that are not split into parts, each with the reason why one copy is enough.
WHOLE_TABLES = {
    "topics": "a few hundred names, the same for every part; each server may keep a copy",
    "sessions": "some thousand rows, of this hour; a store of their own if ever they are many",
    "failures": "rows of a day, as sessions",
    "factors_used": "one row per second factor and key",
}
# Keys of split tables that stand without their part, each as "table(columns)" with the reason.
KEYS_WITHOUT_PART: dict[str, str] = {}


def avoided_in(source: str) -> list[str]:
    """What the module asks of a database that the ledger must not ask."""
    tree = ast.parse(source)
    docstrings = {id(docstring_of(node)) for node in ast.walk(tree)}
    findings = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in docstrings:
                findings += avoided_in_text(node.value, node.lineno)
        elif isinstance(node, ast.Call):
            findings += avoided_in_call(node)
    return findings


def avoided_in_text(text: str, line: int) -> list[str]:
    return [f"line {line}: {what}" for what, how in AVOID.items() if re.search(how, text)]


def avoided_in_call(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in AVOIDED_CALLS:
        yield f"line {call.lineno}: {name}"
    if name == "Column" and call.args:
        first = call.args[0]
        if isinstance(first, ast.Constant) and first.value == AVOIDED_COLUMN:
            yield f"line {call.lineno}: a column named {AVOIDED_COLUMN}"
    for flag in call.keywords:
        wanted = not (isinstance(flag.value, ast.Constant) and flag.value.value is False)
        if flag.arg in AVOIDED_FLAGS and wanted:
            yield f"line {call.lineno}: {flag.arg}"


def avoided_in_table(table: sa.Table) -> list[str]:
    """The same in what SQLAlchemy makes of a table: an integer key becomes a sequence unasked."""
    text = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    findings = [f"{table.name}: {what}" for what in avoided_in_text(text, line=0)]
    if AVOIDED_COLUMN in table.columns:
        findings.append(f"{table.name}: a column named {AVOIDED_COLUMN}")
    return findings


def keys(table: sa.Table) -> Iterator[tuple[str, ...]]:
    """The columns of everything that must be unique in the table."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint):
            yield tuple(column.name for column in constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield tuple(column.name for column in index.columns)


def keys_without_part(tables: sa.MetaData) -> set[str]:
    """Keys that could not be held where each part lies on a server of its own."""
    return {
        f"{table.name}({', '.join(key)})"
        for table in tables.sorted_tables
        if "part" in table.columns
        for key in keys(table)
        if "part" not in key
    }


def tables_without_part(tables: sa.MetaData) -> set[str]:
    return {table.name for table in tables.sorted_tables if "part" not in table.columns}


def test_the_ledger_asks_for_nothing_to_avoid():
    findings = [
        f"{name_of(path)}, {finding}"
        for path in python_files("ledger", "migrations")
        for finding in avoided_in(path.read_text())
    ]

    assert not findings, "\n".join(findings)


def test_the_tables_ask_for_nothing_to_avoid():
    findings = [finding for table in LEDGER.sorted_tables for finding in avoided_in_table(table)]

    assert LEDGER.sorted_tables
    assert not findings, "\n".join(findings)


def test_every_table_is_split_or_says_why_not():
    assert tables_without_part(LEDGER) == set(WHOLE_TABLES)


def test_every_key_of_a_split_table_holds_its_part():
    assert keys_without_part(LEDGER) == set(KEYS_WITHOUT_PART)


@pytest.mark.parametrize(
    "statement",
    [
        "LOCK TABLE events IN EXCLUSIVE MODE",
        "LISTEN appended",
        "NOTIFY appended, '7'",
        "SELECT pg_notify('appended', '7')",
        "SELECT nextval('positions')",
        "CREATE TABLE events (pos bigserial)",
        "CREATE TABLE events (pos INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE events (pos bigint GENERATED ALWAYS AS IDENTITY)",
        "SELECT xmin FROM events",
        "SELECT pg_current_xact_id()",
        "SELECT pg_advisory_xact_lock(1)",
        "CREATE TYPE fact AS (body bytea)",
        "CREATE FUNCTION append() RETURNS void LANGUAGE plpgsql",
        "DO $$ BEGIN END $$",
        "CREATE TRIGGER sealed BEFORE UPDATE ON events",
        "SELECT uuidv7()",
    ],
)
def test_sql_to_avoid_is_found(statement):
    assert len(avoided_in(f"ORDER = {statement!r}")) >= 1


@pytest.mark.parametrize(
    "source",
    [
        "pos = sa.Column('pos', sa.Integer, autoincrement=True)",
        "pos = sa.Column('pos', sa.Integer, sa.Identity())",
        "positions = Sequence('positions')",
        "happened = sa.Column('at', sa.DateTime)",
    ],
)
def test_sqlalchemy_to_avoid_is_found(source):
    assert len(avoided_in(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""No LOCK TABLE here: head rows order the appends."""',
        "# No LOCK TABLE here.",
        "refusal = 'Listen to the street and notify the grid: the maximum is reached.'",
        "pos = sa.Column('pos', sa.Integer, autoincrement=False)",
        "happened = sa.Column('recorded_at', sa.BigInteger)",
        "order = 'UPDATE heads SET pos = pos + :n WHERE part = :part RETURNING pos'",
    ],
)
def test_what_only_speaks_of_it_passes(source):
    assert avoided_in(source) == []


def table(*columns, **options):
    return sa.Table("planted", sa.MetaData(), *columns, **options)


def integer(name, **options):
    return sa.Column(name, sa.BigInteger, **options)


@pytest.mark.parametrize("column", [integer("pos", primary_key=True), integer("at")])
def test_a_table_to_avoid_is_found(column):
    assert len(avoided_in_table(table(column))) == 1


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([integer("part", primary_key=True), integer("pos", primary_key=True)], set()),
        ([integer("part"), integer("pos", primary_key=True)], {"planted(pos)"}),
        ([integer("part", primary_key=True), integer("id", unique=True)], {"planted(id)"}),
        (
            [
                integer("part", primary_key=True),
                integer("id"),
                sa.Index("once", "id", unique=True),
            ],
            {"planted(id)"},
        ),
    ],
)
def test_a_key_without_its_part_is_found(columns, found):
    assert keys_without_part(table(*columns).metadata) == found


def test_a_table_that_is_not_split_is_found():
    assert tables_without_part(table(integer("id")).metadata) == {"planted"}
