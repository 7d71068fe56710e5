"""Personal data: erase, readmit, restrict, hand out; who looked at whose words."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from domain.kernel.refusals import Refused
from ops.cli.acting import act_now
from ops.cli.telling import Told, local, pairs, table, telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from domain.kernel.facts import Fact
    from ledger.ledger import Recorded
    from ops.bootstrap import Gridward

_ZIP = click.Path(dir_okay=False, path_type=Path)


@click.group()
def persons() -> None:
    """Personal data of one person (p-…), one case (case:<id>) or one caller (call:…)."""


def _ordering(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--command-id", help="Sent twice under one id, it is done once."),
        click.option("--basis", required=True, help="The law or rule, such as pipl-47."),
        click.argument("subject", metavar="PERSON"),
    ):
        command = option(command)
    return command


@persons.command()
@_ordering
@telling("writing", to="keep personal data")
def erase(city: Gridward, *, subject: str, basis: str, command_id: str | None) -> Told:
    """Destroy the key and every word kept of PERSON. There is no way back.

    The answer is the certificate: print it, or keep the JSON.
    """
    from workflows.privacy.commands import ErasePerson

    city.desk.do(ErasePerson(subject=subject, basis=basis), act_now(city, command_id=command_id))
    return _certificate(city, subject)


@persons.command()
@click.argument("subject", metavar="PERSON")
@telling(to="keep personal data")
def certificate(city: Gridward, *, subject: str) -> Told:
    """Print the certificate of an erasure again."""
    return _certificate(city, subject)


@persons.command()
@_ordering
@telling("writing", to="keep personal data")
def readmit(city: Gridward, *, subject: str, basis: str, command_id: str | None) -> Told:
    """Allow that something is kept of an erased PERSON again, under a new key."""
    from workflows.privacy.commands import ReadmitPerson

    city.desk.do(ReadmitPerson(subject=subject, basis=basis), act_now(city, command_id=command_id))
    return _standing(city, subject)


@persons.command()
@click.option("--hold", is_flag=True, help="A legal hold: not even erasure is allowed.")
@_ordering
@telling("writing", to="keep personal data")
def restrict(
    city: Gridward, *, subject: str, basis: str, command_id: str | None, hold: bool
) -> Told:
    """Allow nothing but storage of what is kept of PERSON."""
    from workflows.privacy.commands import RestrictPerson

    order = RestrictPerson(subject=subject, basis=basis, hold=hold)
    city.desk.do(order, act_now(city, command_id=command_id))
    return _standing(city, subject)


@persons.command()
@_ordering
@telling("writing", to="keep personal data")
def release(city: Gridward, *, subject: str, basis: str, command_id: str | None) -> Told:
    """End a restriction or a legal hold."""
    from workflows.privacy.commands import ReleasePerson

    city.desk.do(ReleasePerson(subject=subject, basis=basis), act_now(city, command_id=command_id))
    return _standing(city, subject)


@persons.command()
@click.option("--file", type=_ZIP, help="Write a ZIP of it, photos too, for its owner alone.")
@_ordering
@telling("writing", to="hand out personal data")
def export(
    city: Gridward, *, subject: str, basis: str, command_id: str | None, file: Path | None
) -> Told:
    """Hand out all that is kept of PERSON, as a ZIP or else as JSON; that it was is recorded.

    Of a member of staff it lists what was done in cases, too: case, step and when.
    """
    from web.privacy.own_data import data_of, handed_out

    if file is not None and file.exists():
        reason = f"{file} is there already. Name another file, so that none is lost."
        raise Refused("file-exists", reason, file=str(file))
    act = act_now(city, command_id=command_id)
    if file is None:
        data, _photos = data_of(city, subject, act, basis=basis)
        return Told(data=data, lines=[json.dumps(data, ensure_ascii=False, indent=2)])
    content = handed_out(city, subject, act, basis=basis)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(content)
    data = {"subject": subject, "file": str(file), "bytes": len(content)}
    return Told(data=data, lines=[f"{len(content):,} bytes written to {file}."])


@persons.command()
@click.argument("subject", metavar="PERSON")
@telling(to="keep personal data")
def show(city: Gridward, *, subject: str) -> Told:
    """Show how PERSON stands, what was done with the data, and who looked at them."""
    return _standing(city, subject)


def _standing(city: Gridward, subject: str) -> Told:
    life, told = city.eraser.life(subject), _told_of(city, subject)
    data = {"person": subject, "state": life.state, "life": life.version}
    rows = [
        (local(one.fact.act.at, city.settings), one.fact.TOPIC, one.fact.act.person) for one in told
    ]
    lines = [*pairs(data), "", *table(("at", "what", "who"), rows)]
    return Told(data={**data, "record": [_plain(one) for one in told]}, lines=lines)


def _certificate(city: Gridward, subject: str) -> Told:
    from domain.privacy.events import PersonErased

    erased = [one for one in _told_of(city, subject) if isinstance(one.fact, PersonErased)]
    if not erased:
        raise Refused("not-erased", f"{subject} was not erased.", subject=subject)
    data: dict[str, Any] = {"certificate": "erasure", "person": subject}
    data["erasures"] = [_plain(one) for one in erased]
    lines = ["Certificate of erasure", ""]
    for one in erased:
        lines += [*pairs(_plain(one)), ""]
    if photos := _photos(city, subject):
        data["photos"] = photos
        lines += [*pairs(photos), ""]
    lines.append("The key with this fingerprint was destroyed with every word it sealed.")
    return Told(data=data, lines=lines)


def _photos(city: Gridward, subject: str) -> dict[str, int]:
    """Count the photos that the log names, and those that still lie somewhere."""
    from uuid import UUID

    from domain.incident.incident import Incident
    from domain.incident.photos import shown_photos

    if not subject.startswith("case:"):
        return {}
    case = city.ledger.load(Incident, UUID(subject.removeprefix("case:")))
    named = shown_photos(case)
    left = sum(city.photos.has(one, of=subject) for one in named)
    return {"photos in the log": len(named), "photos still kept": left} if named else {}


def _told_of(city: Gridward, subject: str) -> list[Recorded]:
    from domain.privacy.dossier import dossier_id

    return city.ledger.history(dossier_id(subject))


def _plain(one: Recorded) -> dict[str, Any]:
    """Name who, when, why and where in the log; commitments stand as they are."""
    fact: Fact = one.fact
    told: dict[str, Any] = {"what": fact.TOPIC, "at": fact.act.at, "by": fact.act.person}
    told |= {"role": fact.act.role, "area": fact.act.area, "command_id": fact.act.command_id}
    for name in ("basis", "life", "fingerprint", "hold", "stream", "version", "field", "fields"):
        value: str | int | bool | UUID | None = getattr(fact, name, None)
        if value is not None:
            told[name] = value
    return {**told, "event": fact.originator_id, "part": one.part, "position": one.position}
