"""Importing: records open, fall due and end at their own times; a second run changes nothing."""

import json
from datetime import timedelta

import pytest

from domain.incident.incident import Incident
from domain.kernel.refusals import Refused
from domain.people.unit import Unit, unit_id
from ledger.ledger import Claim
from tests.workflows.records.files import a_file, a_row, boston_time, many, never_closed
from workflows.desk import Desk
from workflows.records.groundwork import opening_act
from workflows.records.mappings import read_mapping
from workflows.rulebook.commands import PublishRules

NOON = boston_time(2011, 8, 10, 12, 0)


def take_in(city, tmp_path, *rows, **asked):
    return city.take_in(a_file(tmp_path, rows), **asked)


def test_a_record_is_opened_and_closed_at_its_own_times(city, tmp_path):
    take_in(city, tmp_path, a_row("42"))

    [opened] = city.told("incident.reported")
    [filed] = city.told("incident.filed")
    [closed] = city.told("incident.stage-changed")
    [settled] = city.told("incident.settled")
    assert opened.act.at == boston_time(2011, 8, 1, 9, 0)
    assert (opened.reference, opened.reporter, opened.act.role) == ("boston311:42", None, "records")
    assert filed.limit.until == boston_time(2011, 8, 4, 9, 0)
    assert closed.act.at == boston_time(2011, 8, 2, 15, 30)
    assert (settled.outcome, settled.on_time) == ("resolved", True)
    assert not city.told("incident.deadline-missed")


def test_a_deadline_between_two_records_is_missed_at_its_own_time(city, tmp_path):
    late = a_row("late", closed_at="2011-08-09T09:00:00")
    other = a_row("other", opened_at="2011-08-08T09:00:00", closed_at="2011-08-09T10:00:00")

    report = take_in(city, tmp_path, late, other | {"due_at": ""})

    [missed] = city.told("incident.deadline-missed")
    assert missed.act.at == missed.due_at == boston_time(2011, 8, 4, 9, 0)
    assert missed.act.command_id == missed.timer
    assert missed.act.role == "clockwork"
    assert [fact.on_time for fact in city.told("incident.settled")] == [False, None]
    assert report.counts["deadlines_missed"] == 1


def test_a_case_closed_at_the_instant_it_is_due_is_on_time(city, tmp_path):
    take_in(city, tmp_path, a_row(closed_at="2011-08-04T09:00:00"))

    assert not city.told("incident.deadline-missed")
    assert [fact.on_time for fact in city.told("incident.settled")] == [True]


def test_a_case_closed_as_it_is_opened_has_both_facts(city, tmp_path):
    report = take_in(city, tmp_path, a_row(closed_at="2011-08-01T09:00:00"))

    assert report.counts["closed"] == 1
    assert [fact.version for fact in city.rows() if fact.topic == "incident.settled"] == [5]


def test_a_case_due_before_it_was_opened_is_late_as_it_opens(city, tmp_path):
    report = take_in(city, tmp_path, a_row(due_at="2011-07-01T09:00:00"))

    [missed] = city.told("incident.deadline-missed")
    assert missed.due_at == boston_time(2011, 7, 1, 9, 0)
    assert missed.act.at == boston_time(2011, 8, 1, 9, 0)
    assert report.counts["due_before_opened"] == 1


def test_the_clock_stops_at_the_last_time_of_the_file(city, tmp_path):
    other = a_row("2", closed_at="2011-08-05T09:00:00", due_at="")

    take_in(
        city, tmp_path, never_closed("1"), never_closed("3", due_at="2011-08-06T09:00:00"), other
    )

    assert [fact.due_at.day for fact in city.told("incident.deadline-missed")] == [4]
    due = city.ledger.claim_due(now=city.ledger.now(), limit=9, lease=timedelta(0))
    assert [timer.due_at for timer in due] == [boston_time(2011, 8, 6, 9, 0)]


def test_the_clock_may_run_on(city, tmp_path):
    report = take_in(city, tmp_path, never_closed(due_at="2011-08-06T09:00:00"), until=NOON)

    assert [fact.act.at for fact in city.told("incident.deadline-missed")] == [
        boston_time(2011, 8, 6, 9, 0)
    ]
    assert (report.counts["never_closed"], report.counts["deadlines_missed"]) == (1, 1)


