"""A definition is drawn so that it can be read: nothing overlaps, nothing is left out."""

from dataclasses import replace
from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.definition import Definition, Label, Role, Stage, StepRule
from workflows.diagram.boxes import box_of
from workflows.diagram.drawing import svg
from workflows.diagram.layout import lay_out
from workflows.diagram.mermaid import mermaid
from workflows.diagram.overlay import CasePath, Figures, Overlay
from workflows.diagram.plan import plan_of
from workflows.diagram.routes import route
from workflows.diagram.words import Wording, text_width
from workflows.reading import definition_files, definition_from, read_content

SHIPPED = {path.stem: path for path in definition_files()}
SVG = "{http://www.w3.org/2000/svg}"


def shipped(name: str = "street-incident.v1") -> Definition:
    content, _ = read_content(SHIPPED[name].read_text(encoding="utf-8"))
    return definition_from(content, version=1)


class Area(NamedTuple):
    name: str
    left: float
    top: float
    right: float
    bottom: float


def overlapping(areas: list[Area]) -> list[tuple[str, str]]:
    return [
        (one.name, other.name)
        for one, other in combinations(areas, 2)
        if one.left < other.right - 1
        and other.left < one.right - 1
        and one.top < other.bottom - 1
        and other.top < one.bottom - 1
    ]


def areas_of(definition: Definition, wording: Wording) -> tuple[list[Area], list[Area]]:
    """Boxes and labels of a drawing."""
    boxes = {name: box_of(definition, one, wording) for name, one in definition.stages.items()}
    layout = lay_out(definition, plan_of(definition), boxes, wording)
    routes, _ = route(layout)
    stages = [
        Area(one.name, one.x, one.y, one.x + one.width, one.bottom)
        for one in layout.placed.values()
    ]
    labels = [
        Area(
            one.way.edge.rule.name,
            one.label_left,
            one.at.y,
            one.label_left + one.way.label_width,
            one.at.y + one.way.label_height,
        )
        for one in routes
    ]
    return stages, labels


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize("name", SHIPPED)
def test_no_words_of_what_ships_lie_on_others_or_on_a_box(name, language):
    stages, labels = areas_of(shipped(name), Wording(language))

    assert overlapping([*stages, *labels]) == []


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_stage_and_every_step_is_drawn(name, language):
    definition = shipped(name)

    drawn = ET.fromstring(svg(definition, language=language))

    stages = {one.get("data-stage") for one in drawn.iter(f"{SVG}g")} - {None}
    steps = {one.get("data-step") for one in drawn.iter(f"{SVG}g")} - {None}
    assert stages == set(definition.stages)
    assert steps == {rule.name for rule in definition.steps}


def test_the_main_path_is_the_ordinary_way_of_a_case():
    assert plan_of(shipped()).main == (
        "accepting",
        "awaiting_filing",
        "awaiting_dispatch",
        "handling",
        "awaiting_check",
        "checking",
        "awaiting_closing",
        "closed",
    )


def test_the_ladder_is_drawn_with_the_time_on_each_rung():
    drawn = svg(shipped(), language="en")

    assert "A late case climbs" in drawn
    assert "after 4 working hours" in drawn
    assert "A late case climbs" not in svg(shipped("service-request.v1"), language="en")


LADDER = (
    "passes over rungs at which nobody sits",
    "calls again every 4 working hours until Acknowledge (Commander)",
    "comes down for: Awaiting check, Checking on site",
    "rises when filed to District: 04-01",
    "Ask the level above (Dispatcher), for lack of power",
    "Report as important (Duty leader), as important → District",
    "Unclear whose it is (Dispatcher), as nobody knows whose it is → District",
    "Escalate (Clockwork, Commander)",
)


def notes_under_the_ladder(drawn: str) -> list[str]:
    groups = ET.fromstring(drawn).iter(f"{SVG}g")
    notes = [one for one in groups if "note" in (one.get("class") or "").split()]
    return [" ".join(text.text or "" for text in one.iter(f"{SVG}text")) for one in notes]


