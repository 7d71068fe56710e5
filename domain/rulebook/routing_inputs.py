"""The inputs of a routing decision as its fact keeps them, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.kernel.places import Place
from domain.kernel.steps import Why
from domain.rulebook.routing import Answering, RoutingFacts


def inputs_of(facts: RoutingFacts) -> Why:
    """Write the facts in JSON kinds; what is empty is left out."""
    inputs: Why = {
        "category": facts.category,
        "kind": facts.kind,
        "area": facts.area,
        "source": facts.source,
        "local": facts.local,
        "working": facts.working,
    }
    if facts.place is not None:
        inputs |= {"lon_e6": facts.place.lon_e6, "lat_e6": facts.place.lat_e6}
    lists = {
        "answers": [f"{name}={value}" for name, value in sorted(facts.answers.items())],
        "units": [f"{one.unit}={one.kind}" for one in facts.units],
        "resting": list(facts.resting),
        "loads": [f"{unit}={load}" for unit, load in sorted(facts.loads.items())],
    }
    return {**inputs, **{key: written for key, written in lists.items() if written}}


def facts_from(inputs: Why) -> RoutingFacts:
    """Read the facts back, exactly as they were."""
    lon_e6, lat_e6 = inputs.get("lon_e6"), inputs.get("lat_e6")
    place = None
    if isinstance(lon_e6, int) and isinstance(lat_e6, int):
        place = Place(lon_e6=lon_e6, lat_e6=lat_e6)
    return RoutingFacts(
        category=str(inputs["category"]),
        kind=str(inputs["kind"]),
        area=str(inputs["area"]),
        source=str(inputs["source"]),
        local=str(inputs["local"]),
        working=inputs["working"] is True,
        place=place,
        answers=dict(_pairs(inputs, "answers")),
        units=tuple(Answering(unit=unit, kind=kind) for unit, kind in _pairs(inputs, "units")),
        resting=tuple(unit for unit, _ in _pairs(inputs, "resting")),
        loads={unit: int(load) for unit, load in _pairs(inputs, "loads")},
    )


def _pairs(inputs: Mapping[str, object], key: str) -> Iterable[tuple[str, str]]:
    written = inputs.get(key, ())
    assert isinstance(written, (list, tuple))  # noqa: S101  # written by inputs_of
    for one in written:
        name, _, value = str(one).partition("=")
        yield name, value
