"""Words for what comes beside the ordinary way: backlog, limit steps, the reporter's rating."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from web.clocks import exact
from web.languages import named, say, word
from workflows.definition import Label

if TYPE_CHECKING:
    from projections.incident.timeline import Entry
    from web.incident.case import Case
    from web.naming import Naming


def limit_step_name(code: str, case: Case) -> str | None:
    """Name a limit step of a case as its limits did at filing; None where it has no such step."""
    step = next((step for step in case.course.steps if step.code == code), None)
    return named(Label(zh=step.zh, en=step.en), code) if step else None


def limit_step_options(case: Case) -> list[tuple[str, str]]:
    """Give the limit steps still to be reported, by code and name."""
    course = case.course
    left = [step for step in course.steps if step.code not in course.steps_done]
    return [(step.code, named(Label(zh=step.zh, en=step.en), step.code)) for step in left]


def _became_backlog(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("became backlog: suspended since {time}", time=exact(entry.facts["since"]))


def _rated(entry: Entry, _case: Case, _naming: Naming) -> str:
    facts = entry.facts
    text = say(
        "asked the reporter: {service} with the service, {handling} with the handling",
        service=word("choice", facts["service"]),
        handling=word("choice", facts["handling"]),
    )
    return text if facts.get("contacted", True) else text + say(", never contacted before")


def _limit_step_done(entry: Entry, case: Case, _naming: Naming) -> str:
    code = entry.facts["code"]
    return say("reported done: {what}", what=limit_step_name(code, case) or code)


def _noted_by_public(_entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("added by the public")


def _call_joined(_entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("took another call about it and joined it to this case")


def _photo_added(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("added a photo ({kind})", kind=word("photo", entry.facts["kind"]))


def _photo_blurred(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("blurred a photo in {n} places", n=entry.facts["parts"])


def _photo_uncovered(_entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("opened a photo as it was before it was blurred")


TELLS: dict[str, Callable[[Entry, Case, Naming], str]] = {
    "incident.became-backlog": _became_backlog,
    "incident.rated": _rated,
    "incident.limit-step-done": _limit_step_done,
    "incident.noted-by-public": _noted_by_public,
    "incident.call-joined": _call_joined,
    "incident.photo-added": _photo_added,
    "incident.photo-blurred": _photo_blurred,
    "incident.photo-uncovered": _photo_uncovered,
}
