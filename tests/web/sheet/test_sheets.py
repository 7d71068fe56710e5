"""Reports by a sheet: tried out, recorded row by row, the same row never twice."""

import csv
import io
import zipfile
from uuid import UUID

import openpyxl
import pytest

from domain.incident.events import Reported
from tests.architecture.checkout import ROOT, name_of, python_files
from tests.city import KAIFENG, TAISHAN, centre, grid
from tests.house import as_
from tests.houses import copied
from tests.web.test_commands import LI, WHO, refusal
from web.sheet.api import CSV, XLSX

AUDITOR = WHO["p-zheng-shuang"]
HEAD = ("number", "category", "area", "words", "name", "phone")
GRID = str(grid(KAIFENG))
SOFA, BIN = (
    ("1", "01-02", GRID, "旧沙发", "韩秀英", "13800138000"),
    ("2", "01-02", GRID, "垃圾桶满", "", ""),
)


def as_csv(*rows, head=HEAD, encoding="utf-8"):
    written = io.StringIO()
    csv.writer(written).writerows([head, *rows])
    return written.getvalue().encode(encoding)


def as_xlsx(*rows, head=HEAD):
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(data, name, content=b"x"):
    """A workbook with one part more."""
    written = io.BytesIO(data)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(name, content)
    return written.getvalue()


def with_parts(data, number):
    for one in range(number):
        data = with_part(data, f"xl/media/{one}.txt")
    return data


def with_other(data, name, change):
    """A workbook with one part changed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, change(content) if part == name else content)
    return written.getvalue()


def send(house, data, who=LI, *, dry=False, kind=CSV, listed="sheet"):
    answer = house.client().post(
        f"/api/v1/incidents/sheet?list={listed}&dry_run={str(dry).lower()}",
        data=data,
        headers=as_(who),
        content_type=kind,
    )
    house.catch_up()
    return answer


def states(answer):
    assert answer.status_code == 200, answer.text
    return [(row["row"], row["state"], row["column"], row["code"]) for row in answer.json["rows"]]


def count(house):
    return len(house.get("/incidents?limit=200").json["items"])


@pytest.fixture(scope="module")
def still(city_on_sqlite, tmp_path_factory):
    """A city in which nothing is recorded: tests of refusals share it."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("sheets")) as house:
        yield house


@pytest.mark.parametrize(("make", "kind"), [(as_csv, CSV), (as_xlsx, XLSX)])
def test_a_sheet_is_tried_out_and_then_recorded(small_house, make, kind):
    data = make(SOFA, BIN)

    tried = send(small_house, data, dry=True, kind=kind)
    assert states(tried) == [(2, "fine", "", ""), (3, "fine", "", "")]
    assert count(small_house) == 0
    told = send(small_house, data, kind=kind)

    assert told.json["counts"] == {"fine": 0, "recorded": 2, "repeated": 0, "refused": 0}
    assert count(small_house) == 2


def test_the_same_sheet_twice_records_nothing_anew(house):
    first = send(house, as_csv(SOFA, BIN)).json["rows"]
    house.clock.forward(days=1)

    second = send(house, as_xlsx(SOFA, BIN), kind=XLSX)

    assert second.json["counts"]["repeated"] == 2
    assert [one["incident"] for one in second.json["rows"]] == [one["incident"] for one in first]
    assert count(house) == 2
    assert [state for _, state, *_ in states(send(house, as_csv(SOFA, BIN), dry=True))] == [
        "repeated",
        "repeated",
    ]


def test_good_rows_are_recorded_beside_bad_ones_and_those_are_named(small_house):
    rows = (
        SOFA,
        ("2", "99-99", GRID, "", "", ""),
        ("3", "01-02", str(grid(TAISHAN)), "", "", ""),
        ("4", "01-02", "12", "", "", ""),
        ("5", "", GRID, "", "", ""),
        ("", "01-02", GRID, "", "", ""),
        ("1", "01-02", GRID, "", "", ""),
        ("8", "01-02", "", "", "", ""),
        ("9", "01-02", GRID, "长" * 2001, "", ""),
        ("10", *BIN[1:]),
    )

    told = send(small_house, as_csv(*rows))

    assert states(told) == [
        (2, "recorded", "", ""),
        (3, "refused", "category", "unknown-category"),
        (4, "refused", "area", "outside-your-area"),
        (5, "refused", "area", "cell-unfit"),
        (6, "refused", "category", "cell-unfit"),
        (7, "refused", "number", "cell-unfit"),
        (8, "refused", "number", "cell-unfit"),
        (9, "refused", "area", "cell-unfit"),
        (10, "refused", "words", "cell-unfit"),
        (11, "recorded", "", ""),
    ]
    assert all(row["reason"].endswith(".") for row in told.json["rows"] if row["code"])
    assert count(small_house) == 2


