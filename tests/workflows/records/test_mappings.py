"""Mappings: those of the book read the cities' own columns; one of your own is checked."""

from datetime import UTC, datetime

import pytest

from domain.kernel.codes import Level
from domain.kernel.refusals import Refused
from workflows.records.mapping import same
from workflows.records.mappings import known_mappings, read_mapping
from workflows.records.reading import read_records

NOW = datetime(2026, 11, 22, tzinfo=UTC)

# The header lines and ways of writing that the cities publish; the cells are made up.
BOSTON_NEW = (
    "case_enquiry_id,open_dt,sla_target_dt,closed_dt,on_time,case_status,closure_reason,"
    "case_title,subject,reason,type,queue,department,submitted_photo,closed_photo,location,"
    "fire_district,pwd_district,city_council_district,police_district,neighborhood,"
    "neighborhood_services_district,ward,precinct,location_street_name,location_zipcode,"
    "latitude,longitude,geom_4326,source"
)
BOSTON_OLD = (
    BOSTON_NEW.replace("sla_target_dt", "target_dt")
    .replace("on_time", "ontime")
    .replace("submitted_photo,closed_photo", "submittedphoto,closedphoto")
    .replace(",geom_4326", "")
)
CHICAGO_FIELDS = (
    "sr_number,sr_type,sr_short_code,created_department,owner_department,status,origin,"
    "created_date,last_modified_date,closed_date,street_address,zip_code,duplicate,"
    "legacy_record,legacy_sr_number,parent_sr_number,community_area,ward,latitude,longitude"
)
CHICAGO_OLD = (
    "Creation Date,Status,Completion Date,Service Request Number,Type of Service Request,"
    "What is the Nature of this Code Violation?,Street Address,ZIP Code,X Coordinate,"
    "Y Coordinate,Ward,Police District,Community Area,Latitude,Longitude,Location"
)


def one(tmp_path, mapping, header, **told):
    """The one record of a file with these columns, its cells told by the column's name."""
    columns = header.split(",")
    cells = [f'"{told.get(same(column).replace(" ", "_"), "")}"' for column in columns]
    path = tmp_path / "published.csv"
    path.write_text(f"{header}\n{','.join(cells)}\n", encoding="utf-8")
    records = read_records(path, read_mapping(mapping), now=NOW)
    assert not records.tally.findings
    assert not records.absent
    return next(iter(records.by_case.values()))


@pytest.mark.parametrize("name", known_mappings())
def test_a_mapping_of_the_book_has_an_area_for_every_code(name):
    mapping = read_mapping(name)

    assert mapping.city.code.level is Level.CITY
    assert mapping.areas
    for area in mapping.areas:
        assert area.code.parent == mapping.city.code
    codes = [area.code for area in mapping.areas]
    assert len(codes) == len(set(codes))
    assert mapping.city.code.startswith("90")


@pytest.mark.parametrize(
    ("header", "due"), [(BOSTON_NEW, "sla_target_dt"), (BOSTON_OLD, "target_dt")]
)
def test_boston_publishes_in_two_ways(tmp_path, header, due):
    record = one(
        tmp_path,
        "boston311-published",
        header,
        case_enquiry_id="101004113747",
        open_dt="2022-01-01 23:46:09",
        closed_dt="2022-01-02 11:03:10",
        case_status="Closed",
        closure_reason="Case Closed. Closed date : Sun Jan 02 11:03:10 EST 2022 Noted ok",
        type="Street Light Outages",
        department="PWDx",
        neighborhood="Brighton",
        source="Citizens Connect App",
        **{due: "2022-01-17 08:30:00"},
    )

    assert record.due_at == datetime(2022, 1, 17, 13, 30, tzinfo=UTC)
    assert (record.area, record.unit) == ("900105000000", "boston-pwdx")
    assert (record.closing.step, record.closing.outcome) == ("close", "noted")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Case Closed. Closed date : 2022-01-03 12:41:17.887 Case Resolved Area ticketed",
            "resolved",
        ),
        ("Case Closed. Closed date : Sat Apr 02 13:01:14 EDT 2022 Noted", "noted"),
        ("Case Closed Case Invalid", "invalid"),
        (
            "Case Closed. Closed date : 2019-05-06 07:08:09.1 Duplicate of Existing Case",
            "duplicate",
        ),
        ("Case Closed Administratively Closed", "administratively-closed"),
        ("Mr Smith of 12 Elm St called again", "other"),
        (" ", "unstated"),
    ],
)
def test_of_a_closing_text_only_the_leading_phrase_is_kept(text, code):
    assert read_mapping("boston311-published").outcomes.code(text) == code