def test_a_clock_that_stops_early_goes_on_later(city, tmp_path):
    rows = [a_row("1"), a_row("2", opened_at="2011-08-03T09:00:00", closed_at="")]
    early = take_in(city, tmp_path, *rows, until=boston_time(2011, 8, 2, 9, 0))

    later = take_in(city, tmp_path, *rows)

    assert (early.counts["imported"], early.counts["later"]) == (1, 1)
    assert early.counts["never_closed"] == 1
    assert (later.counts["imported"], later.counts["closed"]) == (2, 1)


def test_duplicates_are_merged_and_invalid_ones_declined(city, tmp_path):
    report = take_in(
        city, tmp_path, a_row("1", outcome="duplicate"), a_row("2", outcome="invalid"), a_row("3")
    )

    ends = {fact.final: fact.answers["outcome"] for fact in city.told("incident.stage-changed")}
    assert ends == {"merged": "duplicate", "declined": "invalid", "settled": "resolved"}
    counts = report.counts
    assert (counts["merged"], counts["declined"], counts["closed"]) == (1, 1, 1)


def test_days_are_known_to_be_days(city, tmp_path):
    path = tmp_path / "chicago.csv"
    path.write_text(
        "request_id,created_on,completed_on,status,is_duplicate,type,community_area,latitude,"
        "longitude\n11-1,2011-01-03,2011-01-06,completed,0,Sanitation Code Violation,61,,\n"
    )

    city.take_in(path, "chicago311")

    [filed] = city.told("incident.filed")
    [closed] = city.told("incident.stage-changed")
    assert filed.why["precision"] == "day"
    assert closed.act.at - filed.act.at == timedelta(days=3)
    assert filed.limit is None


def test_a_second_run_changes_nothing(city, tmp_path):
    path = a_file(tmp_path, many(80))
    first = city.take_in(path, at_once=25)
    before = city.bodies()

    second = city.take_in(path, at_once=7)

    assert city.bodies() == before
    assert second.counts == first.counts | {"commands_recorded": 0}


def test_the_size_of_a_batch_does_not_matter(city, tmp_path):
    path = a_file(tmp_path, many(60))
    parts = {row.part for row in city.rows()}

    city.take_in(path, at_once=1)

    told = city.bodies()
    assert len(told) > 200
    assert parts <= {row.part for row in city.rows()}
    assert city.take_in(path, at_once=1_000).counts["commands_recorded"] == 0
    assert city.bodies() == told


def test_facts_of_all_cases_run_in_the_order_of_time(city, tmp_path):
    city.take_in(a_file(tmp_path, many(60)), at_once=9)

    for part in {row.part for row in city.rows()}:
        happened = [
            row.happened_at or 0
            for row in city.rows()
            if row.part == part and row.topic.startswith("incident.")
        ]
        assert happened == sorted(happened)


def test_every_row_is_in_one_number(city, tmp_path):
    rows = [*many(30), a_row("3"), a_row("bad", opened_at=""), a_row("5", type="Other")]

    counts = city.take_in(a_file(tmp_path, rows), until=NOON).counts

    told = ("imported", "later", "repeated", "conflicting", "rejected")
    assert counts["rows"] == sum(counts[name] for name in told) == 33
    ends = ("closed", "declined", "merged", "never_closed")
    assert counts["imported"] == sum(counts[name] for name in ends)


def test_a_newer_file_goes_on_where_the_older_ended(city, tmp_path):
    take_in(city, tmp_path, never_closed("1"), a_row("2"))

    report = take_in(city, tmp_path, a_row("1"), a_row("2"), a_row("3"))

    assert report.counts["closed"] == 3
    assert not report.findings


def test_a_case_that_was_imported_otherwise_stays_as_it_is(city, tmp_path):
    take_in(city, tmp_path, never_closed("1"))
    before = city.bodies()

    report = take_in(city, tmp_path, a_row("1", type="Other"))

    assert [(one.line, one.what) for one in report.findings] == [(2, "conflicting")]
    assert report.counts["imported"] == 0
    assert city.bodies() == before


def test_an_end_before_what_is_recorded_already_is_not_moved(city, tmp_path):
    row = never_closed("1")
    take_in(city, tmp_path, row, until=NOON)

    report = take_in(city, tmp_path, a_row("1"))

    assert [one.why for one in report.findings] == ["closing-too-late"]
    assert report.counts["never_closed"] == 1