def test_corrected_rows_are_recorded_when_the_sheet_is_sent_again(small_house):
    send(small_house, as_csv(SOFA, ("2", "99-99", GRID, "", "", "")))

    told = send(small_house, as_csv(SOFA, BIN))

    assert [state for _, state, *_ in states(told)] == ["repeated", "recorded"]


def test_a_number_that_is_told_otherwise_now_stays_as_it_was(small_house):
    send(small_house, as_csv(SOFA))

    told = send(small_house, as_csv((*SOFA[:3], "另一件事情", "", "")))

    assert states(told) == [(2, "refused", "number", "command-id-reused")]
    assert count(small_house) == 1


def test_another_list_has_numbers_of_its_own(small_house):
    send(small_house, as_csv(SOFA))

    assert states(send(small_house, as_csv(SOFA), listed="walk-2"))[0][1] == "recorded"


def test_name_and_phone_go_to_the_vault(small_house):
    told = send(small_house, as_csv(SOFA)).json["rows"][0]

    (recorded, *_) = small_house.gridward.ledger.history(UUID(told["incident"]))
    assert isinstance(recorded.fact, Reported)
    assert "13800138000" not in repr(recorded.fact)
    kept = small_house.gridward.ledger.words(UUID(told["incident"]), 1, "contact")
    assert kept == "name: 韩秀英\nphone: 13800138000"


def test_a_point_finds_its_grid_and_a_time_is_the_citys(small_house):
    lon, lat = centre(grid(KAIFENG))
    head = ("编号", "类别", "经度", "纬度", "时间")
    row = ("7", "01-02", f"{lon:.6f}", f"{lat:.6f}", "2026/11/16 08:30")

    told = send(small_house, as_csv(row, head=head, encoding="gb18030")).json["rows"][0]

    case = small_house.get(f"/incidents/{told['incident']}").json
    assert (case["area"], case["reported_at"]) == (GRID, "2026-11-16T00:30:00+00:00")


