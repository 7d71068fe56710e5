"""The story of a whistle: who was summoned, came or was late, told inside that of its case."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import OFFICE_DAY, Limit
from projections.incident.timeline import Entry
from projections.whistle.timeline import whistle_timeline
from web.clocks import exact, lasting, worked
from web.languages import language, named, say, word
from web.naming import Naming
from web.whistle.call import Call


class Told(NamedTuple):
    """One fact of a whistle in a sentence, and what people wrote with it."""

    entry: Entry
    text: str
    words: tuple[str, ...]


def told(calls: Iterable[Call], naming: Naming) -> list[Told]:
    """Tell the facts of whistles, oldest first."""
    found = [one for call in calls for one in _told_of(call, naming)]
    return sorted(found, key=lambda one: (one.entry.at, one.entry.recorded_at))


def _told_of(call: Call, naming: Naming) -> list[Told]:
    entries, words = whistle_timeline(call.history), call.words
    naming.look_up(areas=[AreaCode(call.roll.area)], people=[entry.person for entry in entries])
    return [
        Told(
            entry,
            _TELLS[entry.topic](entry, call, naming) if entry.topic in _TELLS else entry.topic,
            tuple(words.get((entry.version, name), say("(erased)")) for name in entry.confided),
        )
        for entry in entries
    ]


def units(codes: Iterable[str], naming: Naming) -> str:
    """Name units in a row."""
    return ("、" if language() == "zh" else ", ").join(naming.unit(code) for code in codes)


def limit_of(limit: Limit) -> str:
    """Say a limit: by the clock on the wall, in whole working days as written, or working time."""
    minutes = limit.minutes or 0
    if limit.clock == "elapsed":
        return lasting(minutes)
    days, rest = divmod(minutes, OFFICE_DAY)
    if days and not rest:
        return say("1 working day") if days == 1 else say("{n} working days", n=days)
    return say("{time} of working time", time=worked(minutes))


def asked_of_parties(call: Call) -> str:
    """Say by when parties sign and come."""
    limits = call.roll.limits
    parts = []
    if limits.sign_for:
        parts.append(say("to sign for it within {limit}", limit=limit_of(limits.sign_for)))
    if limits.check_in:
        parts.append(say("to be on site within {limit}", limit=limit_of(limits.check_in)))
    return ("，" if language() == "zh" else ", ").join(parts)


def _asked_for(entry: Entry, call: Call, naming: Naming) -> str:
    return say(
        "asked for leave to blow a whistle: {kind} ({cause}), to summon {parties}",
        kind=named(call.kind.name),
        cause=named(call.book.causes[call.roll.cause]),
        parties=units(entry.facts["terms"].parties, naming),
    )


def _blown(entry: Entry, call: Call, naming: Naming) -> str:
    parties = units(entry.facts["terms"].parties, naming)
    kind, within = named(call.kind.name), asked_of_parties(call)
    if "approved_by" in entry.facts:
        return say(
            "agreed: {kind} blown for {parties}, {within}",
            kind=kind,
            parties=parties,
            within=within,
        )
    return say(
        "blew a whistle: {kind} ({cause}), summoning {parties}, {within}",
        kind=kind,
        cause=named(call.book.causes[call.roll.cause]),
        parties=parties,
        within=within,
    )


def _declined(_entry: Entry, call: Call, _naming: Naming) -> str:
    return say("did not agree to it: {kind}", kind=named(call.kind.name))


def _checked_in(entry: Entry, _call: Call, naming: Naming) -> str:
    unit = naming.unit(entry.facts["party"])
    metres = entry.facts.get("distance_m")
    if metres is None:
        return say("{unit} checked in", unit=unit)
    return say("{unit} checked in on site, {metres} m from the matter", unit=unit, metres=metres)


def _plain(sentence: str) -> Callable[[Entry, Call, Naming], str]:
    """Tell what a party did by one sentence."""
    return lambda entry, _call, naming: say(sentence, unit=naming.unit(entry.facts["party"]))


def _substituted(entry: Entry, _call: Call, naming: Naming) -> str:
    facts = entry.facts
    return say(
        "{by} stands in for {unit}", by=naming.unit(facts["by"]), unit=naming.unit(facts["party"])
    )


def _overdue(entry: Entry, _call: Call, naming: Naming) -> str:
    facts = entry.facts
    return say(
        "{unit} is late: {duty}, due at {time}",
        unit=naming.unit(facts["party"]),
        duty=duty_word(facts["what"]),
        time=exact(facts["due_at"]),
    )


def duty_word(what: str) -> str:
    """Name a duty, or the time on a rung."""
    return word("duty", what.partition(":")[0])


def _escalated(entry: Entry, call: Call, naming: Naming) -> str:
    facts, area = entry.facts, AreaCode(call.roll.area)
    level = Level.named(facts["level"])
    text = say(
        "{unit} is now a matter of the {owner} of {area}",
        unit=naming.unit(facts["party"]),
        owner=naming.role(facts["owner"]),
        area=naming.area(area.at(level)),
    )
    grace = facts.get("grace")
    return text + say(", {limit} until the next rung", limit=limit_of(grace)) if grace else text


def _rated(entry: Entry, _call: Call, naming: Naming) -> str:
    facts = entry.facts
    stars = stars_drawn(facts["stars"])
    return say("rated {unit}: {stars}", unit=naming.unit(facts["party"]), stars=stars)


def stars_drawn(stars: int, most: int = 5) -> str:
    """Draw stars.

    >>> stars_drawn(3)
    '★★★☆☆'
    """
    return "★" * stars + "☆" * (most - stars)


def _confirmed(entry: Entry, call: Call, _naming: Naming) -> str:
    return say(
        "confirmed that it is over: {kind}, {result}",
        kind=named(call.kind.name),
        result=word("result", entry.facts["result"]),
    )


def _called_off(entry: Entry, call: Call, _naming: Naming) -> str:
    if entry.facts["cause"] == "case-ended":
        return say("the whistle fell away, as the case had ended")
    return say("called it off: {kind}", kind=named(call.kind.name))


_TELLS: dict[str, Callable[[Entry, Call, Naming], str]] = {
    "whistle.asked-for": _asked_for,
    "whistle.declined": _declined,
    "whistle.blown": _blown,
    "whistle.party-signed-for": _plain("{unit} signed for the whistle"),
    "whistle.party-contacted": _plain("{unit} spoke with the street"),
    "whistle.party-checked-in": _checked_in,
    "whistle.party-began-work": _plain("{unit} began its part"),
    "whistle.party-done": _plain("{unit} has done its part"),
    "whistle.party-substituted": _substituted,
    "whistle.party-withdrawn": _plain("let {unit} go"),
    "whistle.party-overdue": _overdue,
    "whistle.party-escalated": _escalated,
    "whistle.party-rated": _rated,
    "whistle.confirmed": _confirmed,
    "whistle.called-off": _called_off,
}