def test_somebody_else_who_changes_a_case_meanwhile_stops_the_run(city, tmp_path, monkeypatch):
    take_in(city, tmp_path, never_closed("1"))
    path = a_file(tmp_path, [a_row("1")])
    incident = _incident_of(city)
    flush = type(city.ledger.batch()).flush

    def disturbed(batch):
        case = city.ledger.load(Incident, incident)
        case.assign(opening_act(read_mapping("boston311")), unit="boston-isd")
        city.ledger.save(case, claim=Claim(key="somebody", digest="else"))
        monkeypatch.undo()
        return flush(batch)

    monkeypatch.setattr("ledger.batch.Batch.flush", disturbed)
    with pytest.raises(Refused) as refusal:
        city.take_in(path)

    assert refusal.value.code == "import-disturbed"


def _incident_of(city):
    return next(row.stream for row in city.rows() if row.topic == "incident.reported")


def test_the_ground_is_laid_once_and_only_where_it_is_missing(city, tmp_path):
    first = take_in(city, tmp_path, a_row("1"))

    second = take_in(city, tmp_path, a_row("1"), a_row("2", department="Snow & Ice"))

    assert (first.groundwork.rules, first.groundwork.areas, first.groundwork.units) == (2, 23, 1)
    assert (second.groundwork.rules, second.groundwork.areas, second.groundwork.units) == (0, 0, 1)
    assert city.ledger.load(Unit, unit_id("boston-snow-ice")).exists


def test_a_definition_that_the_city_published_itself_is_kept(city, tmp_path):
    from workflows.rulebook.reading import BOOK, read_rules, read_workflow

    act = opening_act(read_mapping("boston311"))
    calendar = read_rules(BOOK / "calendars" / "utc-always.toml")
    own = dict(read_workflow(BOOK / "service-request.v1.toml").content)
    own["title"] = {"zh": "本市", "en": "Our own"}
    desk = Desk(city.office)
    desk.do(PublishRules(kind="calendar", name="utc-always", content=calendar.content), act)
    desk.do(PublishRules(kind="workflow", name="service-request", content=own), act)

    report = take_in(city, tmp_path, a_row())

    assert report.groundwork.rules == 0
    assert city.office.shelf.latest("workflow", "service-request") == "service-request@1"


def test_the_report_tells_what_was_left_out_by_its_line(city, tmp_path):
    report = take_in(
        city,
        tmp_path,
        a_row("1"),
        a_row("2", opened_at="soon"),
        a_row("3", closed_at="2011-07-01T09:00:00"),
        a_row("4", neighborhood="Atlantis"),
    )
    said = "\n".join(report.sentences())
    rejects = tmp_path / "rejects.csv"
    with rejects.open("w") as out:
        report.write_rejects(out)

    assert "rejected, line 3: Its opening cannot be read" in said
    assert "closing-left-out, line 4: It was closed before it was opened" in said
    assert "Atlantis 1" in said
    lines = rejects.read_text().splitlines()
    assert lines[0] == "line,last_line,case,what,why,reason"
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["3", "3", "2", "rejected", "bad-time"],
        ["4", "4", "3", "closing-left-out", "closed-before-opened"],
    ]
    assert [one["line"] for one in json.loads(json.dumps(report.as_json()))["findings"]] == [3, 4]


def test_long_lists_are_cut_in_the_sentences_only(city, tmp_path):
    report = take_in(city, tmp_path, *(a_row(str(n), opened_at="") for n in range(30)))

    said = report.sentences()
    assert sum(line.startswith("rejected, line") for line in said) == 10
    assert "rejected: and 20 more" in said
    assert len(report.as_json()["findings"]) == 30


def test_progress_is_told_to_the_end(city, tmp_path):
    from workflows.records.importing import ImportRecords, import_records

    order = ImportRecords(
        path=a_file(tmp_path, many(20)), mapping=read_mapping("boston311"), at_once=10
    )
    steps: list[tuple[int, int]] = []

    import_records(order, city.ledger, city.office, progress=lambda *done: steps.append(done))

    assert steps[-1][0] == steps[-1][1]
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
