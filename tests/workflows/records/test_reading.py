"""Reading a city's file: every row becomes a record, a repeat or a finding, and none is lost."""

import gzip
from datetime import UTC, datetime

import pytest

from domain.kernel.refusals import Refused
from tests.workflows.records.files import COLUMNS, a_file, a_row, boston_time, never_closed
from workflows.records.mappings import read_mapping
from workflows.records.reading import read_records

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEADER = ",".join(COLUMNS)


def read(path, mapping="boston311"):
    return read_records(path, read_mapping(mapping), now=NOW)


def read_rows(tmp_path, *rows):
    return read(a_file(tmp_path, rows))


def found(records):
    return [(one.line, one.what, one.why) for one in records.tally.findings]


def test_a_row_says_what_the_record_says(tmp_path):
    record = read_rows(tmp_path, a_row("101000295613")).by_case["101000295613"]

    assert record.reference == "boston311:101000295613"
    assert record.opened_at == boston_time(2011, 8, 1, 9, 0)
    assert record.due_at == boston_time(2011, 8, 4, 9, 0)
    assert record.area == "900118000000"
    assert record.unit == "boston-pwdx"
    assert record.category == "request-for-pothole-repair"
    assert record.source == "hotline"
    assert record.place is not None
    assert (record.place.lat_e6, record.place.lon_e6) == (42_327_100, -71_084_600)


@pytest.mark.parametrize(
    ("outcome", "step", "code"),
    [
        ("resolved", "close", "resolved"),
        ("administratively_closed", "close", "administratively-closed"),
        ("duplicate", "merge", "duplicate"),
        ("invalid", "decline", "invalid"),
        ("", "close", "unstated"),
    ],
)
def test_an_outcome_says_how_a_case_ends(tmp_path, outcome, step, code):
    closing = read_rows(tmp_path, a_row(outcome=outcome)).by_case["1"].closing

    assert closing is not None
    assert (closing.step, closing.outcome) == (step, code)


def test_the_same_row_again_is_a_repeat(tmp_path):
    records = read_rows(tmp_path, a_row("1"), a_row("2"), a_row("1"))

    assert (records.tally.rows, len(records.by_case), records.tally.repeated) == (3, 2, 1)
    assert not records.tally.findings


def test_another_telling_of_a_case_is_named_by_its_line(tmp_path):
    records = read_rows(tmp_path, a_row("1"), a_row("1", closed_at="2011-08-03T10:00:00"))

    assert found(records) == [(3, "conflicting", "told-otherwise")]
    closing = records.by_case["1"].closing
    assert closing is not None
    assert closing.at == boston_time(2011, 8, 2, 15, 30)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"case_id": ""}, "no-case-id"),
        ({"case_id": "x" * 101}, "bad-case-id"),
        ({"opened_at": ""}, "no-opening"),
        ({"opened_at": "yesterday"}, "bad-time"),
        ({"opened_at": "1999-12-31T23:59:59"}, "too-early"),
        ({"closed_at": "2011-08-02"}, "bad-time"),
        ({"closed_at": "2031-08-02T09:00:00"}, "not-yet"),
        ({"due_at": "31 August"}, "bad-time"),
        ({"status": "in progress"}, "unknown-status"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_by_its_line(tmp_path, told, why):
    records = read_rows(tmp_path, a_row("7"), a_row("8") | told)

    assert found(records) == [(3, "rejected", why)]
    assert list(records.by_case) == ["7"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"closed_at": "2011-07-31T09:00:00"}, "closed-before-opened"),
        ({"closed_at": ""}, "closed-without-time"),
        ({"status": "open"}, "open-with-closing"),
    ],
)
def test_a_closing_in_doubt_is_left_out_and_the_case_stays_open(tmp_path, told, why):
    records = read_rows(tmp_path, a_row() | told)

    assert found(records) == [(2, "closing-left-out", why)]
    assert records.by_case["1"].closing is None