def test_a_formula_is_the_text_of_it(small_house):
    told = send(small_house, as_xlsx((*SOFA[:3], '=HYPERLINK("http://x","y")', "", "")), kind=XLSX)

    incident = UUID(told.json["rows"][0]["incident"])
    kept = small_house.gridward.ledger.words(incident, 1, "words")
    assert kept == '=HYPERLINK("http://x","y")'
    listed = small_house.client().get(f"/incidents/{incident}/timeline.csv", headers=as_(LI))
    assert b"\n=HYPERLINK" not in listed.data
    assert b",=HYPERLINK" not in listed.data


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
PLAIN = as_xlsx(SOFA)
HOSTILE = {
    "macros": (with_part(PLAIN, "xl/vbaProject.bin"), "sheet-with-macros"),
    "old macros": (with_part(PLAIN, "xl/macrosheets/sheet1.xml"), "sheet-with-macros"),
    "an embedded object": (with_part(PLAIN, "xl/embeddings/a.bin"), "sheet-with-macros"),
    "a control": (with_part(PLAIN, "xl/activeX/a.bin"), "sheet-with-macros"),
    "a bomb": (with_part(PLAIN, "xl/bomb.xml", bytes(17_000_000)), "sheet-too-large"),
    "too many parts": (with_parts(PLAIN, 200), "sheet-too-large"),
    "entities": (
        with_other(PLAIN, "xl/workbook.xml", lambda old: ENTITY + old),
        "unreadable-file",
    ),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "unreadable-file"),
    "half a workbook": (PLAIN[: len(PLAIN) // 2], "unreadable-file"),
    "no workbook": (b"PK\x03\x04" + bytes(600), "unreadable-file"),
    "nothing": (b"", "empty-file"),
    "too many rows": (as_csv(*[SOFA] * 501), "sheet-too-large"),
    "too many rows of a workbook": (as_xlsx(*[SOFA] * 501), "sheet-too-large"),
    "an unknown column": (as_csv(SOFA, head=(*HEAD[:5], "id card")), "unknown-columns"),
    "a column twice": (as_csv(SOFA, head=(*HEAD[:5], "name")), "missing-columns"),
    "no number": (as_csv(SOFA, head=("", *HEAD[1:])), "unknown-columns"),
}


@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_sheet_of_reports_is_refused_whole(still, data, code, dry):
    answer = send(still, data, dry=dry)

    assert refusal(answer)[1] == code
    assert answer.status_code in {413, 422}


def far_away(old):
    """A row at the end of the sheet, and a size that claims a million rows."""
    far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>'
    sized = old.replace(b'ref="A1:F2"', b'ref="A1:XFD1048576"')
    return sized.replace(b"</sheetData>", far)


def test_a_row_at_the_end_of_the_world_costs_nothing(still):
    data = with_other(PLAIN, "xl/worksheets/sheet1.xml", far_away)

    assert states(send(still, data, dry=True, kind=XLSX))[0][1] == "fine"


def test_the_reader_of_workbooks_resolves_no_entities():
    assert openpyxl.DEFUSEDXML


def test_another_kind_of_file_is_refused_by_its_type(still):
    assert send(still, as_csv(SOFA), kind="application/json").status_code == 415


def test_whoever_may_not_report_has_every_row_refused(still):
    told = send(still, as_csv(SOFA, BIN), AUDITOR)

    assert {code for *_, code in states(told)} == {"not-for-your-role"}


@pytest.mark.parametrize("name", ["", "A list", "x" * 41, "../x"])
def test_a_list_has_a_plain_name(still, name):
    assert send(still, as_csv(SOFA), listed=name).status_code == 422


class Clerk:
    """Somebody at the page of sheets."""

    def __init__(self, house, who=LI):
        self.client = house.client()
        self.client.set_cookie("gridward-language", "en")
        self.token = (
            self.client.get("/").text.partition('name="token" value="')[2].partition('"')[0]
        )
        form = {"token": self.token, "handle": who.handle, "role": who.role}
        assert self.client.post("/who", data=form).status_code == 303

    def send(self, data, go, name="sheet.csv"):
        form = {"token": self.token, "list": "walk", "go": go, "sheet": (io.BytesIO(data), name)}
        return self.client.post(
            "/report/sheet",
            data=form,
            content_type="multipart/form-data",
            headers={"Accept": "text/html"},
        )


def test_the_page_tries_a_sheet_out_before_it_records_it(small_house):
    clerk, data = Clerk(small_house), as_csv(SOFA, ("2", "99-99", GRID, "", "", ""))

    tried = clerk.send(data, "try").text
    assert "nothing was recorded" in tried
    assert "category" in tried
    assert count(small_house) == 0
    told = clerk.send(data, "record").text

    small_house.catch_up()
    assert count(small_house) == 1
    assert "recorded" in told
    assert "recorded before" in clerk.send(data, "record").text


def test_the_page_says_why_a_file_is_refused(still):
    answer = Clerk(still).send(b"\xd0\xcf\x11\xe0", "record", "a.xls")

    assert answer.status_code == 422
    assert "Save it as" in answer.text


def test_the_page_is_for_those_who_report(still):
    answer = Clerk(still, AUDITOR).client.get("/report/sheet", headers={"Accept": "text/html"})

    assert answer.status_code == 403


def test_no_table_is_written_but_by_what_makes_formulas_harmless():
    writers = {
        name_of(path)
        for path in python_files("domain", "ledger", "workflows", "projections", "web", "ops")
        if "csv.writer(" in path.read_text(encoding="utf-8")
    }

    assert writers == {"web/sheets.py", "workflows/records/report.py"}
    for name in writers:
        assert "harmless(" in (ROOT / name).read_text(encoding="utf-8")
