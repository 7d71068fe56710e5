"""Services: the categories in force, and the filing conditions that may be named with a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from domain.kernel.refusals import Refused
from web.city import the_city
from web.languages import named, say
from web.naming import current_categories, current_definition, subs_by_class
from web.open311.asking import given_query, invalid, must_be_our_jurisdiction
from web.open311.rendering import Told, rendered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.rulebook.categories import Category
    from domain.rulebook.limits import LimitRule

CONDITION = "condition"
REALTIME = "realtime"


def services() -> Response:
    """List the sub-categories in force; the group of each is its class."""
    must_be_our_jurisdiction(given_query())
    categories = current_categories()
    classes = subs_by_class(categories) if categories else []
    told = [_told(sub, whole) for whole, subs in classes for sub in subs]
    return rendered("services", told)


def definition(code: str) -> Response:
    """Describe what may be sent with a service; refuses ``no-such-service``."""
    must_be_our_jurisdiction(given_query())
    service = service_of(code)
    rules = conditions_of(service.code)
    attributes: list[Told] = [_attribute(rules)] if rules else []
    return rendered("service_definition", {"service_code": service.code, "attributes": attributes})


def service_of(code: str) -> Category:
    """Give the sub-category with this code; refuses ``no-such-service``."""
    categories = current_categories()
    found = categories.by_code.get(code) if categories else None
    if found is None or found.is_class:
        raise Refused("no-such-service", "service_code was not found. GET services lists them.")
    return found


def conditions_of(code: str) -> dict[str, LimitRule]:
    """Give the filing conditions written for a category; one alone is nothing to choose from."""
    shelf, wanted = the_city().shelf, current_definition().limits
    if wanted is None:
        return {}
    rules = shelf.limits(shelf.latest("limits", wanted)).conditions(code)
    return {rule.condition: rule for rule in rules} if len(rules) > 1 else {}


def chosen_condition(fields: Mapping[str, str], code: str) -> str | None:
    """Give what was chosen, in words; refuses a condition that the category does not have."""
    given = fields.get(f"attribute[{CONDITION}]", "").strip()
    if not given:
        return None
    rule = conditions_of(code).get(given)
    if rule is None:
        raise invalid(f"attribute[{CONDITION}] is one of the values that the service lists.")
    return named(rule.filing)


def _told(sub: Category, whole: Category) -> Told:
    return {
        "service_code": sub.code,
        "service_name": named(sub.name),
        "description": f"{named(whole.name)} › {named(sub.name)}",
        "metadata": bool(conditions_of(sub.code)),
        "type": REALTIME,
        "keywords": ",".join(dict.fromkeys((sub.name.zh, sub.name.en, whole.nature))),
        "group": named(whole.name),
    }


def _attribute(rules: Mapping[str, LimitRule]) -> Told:
    values: list[Told] = [
        {"key": condition, "name": named(rule.filing)} for condition, rule in rules.items()
    ]
    return {
        "variable": True,
        "code": CONDITION,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": say("What is the case, as far as you can tell"),
        "order": 1,
        "description": say("Which of these describes it best?"),
        "values": values,
    }
