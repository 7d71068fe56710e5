"""Carrying out an order to the rota of a post: who is on duty must hold the post."""

from __future__ import annotations

from datetime import date

from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.rota import Duty, Rota, rota_id
from domain.rulebook.hours import hours_from
from ledger.ledger import Answer, Records
from workflows.claiming import changing
from workflows.people.commands import EndDuty, GiveDuty


def change_rota(command: GiveDuty | EndDuty, records: Records, act: Act) -> Answer:
    """Put somebody on duty, or end a duty."""
    post = Post(role=command.role, area=command.area, unit=command.unit)
    stream = rota_id(post)
    claim = changing(command, act.command_id, stream=stream)
    if answer := records.answered(stream, claim):
        return answer
    rota = records.load(Rota, stream)
    match command:
        case GiveDuty(handle=handle, from_day=day):
            must_hold(records, handle, post, day)
            rota.give_duty(act, post=post, duty=_duty(command))
        case EndDuty(duty=number, to_day=day):
            rota.end_duty(act, post=post, number=number, to_day=day)
    return records.save(rota, claim=claim)


def must_hold(records: Records, handle: str, post: Post, day: date) -> None:
    """Refuse ``post-not-held`` when the person does not hold the very post on a day."""
    person = records.load(Person, person_id(handle))
    if not any(grant.post == post and grant.holds_on(day) for grant in person.grants):
        place = post.unit or post.area
        reason = f"{handle} is no {post.role} at {place} on {day}. Grant the role first."
        raise Refused("post-not-held", reason, handle=handle, role=post.role)


def _duty(command: GiveDuty) -> Duty:
    hours = hours_from(command.hours)
    return Duty(
        handle=command.handle,
        from_day=command.from_day,
        to_day=command.to_day,
        begins=hours.begins,
        ends=hours.ends,
        weekdays=tuple(sorted(set(command.weekdays))),
    )