@pytest.mark.parametrize(
    ("header", "created"),
    [
        (CHICAGO_FIELDS, "2023-09-01T10:20:30.000"),
        (CHICAGO_FIELDS.upper(), "09/01/2023 10:20:30 AM"),
    ],
    ids=["field-names", "headings"],
)
def test_chicago_publishes_in_two_ways(tmp_path, header, created):
    record = one(
        tmp_path,
        "chicago311-published",
        header,
        sr_number="SR23-01234567",
        created_date=created,
        closed_date=created,
        status="Completed",
        duplicate="true",
        sr_type="Rodent Baiting/Rat Complaint",
        owner_department="Streets and Sanitation",
        community_area="32",
        origin="Phone Call",
    )

    assert record.opened_at == datetime(2023, 9, 1, 15, 20, 30, tzinfo=UTC)
    assert (record.area, record.unit) == ("900232000000", "chicago-streets-and-sanitation")
    assert (record.closing.step, record.closing.outcome) == ("merge", "completed")
    assert record.due_at is None


@pytest.mark.parametrize(
    ("status", "step"), [("Completed", "close"), ("Completed - Dup", "merge"), ("Open - Dup", None)]
)
def test_chicago_once_published_days(tmp_path, status, step):
    record = one(
        tmp_path,
        "chicago311-historical",
        CHICAGO_OLD,
        service_request_number="11-00002110",
        creation_date="01/01/2011",
        completion_date="" if step is None else "01/03/2011",
        status=status,
        type_of_service_request="Pothole in Street",
        community_area="69",
    )

    assert record.opened_at == datetime(2011, 1, 1, 6, tzinfo=UTC)
    assert (record.closing.step if record.closing else None) == step


def written(tmp_path, *changes):
    """Boston's mapping as somebody changed it."""
    text = read_mapping_text("boston311")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def read_mapping_text(name):
    from workflows.records.mappings import BOOK

    return (BOOK / f"{name}.toml").read_text(encoding="utf-8")


def test_a_mapping_of_ones_own_may_stand_on_another(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('like = "boston311.toml"\nregister = "my-town"\n', encoding="utf-8")

    mapping = read_mapping(str(path))

    assert (mapping.name, mapping.register) == ("mine", "my-town")
    assert mapping.areas == read_mapping("boston311").areas


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (('case = ["case_id"]', ""), "case"),
        (('zone = "America/New_York"', 'zone = "Boston"'), "times.zone"),
        (('precision = "second"', 'precision = "hour"'), "times.precision"),
        (("since = 2000-01-01", 'since = "once"'), "since"),
        (('"Twitter" = "media"', '"Twitter" = "gossip"'), "sources"),
        (('opened = ["opened_at"]', 'opened = ["opened_at"]\nopend = ["x"]'), "opend"),
        (('merged = ["duplicate"]', 'merged = ["duplicate"]\npattern = "("'), "outcomes.pattern"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_named(tmp_path, change, finding):
    with pytest.raises(Refused) as refusal:
        read_mapping(written(tmp_path, change))

    assert refusal.value.code == "mapping-malformed"
    assert finding in refusal.value.reason


def test_an_area_code_that_is_none_is_refused_with_the_file(tmp_path):
    with pytest.raises(Refused) as refusal:
        read_mapping(written(tmp_path, ('code = "900101000000"', 'code = "9001"')))

    assert refusal.value.code == "invalid-area-code"
    assert refusal.value.facts["file"] == "mine.toml"


@pytest.mark.parametrize(
    ("content", "code"), [("a = [", "mapping-malformed"), (None, "unknown-mapping")]
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path, content, code):
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        read_mapping(str(path))

    assert refusal.value.code == code
