"""Every address of the city with something real in it, as the application itself lists them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import sqlalchemy as sa
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from tests.city import XIAOBAILOU
from tests.house import House

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Walk:
    """A walk over all addresses of a house; ``known`` are values for the parts of addresses."""

    def __init__(self, house: House, **known: object) -> None:
        self.house = house
        self.known = {
            "code": str(XIAOBAILOU),
            "reference": "street-incident@1",
            "filename": "gridward.css",
            "handle": "p-li-na",
            "party": "heping-urban",
            "step": "pass_on",
            "word": "sign-for",
            **known,
        }

    def rules(self) -> list[Rule]:
        """Give all rules, those of files included."""
        return list(self.house.app.url_map.iter_rules())

    def path(self, rule: Rule) -> str:
        """Write an address of a rule."""
        asked = rule.arguments - set(rule.defaults or {})
        values = {name: self._some(rule, name) for name in asked}
        with self.house.app.test_request_context():
            built = rule.build({**values, **(rule.defaults or {})})
        assert built is not None, rule
        return built[1]

    def reading(self) -> Iterator[tuple[Rule, str]]:
        """Give what may be read."""
        return ((rule, self.path(rule)) for rule in self.rules() if "GET" in (rule.methods or ()))

    def changing(self) -> Iterator[tuple[Rule, str, str]]:
        """Give each method that may change something, with its address."""
        for rule in self.rules():
            for method in sorted((rule.methods or set()) - SAFE):
                yield rule, method, self.path(rule)

    def state(self) -> dict[str, int]:
        """Count what lies in each table; that somebody was here counts as nothing."""
        tables = sa.inspect(self.house.gridward.store.engine).get_table_names()
        with self.house.gridward.store.reading() as conn:
            return {
                name: conn.exec_driver_sql(f'SELECT COUNT(*) FROM "{name}"').scalar_one()
                for name in tables
            }

    def _some(self, rule: Rule, name: str) -> object:
        converter = rule._converters[name]
        if isinstance(converter, IntegerConverter):
            return 1
        if isinstance(converter, AnyConverter):
            return min(converter.items)
        found = self.known.get(name, "x")
        return uuid4() if isinstance(converter, UUIDConverter) and found == "x" else found