def test_the_ladder_says_what_its_rungs_do_not_show():
    drawn = svg(shipped(), language="en")

    assert tuple(notes_under_the_ladder(drawn)) == LADDER


def test_the_words_under_the_ladder_lie_inside_the_drawing_and_below_it():
    drawn = ET.fromstring(svg(shipped(), language="both"))
    width, height = float(drawn.get("width", 0)), float(drawn.get("height", 0))
    groups = [one for one in drawn.iter(f"{SVG}g") if "note" in (one.get("class") or "").split()]
    texts = [text for one in groups for text in one.iter(f"{SVG}text")]
    rungs = [one for one in drawn.iter(f"{SVG}rect") if one.get("class") == "rung"]
    foot = max(float(one.get("y", 0)) + float(one.get("height", 0)) for one in rungs)

    for text in texts:
        ends = float(text.get("x", 0)) + text_width(text.text or "", 11)
        assert ends < width
        assert foot < float(text.get("y", 0)) < height - 58


def test_an_open_step_that_raises_stands_out_under_the_ladder():
    path = CasePath.of("handling", open_steps=["raise"])

    drawn = svg(shipped(), overlay=Overlay(path=path))

    assert "open" in classes(drawn, "data-step", "raise")
    assert "open" not in classes(drawn, "data-step", "unclear_owner")


def test_mermaid_draws_the_ladder_and_what_is_said_of_it():
    text = mermaid(shipped(), language="en")

    assert 'state "Street (Commander)" as rung_street' in text
    assert "rung_community --> rung_street: deadline missed" in text
    assert "rung_street --> rung_district: after 4 working hours" in text
    assert "note right of rung_community" in text
    for said in LADDER:
        assert f"    {said.replace(':', ' ')}\n" in text


def test_mermaid_says_the_ladder_in_chinese_and_nothing_where_there_is_none():
    assert "提请上级 (派遣员), 权限不足" in mermaid(shipped(), language="zh")
    assert "rung_" not in mermaid(shipped("service-request.v1"), language="en")


def test_an_end_says_how_a_case_ends_there():
    drawn = svg(shipped())

    for final in ("settled", "declined", "void"):
        assert f"end {final}" in drawn


def classes(drawn: str, key: str, name: str) -> set[str]:
    found = [one for one in ET.fromstring(drawn).iter(f"{SVG}g") if one.get(key) == name]
    return {word for one in found for word in (one.get("class") or "").split()}


def test_the_path_of_one_case_and_its_open_steps_stand_out():
    path = CasePath.of(
        "awaiting_filing", taken=[("accepting", "pass_on")], open_steps=["file", "hand_back"]
    )

    drawn = svg(shipped(), overlay=Overlay(path=path))

    assert "taken" in classes(drawn, "data-step", "pass_on")
    assert "open" in classes(drawn, "data-step", "file")
    assert "aside" in classes(drawn, "data-step", "decline")
    assert "now" in classes(drawn, "data-stage", "awaiting_filing")
    assert "passed" in classes(drawn, "data-stage", "accepting")
    assert "aside" in classes(drawn, "data-stage", "closed")


def test_an_open_step_that_stays_stands_out_in_its_box():
    path = CasePath.of("handling", open_steps=["ask_return"])

    drawn = svg(shipped(), overlay=Overlay(path=path))

    assert "open" in classes(drawn, "data-step", "ask_return")
    assert "open" not in classes(drawn, "data-step", "ask_deferral")


def test_figures_are_laid_over_a_stage():
    figures = {"handling": Figures(count=1234, median_age="3 h 20 min", late_percent=18)}

    drawn = svg(shipped(), overlay=Overlay(figures=figures))

    assert "1,234" in drawn
    assert "3 h 20 min · 18 %" in drawn


def test_a_drawing_needs_nothing_from_outside_and_names_nothing_twice():
    drawn = ET.fromstring(svg(shipped()))

    assert not [one for one in drawn.iter() if one.tag in (f"{SVG}script", f"{SVG}image")]
    assert not [one for one in drawn.iter() if one.get("id") or one.get("href")]


