"""Which version a new case begins with: the one in force that day, or one piloted in its area."""

from datetime import date
from typing import Any

import pytest

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.rulebook.publication import publication_id
from tests.workflows.moving.street import NAME, NEW, OLD, changed
from tests.workflows.office import GRID, StreetOffice, a_street_office
from workflows.incident.commands import ReportIncident
from workflows.reading import rules_of
from workflows.rulebook.commands import EndPilot, PilotRules, PublishRules
from workflows.rulebook.reading import content_from

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
HALVED = ("60 working minutes", "30 working minutes")


@pytest.fixture
def office() -> StreetOffice:
    return a_street_office()


def publish(office: StreetOffice, *swaps: tuple[str, str], **given: Any) -> None:
    content = rules_of(dict(content_from(changed(*swaps))))
    order = PublishRules(kind="workflow", name=NAME, content=content, **given)
    order_and_look(office, order)


def order_and_look(office: StreetOffice, order: object) -> None:
    office.desk.do(order, office.act("commander"))
    office.desk.office.shelf.refresh()


def pilot(version: int, area: str, day: date = MONDAY) -> PilotRules:
    return PilotRules(
        kind="workflow", name=NAME, version=version, area=AreaCode(area), from_day=day
    )


def begins_with(office: StreetOffice) -> str:
    return office.incident(office.report()).course.workflow


def test_a_version_published_for_a_later_day_waits_for_it(office):
    publish(office, HALVED, valid_from=TUESDAY)

    today = begins_with(office)
    office.forward(days=1)

    assert (today, begins_with(office)) == (OLD, NEW)


def test_the_day_is_the_citys_and_not_that_of_utc(office):
    publish(office, HALVED, valid_from=TUESDAY)

    office.forward(hours=15, minutes=1)  # 00:01 on Tuesday in the city, Monday 16:01 in UTC

    assert begins_with(office) == NEW


def test_a_case_begins_with_what_its_area_pilots(office):
    publish(office, HALVED)
    order_and_look(office, pilot(1, "120101000000"))

    assert begins_with(office) == OLD


def test_the_nearest_area_decides_and_its_end_gives_way(office):
    publish(office, HALVED)
    order_and_look(office, pilot(1, "120101000000"))
    order_and_look(office, pilot(2, str(GRID)))

    near = begins_with(office)
    order_and_look(
        office, EndPilot(kind="workflow", name=NAME, area=AreaCode(str(GRID)), to_day=MONDAY)
    )

    assert (near, begins_with(office)) == (NEW, OLD)


def test_a_pilot_elsewhere_changes_nothing_here(office):
    publish(office, HALVED)
    order_and_look(office, pilot(1, "120102000000"))

    assert begins_with(office) == NEW


def test_nothing_begins_before_the_first_version_is_in_force(office):
    content = rules_of(dict(content_from(changed(("street-incident", "night-incident")))))
    order_and_look(
        office,
        PublishRules(kind="workflow", name="night-incident", content=content, valid_from=TUESDAY),
    )
    report = ReportIncident(
        area=GRID, category="01-02", source="grid-member", workflow="night-incident"
    )

    with pytest.raises(Refused) as refused:
        office.desk.do(report, office.act("grid_member"))

    assert refused.value.code == "nothing-in-force"


def test_what_nobody_published_is_not_piloted(office):
    order = PilotRules(kind="workflow", name="none", version=1, area=GRID, from_day=MONDAY)

    with pytest.raises(Refused) as refused:
        office.desk.do(order, office.act("commander"))

    assert refused.value.code == "unknown-publication"


def test_warnings_are_kept_with_the_version_and_who_saw_them(office):
    order = ('asks = ["outcome", "remark"]', 'asks = ["remark"]')

    with pytest.raises(Refused) as refused:
        publish(office, order)
    publish(office, order, seen_by="p-commander")
    fact = office.desk.office.records.facts(publication_id("workflow", NAME))[-1]

    assert refused.value.code == "warnings-unseen"
    assert len(refused.value.facts["findings"]) == 1
    assert (fact.seen_by, fact.warnings) == ("p-commander", ("idle-field fields.outcome",))
