"""Functions fit on a screen and files hold one idea: aims and stops, in lines."""

import ast
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import pytest

from tests.architecture.checkout import PACKAGES, docstring_of, name_of, python_files

FUNCTION_AIM = 15
FUNCTION_STOP = 40
FILE_STOP = 400
DOMAIN_FILE_STOP = 250


class Function(NamedTuple):
    name: str
    lines: int


def functions(source: str) -> Iterator[Function]:
    """Each function with its lines, from `def` to the end, without its docstring."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(node.name, lines_of(node) - lines_of(docstring_of(node)))


def lines_of(node: ast.stmt | ast.expr | None) -> int:
    if node is None or node.end_lineno is None:
        return 0
    return node.end_lineno - node.lineno + 1


def too_long(name: str, source: str) -> list[str]:
    stop = DOMAIN_FILE_STOP if name.startswith("domain/") else FILE_STOP
    length = len(source.splitlines())
    findings = [f"{name} has {length} lines, stop at {stop}"] if length > stop else []
    findings += [
        f"{name}: {function.name} has {function.lines} lines, stop at {FUNCTION_STOP}"
        for function in functions(source)
        if function.lines > FUNCTION_STOP
    ]
    return findings


def test_no_file_and_no_function_is_too_long():
    code = python_files(*PACKAGES, "migrations", "bench", "docs", "deploy", ".ci")

    findings = [line for path in code for line in too_long(name_of(path), path.read_text())]

    assert not findings, "\n".join(findings)


@pytest.mark.parametrize("package", PACKAGES)
def test_most_functions_keep_to_the_aim(package):
    lengths = [f.lines for path in python_files(package) for f in functions(path.read_text())]

    assert lengths, f"{package} has no functions: is it looked for in the right place?"
    assert median(lengths) <= FUNCTION_AIM


def function_of(lines):
    return "def move():\n" + '    """Say\n    something."""\n' + "    step = 1\n" * (lines - 1)


@pytest.mark.parametrize(("lines", "findings"), [(40, 0), (41, 1)])
def test_a_function_stops_at_forty_lines_beside_its_docstring(lines, findings):
    assert len(too_long("web/board.py", function_of(lines))) == findings


@pytest.mark.parametrize(
    ("name", "lines", "findings"),
    [
        ("web/board.py", 400, 0),
        ("web/board.py", 401, 1),
        ("domain/incident/incident.py", 250, 0),
        ("domain/incident/incident.py", 251, 1),
    ],
)
def test_a_file_stops_at_its_limit(name, lines, findings):
    assert len(too_long(name, "step = 1\n" * lines)) == findings
