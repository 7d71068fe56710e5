"""Loading the sample city: the book, its areas and people, and weeks of history up to now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.area.area import Area, area_id
from domain.kernel.act import Act
from domain.people.person import person_id
from domain.people.unit import unit_id
from domain.rulebook.publication import Publication, publication_id
from ledger.ledger import Ledger
from ops.bootstrap import Gridward
from ops.sample.arrivals import Arrival, arrivals
from ops.sample.city import CITY, SEED, City, CityOrder, planned_city, sample_city
from ops.sample.history import History, Played, VirtualClock
from ops.sample.open_cases import OpenCases
from ops.sample.shape import sample_shape
from workflows.area.commands import AddArea, BoundArea
from workflows.area.handlers import carry_out as carry_out_area
from workflows.people.commands import AnswerFor, EnrolPerson, FoundUnit, GrantRole
from workflows.people.handlers import carry_out as carry_out_people
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.handlers import publish_rules
from workflows.rulebook.reading import read_book

AT_ONCE = 4_000
Progress = Callable[[str, float], None]
"""Told what is being done and the part of it that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a load recorded; all zero when nothing was left to do."""

    orders: int = 0
    played: Played = field(default_factory=Played)


def load_sample_city(
    gridward: Gridward,
    *,
    scale: str = "small",
    weeks: int = 3,
    until: datetime | None = None,
    seed: int = SEED,
    progress: Progress = lambda _what, _part: None,
) -> Loaded:
    """Make the city and play its history up to ``until`` (now); what is recorded already stays.

    A load that was killed goes on where it stopped; a later one fills the time in between, of
    which it plays ``weeks`` at most. Nobody else may write meanwhile.
    """
    until = until or gridward.now()
    zone = ZoneInfo(gridward.settings.time_zone)
    first_day = (until - timedelta(weeks=weeks)).astimezone(zone).date()
    began_at = _began_at(gridward.ledger) or _midnight(first_day, zone)
    clock = VirtualClock(began_at)
    # What is made up is recorded when it happened.
    ledger = Ledger(gridward.store, now=clock, vault=gridward.ledger.vault)
    publish_book(ledger, began_at)
    orders = _load_city(ledger, sample_city(scale, seed), began_at, progress)
    days = _days(max(first_day, began_at.astimezone(zone).date()), until.astimezone(zone).date())
    found = OpenCases(gridward.feed)
    found.follow()
    coming = _arrivals(planned_city(scale, seed), days if weeks else [], found.reports, zone)
    history = History(ledger, planned_city(scale, seed), sample_shape(), clock)
    whole = max((until - began_at).total_seconds(), 1.0)
    played = history.play(
        coming,
        found.take(),
        until=until,
        told=lambda at: progress("history", (at - began_at).total_seconds() / whole),
    )
    history.blow_whistles(until=until, blown=found.blown)
    return Loaded(orders=orders, played=played)


def publish_book(ledger: Ledger, at: datetime) -> None:
    """Publish every rule of the book that was not published yet, in any version."""
    for rules in read_book():
        if not ledger.load(Publication, publication_id(rules.kind, rules.name)).exists:
            act = _act(f"sample:publish:{rules.kind}:{rules.name}", at)
            command = PublishRules(kind=rules.kind, name=rules.name, content=rules.content)
            publish_rules(command, ledger, act)


def _load_city(
    ledger: Ledger, orders: Iterator[CityOrder], at: datetime, progress: Progress
) -> int:
    """Carry out the orders in batches; those that were carried out before are only looked up."""
    recorded, whole = 0, list(orders)
    left = iter(whole)
    for nth, some in enumerate(iter(lambda: list(islice(left, AT_ONCE)), [])):
        batch = ledger.batch()
        named = [(order, *_named(order)) for order in some]
        batch.foresee((stream, key) for _, _, stream, key in named)
        for order, command_id, _, _ in named:
            act = _act(command_id, at)
            if isinstance(order, AddArea | BoundArea):
                carry_out_area(order, batch, act)
            else:
                carry_out_people(order, batch, act)
        recorded += batch.flush()
        progress("city", min(1.0, (nth + 1) * AT_ONCE / len(whole)))
    return recorded


def _named(order: CityOrder) -> tuple[str, UUID, str]:
    """Give the command id of an order, the record it goes to, and the key of its claim."""
    match order:
        case AddArea(code=code):
            command_id, stream = f"sample:add:{code}", area_id(code)
        case BoundArea(code=code):
            command_id, stream = f"sample:bound:{code}", area_id(code)
        case FoundUnit(code=code):
            command_id, stream = f"sample:found:{code}", unit_id(code)
        case AnswerFor(code=code):
            command_id, stream = f"sample:answer:{code}", unit_id(code)
        case EnrolPerson(handle=handle):
            command_id, stream = f"sample:enrol:{handle}", person_id(handle)
        case GrantRole(handle=handle, role=role):
            command_id, stream = f"sample:grant:{handle}:{role}", person_id(handle)
    begins = isinstance(order, AddArea | FoundUnit | EnrolPerson)
    return command_id, stream, command_id if begins else f"{stream}:{command_id}"


def _arrivals(
    city: City, days: Iterable[date], known: set[str], zone: ZoneInfo
) -> Iterator[Arrival]:
    for day in days:
        for arrival in arrivals(city, sample_shape(), day, zone=zone):
            if arrival.command_id not in known:
                yield arrival


def _began_at(ledger: Ledger) -> datetime | None:
    """Give the beginning of a history that was played before."""
    facts = ledger.facts(area_id(CITY))
    return facts[0].act.at if facts and ledger.load(Area, area_id(CITY)).exists else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=nth) for nth in range((last - first).days + 1)]


def _act(command_id: str, at: datetime) -> Act:
    return Act(person="records", role="records", area=str(CITY), command_id=command_id, at=at)