def test_signs_in_labels_are_written_as_text():
    stage = Stage(name="s", label=Label(zh="<b>&", en='"<i>'), final="settled")
    role = Role(name="r", label=Label(zh="<r>", en="&r"))
    definition = Definition(
        name="odd",
        version=1,
        title=Label(zh="<t>", en='"&"'),
        starts_in="s",
        calendar="utc-always",
        digest="",
        reported_by=("r",),
        roles={"r": role},
        stages={"s": stage},
    )

    texts = [one.text for one in ET.fromstring(svg(definition)).iter(f"{SVG}text")]

    assert "<b>&" in texts


def test_chinese_is_as_wide_as_it_is_drawn():
    assert text_width("网格", 10) == 20
    assert text_width("grid", 10) < 24


def test_mermaid_names_stages_steps_deadlines_and_ends():
    text = mermaid(shipped(), language="en")

    assert text.startswith("stateDiagram-v2\n")
    assert "[*] --> s_accepting" in text
    assert "s_accepting --> s_awaiting_filing: Accept and pass on (Acceptor)" in text
    assert "s_closed --> [*]: settled" in text
    assert "    1 working hour, then escalate" in text
    assert "    Ask for more time (Handler)" in text


def test_mermaid_speaks_chinese():
    assert "s_accepting --> s_awaiting_filing: 受理上报立案 (受理员)" in mermaid(
        shipped(), language="zh"
    )


NAMES = [f"stage_{number}" for number in range(7)]


@st.composite
def any_definition(draw: st.DrawFn) -> Definition:
    """Any steps between any stages, as a clerk may have them half-way through."""
    ends = draw(st.sets(st.sampled_from(NAMES[1:])))
    pairs = draw(
        st.lists(
            st.tuples(
                st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
                st.sampled_from([*NAMES, "="]),
            ),
            max_size=14,
        )
    )
    label = Label(zh="名称", en="A name of some length")
    return Definition(
        name="any",
        version=1,
        title=label,
        starts_in=NAMES[0],
        calendar="utc-always",
        digest="",
        reported_by=("clerk",),
        roles={"clerk": Role(name="clerk", label=label)},
        stages={
            name: Stage(name=name, label=label, final="settled" if name in ends else None)
            for name in NAMES
        },
        steps=tuple(
            StepRule(
                name=f"step_{number}",
                label=label,
                sources=tuple(sources),
                target=target,
                by=("clerk",),
            )
            for number, (sources, target) in enumerate(pairs)
        ),
    )


WORDS = st.text("abcdefghijklmnop ", min_size=1, max_size=70).filter(str.strip)
CHINESE = st.text("核实派遣处置完成结案退回补正", min_size=1, max_size=20)
LABELS = st.builds(Label, zh=CHINESE, en=WORDS)


def renamed(definition: Definition, draw: st.DataObject) -> Definition:
    """The same stages and steps under other names."""
    return replace(
        definition,
        steps=tuple(replace(rule, label=draw.draw(LABELS)) for rule in definition.steps),
        stages={
            name: replace(one, label=draw.draw(LABELS)) for name, one in definition.stages.items()
        },
    )


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=5, deadline=None)
@given(draw=st.data())
def test_whatever_stages_and_steps_are_called_no_words_lie_on_others(name, language, draw):
    stages, labels = areas_of(renamed(shipped(name), draw), Wording(language))

    assert overlapping([*stages, *labels]) == []


@settings(max_examples=40, deadline=None)
@given(any_definition(), st.data())
def test_whatever_a_clerk_writes_no_words_lie_on_others(definition, draw):
    stages, labels = areas_of(renamed(definition, draw), Wording("en"))

    assert overlapping([*stages, *labels]) == []


@given(any_definition())
def test_whatever_a_clerk_writes_is_drawn_and_no_box_lies_on_another(definition):
    stages, _ = areas_of(definition, Wording("both"))

    ET.fromstring(svg(definition))
    mermaid(definition)
    assert overlapping(stages) == []
