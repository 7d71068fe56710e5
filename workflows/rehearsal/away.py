"""People of a scenario who are away all the time, and those who stand in for them."""

from __future__ import annotations

from datetime import timedelta

from domain.people.person import Person, person_id
from workflows.people.commands import BeAbsent, GrantRole
from workflows.rehearsal.office import HandClockOffice
from workflows.rehearsal.script import Report

A_YEAR = timedelta(days=365)


def send_away(office: HandClockOffice, given: Report) -> None:
    """Send people away for a year and let their deputies hold all their posts."""
    day = office.now.date()
    for handle in given.absent:
        order = BeAbsent(handle=handle, from_day=day, to_day=day + A_YEAR)
        office.desk.do(order, office.act("commander"))
    for deputy, handle in given.deputies.items():
        for grant in office.records.load(Person, person_id(handle)).grants:
            post = grant.post
            stands_in = GrantRole(
                handle=deputy,
                role=post.role,
                area=post.area,
                unit=post.unit,
                from_day=day,
                to_day=day + A_YEAR,
                deputy_for=handle,
            )
            office.desk.do(stands_in, office.act("commander"))