def test_what_has_no_status_goes_by_its_closing_time(tmp_path):
    records = read_rows(tmp_path, a_row("1", status=""), never_closed("2") | {"status": ""})

    assert records.by_case["1"].closing is not None
    assert records.by_case["2"].closing is None
    assert not records.tally.findings


def test_an_unknown_neighbourhood_is_kept_at_the_city_and_counted(tmp_path):
    records = read_rows(
        tmp_path,
        a_row("1", neighborhood="Atlantis"),
        a_row("2", neighborhood=" "),
        a_row("3", neighborhood="Boston"),
        a_row("4", neighborhood="SOUTH  END"),
    )

    areas = [str(record.area) for record in records.by_case.values()]
    assert areas == ["900100000000"] * 3 + ["900121000000"]
    assert records.tally.areas_unknown == {"Atlantis": 1, "": 1}


def test_a_department_that_is_not_listed_is_named_by_its_word_and_counted(tmp_path):
    records = read_rows(tmp_path, a_row("1", department="Snow & Ice"), a_row("2", department=""))

    assert records.by_case["1"].unit == "boston-snow-ice"
    assert records.by_case["2"].unit is None
    assert records.tally.units_unlisted == {"Snow & Ice": 1}
    assert records.tally.units_missing == 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "unreadable"),
    [("0", "0", 1), ("north", "-71", 1), ("142.3", "-71", 1), ("nan", "inf", 1), ("", "", 0)],
)
def test_a_place_that_is_none_is_left_out(tmp_path, latitude, longitude, unreadable):
    records = read_rows(tmp_path, a_row(latitude=latitude, longitude=longitude))

    assert records.by_case["1"].place is None
    assert records.tally.places_unreadable == unreadable


def test_rows_without_a_file_around_them_are_told_by_their_lines(tmp_path):
    path = tmp_path / "broken.csv"
    whole = ",".join(a_row("1").values())
    path.write_bytes(
        b"\n".join(
            [
                HEADER.encode(),
                b"2,too,few",
                whole.encode(),
                b"",
                whole.replace("Roxbury", "R\xff").encode("latin-1").replace(b"1,", b"4,", 1),
                b'5,"never ends,',
                whole.encode(),
            ]
        )
    )

    records = read(path)

    assert found(records) == [
        (2, "rejected", "wrong-width"),
        (5, "rejected", "not-utf-8"),
        (6, "rejected", "wrong-width"),
    ]
    assert records.tally.findings[-1].where == "lines 6 to 7"
    assert list(records.by_case) == ["1"]
    assert records.tally.rows == 4


def test_a_cell_beyond_all_measure_is_told_by_its_line(tmp_path):
    path = a_file(tmp_path, [a_row("1", neighborhood="x" * 200_000), a_row("2")])

    records = read(path)

    assert found(records)[0] == (2, "rejected", "no-csv")
    assert "2" in records.by_case


def test_a_packed_file_is_read_whatever_it_is_called(tmp_path):
    plain = a_file(tmp_path, [a_row()])
    packed = tmp_path / "requests"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert read(packed).by_case == read(plain).by_case


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\n\n", "empty-file"),
        (b"name,age\nLi,60\n", "missing-columns"),
        (b"\x00\x01\x02", "missing-columns"),
        (gzip.compress(HEADER.encode() * 50)[:40], "unreadable-file"),
    ],
    ids=["empty", "blank", "other-columns", "no-text", "cut-off"],
)
def test_a_file_that_is_none_is_refused_as_a_whole(tmp_path, content, code):
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    with pytest.raises(Refused) as refusal:
        read(path)

    assert refusal.value.code == code


def test_a_mapping_that_does_not_fit_names_the_columns_it_needs(tmp_path):
    with pytest.raises(Refused) as refusal:
        read(a_file(tmp_path, [a_row()]), "chicago311")

    assert refusal.value.code == "missing-columns"
    assert "request_id" in refusal.value.reason
