"""The departments of the sample city: which there are, and what each answers for."""

from __future__ import annotations

from typing import NamedTuple


class Department(NamedTuple):
    """A department every district has; ``teams`` are its second-level units."""

    word: str
    kind: str
    name: str
    name_en: str
    answers_for: tuple[str, ...]
    teams: tuple[tuple[str, str], ...] = ()


DEPARTMENTS = (
    Department(
        "sanitation",
        "sanitation",
        "环卫中心",
        "Sanitation Centre",
        ("01-02", "01-03", "01-04", "01-08", "04-06", "c03-01", "c03-02"),
        (("清扫作业队", "Sweeping Team"), ("清运作业队", "Collection Team")),
    ),
    Department(
        "urban",
        "urban-management",
        "城市管理委员会",
        "Urban Management Commission",
        ("01-01", "01-07", "02-02", "02-04", "03-03"),
        (("执法大队", "Enforcement Team"),),
    ),
    Department(
        "greenery", "greenery", "园林绿化中心", "Landscaping Centre", ("01-06", "c04-01", "c04-02")
    ),
    Department(
        "water", "water", "水务局", "Water Bureau", ("01-05", "04-02", "04-05", "c01-01")
    ),
    Department(
        "roads", "roads", "市政道路养护中心", "Road Maintenance Centre",
        ("03-05", "04-01", "c02-01", "c02-03"),
        (("路面养护队", "Surface Team"),),
    ),
    Department(
        "power", "power", "电力照明管理所", "Power and Lighting Office", ("04-07", "c01-02")
    ),
    Department("heat", "heating", "公用事业管理所", "Gas and Heating Office", ("04-03", "04-04")),
    Department(
        "police", "traffic-police", "公安交警支队", "Traffic Police",
        ("03-04", "05-03", "c02-02"),
    ),
    Department("fire", "fire", "消防救援支队", "Fire and Rescue", ("06-02", "c01-03")),
    Department(
        "construction", "construction", "住房和建设委员会", "Housing and Construction Commission",
        ("03-02", "03-06"),
    ),
    Department(
        "environment", "environment", "生态环境局", "Ecology and Environment Bureau",
        ("01-09", "03-01", "05-07"),
    ),
    Department(
        "civil", "civil-affairs", "民政局", "Civil Affairs Bureau", ("06-04", "c05-01", "c05-02")
    ),
)  # fmt: skip
SQUAD = Department(
    "squad",
    "comprehensive",
    "综合执法队",
    "Comprehensive Squad",
    ("02-01", "02-03", "05-01", "05-02", "05-04", "05-05", "05-06", "06-01", "06-03"),
)
"""What every street has of its own."""

DEPARTMENT_OF = {code: one for one in DEPARTMENTS for code in one.answers_for}
"""The department asked first; a category that none answers for is the street squad's."""
