"""What the form of a call asks, and the order it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from web.city import the_city
from web.incident.api import report_command
from workflows.incident.contact import contact_of

if TYPE_CHECKING:
    from domain.rulebook.categories import Categories
    from domain.rulebook.limits import LimitRule
    from workflows.definition import Definition
    from workflows.incident.commands import ReportIncident

WORKFLOW, SOURCE, CLASSIFY = "hotline-case", "hotline", "classify"
ORDINARY = ""
_ORDER = ("danger", "utilities", ORDINARY, "hard")
LONGEST_WORDS = 2_000
_CODE_DIGITS = 15


def definition() -> Definition:
    """Give the workflow of calls; refuses ``unknown-publication`` where a city has none."""
    city = the_city()
    return city.desk.office.engines.in_force(WORKFLOW, at=city.now()).definition


def categories() -> Categories | None:
    """Give the categories that calls are classified by."""
    shelf, wanted = the_city().shelf, definition().categories
    return shelf.categories(shelf.latest("categories", wanted)) if wanted else None


def urgencies() -> list[tuple[str, LimitRule]]:
    """Give the classes of urgency with their limits, the most urgent first."""
    shelf, wanted = the_city().shelf, definition().limits
    if wanted is None:
        return []
    rules = shelf.limits(shelf.latest("limits", wanted)).conditions("default")
    known = {rule.condition if rule.condition in _ORDER else ORDINARY: rule for rule in rules}
    return [(name, known[name]) for name in _ORDER if name in known]


def command_of(given: Mapping[str, str], *, places: Mapping[str, str]) -> ReportIncident:
    """Make the order to take a call down; refuses what is missing by its field."""
    category, area = _code(given.get("category", "")), given.get("area", "").strip()
    missing = [name for name, text in (("category", category), ("area", area)) if not text]
    if missing:
        reason = "Fill in what is the matter and where it is."
        raise Refused("fields-invalid", reason, fields={name: [reason] for name in missing})
    return report_command(
        area=_area(area, places),
        place=None,
        category=category,
        source=SOURCE,
        words=given.get("words", "")[:LONGEST_WORDS].replace("\0", ""),
        workflow=WORKFLOW,
        contact=contact_of(**{name: given.get(name, "").replace("\0", "") for name in CONTACT}),
    )


CONTACT = ("name", "phone", "callback")


def _code(text: str) -> str:
    """Take ``01-02 Rubbish`` as the list offers it, or the code alone."""
    return text.strip().split(" ")[0][:20]


def _area(text: str, places: Mapping[str, str]) -> AreaCode:
    """Take a code, alone or before a name as the list offers it."""
    code = text.split(" ", maxsplit=1)[0][:_CODE_DIGITS]
    named = next((known for known, name in places.items() if name == text), code)
    return AreaCode(named)
