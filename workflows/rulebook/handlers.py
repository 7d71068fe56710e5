"""How orders to the rule book are carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.rulebook.calendars import calendar_from
from domain.rulebook.categories import categories_from
from domain.rulebook.content import Content, digest_of
from domain.rulebook.limits import limits_from
from domain.rulebook.publication import Publication, publication_id
from ledger.records import Answer, Claim, Records
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.schemas import must_fit_schema

Check = Callable[[str, Content], object]

CHECKS: Mapping[str, Check] = {
    "calendar": calendar_from,
    "categories": categories_from,
    "limits": limits_from,
}
"""What must be able to build an object of the content before it is published."""


def publish_rules(
    command: PublishRules, records: Records, *, checks: Mapping[str, Check] = CHECKS
) -> Answer:
    """Check and publish; ``checks`` may bring more kinds, such as workflow definitions."""
    stream = publication_id(command.kind, command.name)
    claim = Claim(key=f"{stream}:{command.act.command_id}", digest=_request_digest(command))
    if answered := records.answered(stream, claim):
        return answered
    must_fit_schema(command.kind, command.content)
    if check := checks.get(command.kind):
        check(command.name, command.content)
    publication = records.load(Publication, stream)
    publication.publish(
        command.act,
        kind=command.kind,
        name=command.name,
        content=command.content,
        valid_from=command.valid_from,
    )
    return records.save(publication, claim=claim)


def _request_digest(command: PublishRules) -> str:
    """Sum up who asks for what; the moment of receipt differs between two tries of one wish."""
    asked: dict[str, object] = {
        "kind": command.kind,
        "name": command.name,
        "content": command.content,
        "valid_from": command.valid_from.isoformat() if command.valid_from else "",
        "person": command.act.person,
        "role": command.act.role,
        "area": command.act.area,
    }
    return digest_of(asked)
