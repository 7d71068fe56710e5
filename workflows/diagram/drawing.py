"""The drawing itself: an SVG without scripts, ids or outside parts, fit for any page.

Colours are CSS variables of the page (``--ink``, ``--paper``, ``--line``, ``--accent``, ``--good``,
``--late``) with calm values of our own, light and dark; text is real text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from workflows.definition import Definition, Label, StepRule
from workflows.diagram.boxes import FIGURE_HEIGHT, PADDING, RULE_GAP, box_of
from workflows.diagram.climbing import GAP, WIDEST, Note, notes_height, notes_of
from workflows.diagram.ladder import (
    BETWEEN,
    RUNG_HEIGHT,
    RUNG_WIDTH,
    DrawnRung,
    ladder_height,
    rungs_of,
)
from workflows.diagram.layout import Layout, Placed, Point, lay_out
from workflows.diagram.overlay import CasePath, Figures, Overlay
from workflows.diagram.plan import plan_of
from workflows.diagram.route import Route
from workflows.diagram.routes import route
from workflows.diagram.style import STYLE
from workflows.diagram.words import Language, Line, Wording

MARGIN = 28
TOP = 58
CORNER = 7
HEAD = 7.5
NO_OVERLAY = Overlay()


def svg(
    definition: Definition,
    *,
    language: Language = "both",
    overlay: Overlay = NO_OVERLAY,
    styled: bool = True,
) -> str:
    """Draw a definition; a page that has the style of drawings already takes them without."""
    wording = Wording(language)
    boxes = {
        name: box_of(definition, stage, wording, foot=_foot(overlay.figures.get(name)))
        for name, stage in definition.stages.items()
    }
    layout = lay_out(definition, plan_of(definition), boxes, wording)
    routes, width = route(layout)
    rungs = rungs_of(definition, wording)
    notes = notes_of(definition, wording)
    ladder_at, height = _ladder_place(layout, len(rungs), width, below=notes_height(notes))
    body = [
        *_start(definition, layout, wording),
        *(line for one in routes for line in _arrow(definition, one, overlay.path, wording)),
        *(line for one in layout.placed.values() for line in _box(one, overlay)),
        *_ladder(rungs, ladder_at, wording),
        *_notes(notes, Point(ladder_at.x, ladder_at.y + ladder_height(len(rungs))), overlay.path),
    ]
    full_width = max(width, ladder_at.x + WIDEST + 20 if rungs else 0) + 2 * MARGIN
    size = (full_width, height + TOP + MARGIN)
    return _framed(definition, wording, body, size=size, styled=styled)


def _foot(figures: Figures | None) -> float:
    wanted = figures is not None and (figures.median_age or figures.late_percent is not None)
    return FIGURE_HEIGHT if wanted else 0


def _framed(
    definition: Definition,
    wording: Wording,
    body: Sequence[str],
    *,
    size: tuple[float, float],
    styled: bool,
) -> str:
    width, height = (round(one) for one in size)
    title = escape(f"{wording.name(definition.title)} · {definition.reference}")
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" class="workflow-diagram" role="img"',
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
            f"aria-label={quoteattr(title)}>",
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>" if styled else "",
            f'<rect class="paper" width="{width}" height="{height}"/>',
            f'<g transform="translate({MARGIN} {TOP})">',
            *body,
            "</g>",
            "</svg>\n",
        ]
    )


def _start(definition: Definition, layout: Layout, wording: Wording) -> Iterator[str]:
    first = layout.placed[definition.starts_in]
    x, y = first.middle, first.y
    told = wording.roles(definition, definition.reported_by)
    yield '<g class="step start">'
    yield f'<circle class="dot" cx="{x:.0f}" cy="{y - 38:.0f}" r="6"/>'
    yield f'<path class="line" d="M{x:.0f} {y - 32:.0f}V{y - 4:.0f}"/>'
    yield _head(Point(x, y - 30), Point(x, y))
    yield _text(Line(text=told, size=11, kind="role"), Point(x + 14, y - 44), "start")
    yield "</g>"


def _arrow(
    definition: Definition, drawn: Route, path: CasePath | None, wording: Wording
) -> Iterator[str]:
    rule, source = drawn.way.edge.rule, drawn.way.edge.source
    kinds = ["step", *_kinds(definition, rule, source, path)]
    yield (
        f'<g class="{" ".join(kinds)}" data-step={quoteattr(rule.name)} '
        f"data-from={quoteattr(source)} data-to={quoteattr(drawn.way.edge.target)}>"
    )
    roles = wording.roles(definition, rule.by)
    yield f"<title>{escape(wording.name(rule.label))} · {escape(roles)}</title>"
    yield f'<path class="line" d="{_rounded(drawn.points)}"/>'
    yield _head(drawn.points[-2], drawn.points[-1])
    yield from _lines(drawn.label, drawn.at, drawn.anchor)
    yield "</g>"


def _kinds(
    definition: Definition, rule: StepRule, source: str, path: CasePath | None
) -> Iterator[str]:
    if all(definition.roles[role].system for role in rule.by):
        yield "clock"
    if path is None:
        return
    if (source, rule.name) in path.taken:
        yield "taken"
    elif source == path.now and rule.name in path.open_steps:
        yield "open"
    else:
        yield "aside"


def _rounded(points: Sequence[Point]) -> str:
    """Draw through the corners, each rounded as far as its sides allow; stop before the head."""
    points = [*points[:-1], _short_of(points[-2], points[-1], HEAD - 1)]
    told = [f"M{points[0].x:.1f} {points[0].y:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        round_by = min(CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        enter, leave = _short_of(before, corner, round_by), _short_of(after, corner, round_by)
        told.append(f"L{enter.x:.1f} {enter.y:.1f}")
        told.append(f"Q{corner.x:.1f} {corner.y:.1f} {leave.x:.1f} {leave.y:.1f}")
    told.append(f"L{points[-1].x:.1f} {points[-1].y:.1f}")
    return "".join(told)


def _length(one: Point, other: Point) -> float:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _short_of(start: Point, end: Point, by: float) -> Point:
    """Give the point so far before the end, on a line that is level or upright."""
    length = _length(start, end) or 1.0
    part = max(length - by, 0) / length
    return Point(start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part)


def _head(before: Point, tip: Point) -> str:
    base = _short_of(before, tip, HEAD)
    across = HEAD * 0.45
    upright = abs(before.x - tip.x) < 1
    dx, dy = (across, 0.0) if upright else (0.0, across)
    return (
        f'<path class="head" d="M{tip.x:.1f} {tip.y:.1f}L{base.x - dx:.1f} {base.y - dy:.1f}'
        f'L{base.x + dx:.1f} {base.y + dy:.1f}Z"/>'
    )


def _box(placed: Placed, overlay: Overlay) -> Iterator[str]:
    stage = placed.box.stage
    kinds = ["stage", f"end {stage.final}" if stage.final else "", *_standing(stage.name, overlay)]
    yield f'<g class="{" ".join(filter(None, kinds))}" data-stage={quoteattr(stage.name)}>'
    corner = 18 if stage.final else 8
    frame = (
        f'x="{placed.x:.1f}" y="{placed.y:.1f}" width="{placed.width:.1f}" '
        f'height="{placed.height:.1f}"'
    )
    yield f'<rect class="frame" {frame} rx="{corner}"/>'
    yield from _written(placed, overlay.path)
    if stage.final:
        middle = placed.y + (placed.height - placed.box.foot) / 2
        yield _end_mark(stage.final, Point(placed.x + 20, middle))
    figures = overlay.figures.get(stage.name)
    if figures is not None:
        yield from _figures(placed, figures)
    yield "</g>"


def _standing(name: str, overlay: Overlay) -> Iterator[str]:
    if overlay.path is None:
        return
    if name == overlay.path.now:
        yield "now"
    elif name in overlay.path.passed:
        yield "passed"
    else:
        yield "aside"


def _written(placed: Placed, path: CasePath | None) -> Iterator[str]:
    box = placed.box
    x = placed.x + (34 if box.stage.final else PADDING)
    y = placed.y + PADDING
    if box.stage.final:
        written = sum(line.height for line in (*box.head, *(line for _, line in box.stays)))
        written += RULE_GAP if box.stays else 0
        y = placed.y + (placed.height - box.foot - written) / 2
    for line in box.head:
        yield _text(line, Point(x, y), "start")
        y += line.height
    if box.deadline is not None:
        yield _clock(Point(x + 5, y + box.deadline.height / 2))
        yield _text(box.deadline, Point(x + 16, y), "start")
        if box.climbs:
            yield _climb(Point(x + 24 + box.deadline.width, y + box.deadline.height / 2))
        y += box.deadline.height
    yield from _stays(placed, Point(x, y), path)


def _stays(placed: Placed, at: Point, path: CasePath | None) -> Iterator[str]:
    """List the steps that do not lead out of the stage."""
    if not placed.box.stays:
        return
    end, y = placed.x + placed.width - PADDING, at.y + RULE_GAP
    yield f'<path class="rule" d="M{at.x:.1f} {at.y + RULE_GAP / 2:.1f}H{end:.1f}"/>'
    for rule, line in placed.box.stays:
        is_open = path is not None and path.now == placed.name and rule.name in path.open_steps
        kind = "stay open" if is_open else "stay"
        told = _text(line, Point(at.x, y), "start")
        yield f'<g class="{kind}" data-step={quoteattr(rule.name)}>{told}</g>'
        y += line.height


def _clock(at: Point) -> str:
    """A small clock beside a limit."""
    return (
        f'<g class="icon" transform="translate({at.x:.1f} {at.y:.1f})">'
        '<circle r="4.6"/><path d="M0 -2.6V0L1.9 1.2"/></g>'
    )


def _climb(at: Point) -> str:
    """A dashed arrow up: when the limit is missed, the case climbs the ladder."""
    return (
        f'<g class="icon climb" transform="translate({at.x:.1f} {at.y:.1f})">'
        '<path class="dashed" d="M0 6V-4"/><path d="M-3 -2.5L0 -6L3 -2.5"/></g>'
    )


_END_MARKS = {
    "settled": "M-3.4 0.2L-1 2.8L3.6 -2.6",
    "declined": "M-2.7 -2.7L2.7 2.7M2.7 -2.7L-2.7 2.7",
    "merged": "M-3.4 -2.6H-0.6L3.4 0M-3.4 2.6H-0.6L3.4 0",
    "void": "M-3 3L3 -3",
    "done": "M-3.4 0.2L-1 2.8L3.6 -2.6",
    "withdrawn": "M-3 3L3 -3",
    "substituted": "M-3.4 -2.6H-0.6L3.4 0M-3.4 2.6H-0.6L3.4 0",
}


def _end_mark(final: str, at: Point) -> str:
    """Say how a case ends here by a sign, not by colour alone."""
    return (
        f'<g class="icon" transform="translate({at.x:.1f} {at.y:.1f})">'
        f'<circle r="7"/><path d="{_END_MARKS[final]}"/></g>'
    )


def _figures(placed: Placed, figures: Figures) -> Iterator[str]:
    """Lay a badge with the number of cases on the corner, and the rest at the foot."""
    count = Line(text=f"{figures.count:,}", size=12, kind="count")
    width = max(count.width + 16, 26)
    right, top = placed.x + placed.width, placed.y
    yield '<g class="figures">'
    yield (
        f'<rect class="badge" x="{right - width + 8:.1f}" y="{top - 11:.1f}" '
        f'width="{width:.1f}" height="20" rx="10"/>'
    )
    yield _text(count, Point(right + 8 - width / 2, top - 9), "middle")
    told = [figures.median_age or ""]
    if figures.late_percent is not None:
        told.append(f"{figures.late_percent} %")
        yield from _late_share(placed, figures.late_percent)
    line = Line(text=" · ".join(filter(None, told)), size=11, kind="age")
    yield _text(line, Point(right - 12, placed.bottom - 23), "end")
    yield "</g>"


def _late_share(placed: Placed, percent: int) -> Iterator[str]:
    """Draw the share that is late as a part of a line at the foot of the box."""
    begin, foot = placed.x + 12, placed.bottom - 6
    whole = placed.width - 24
    yield f'<path class="track" d="M{begin:.1f} {foot:.1f}h{whole:.1f}"/>'
    if percent:
        late = whole * min(percent, 100) / 100
        yield f'<path class="late" d="M{begin:.1f} {foot:.1f}h{late:.1f}"/>'


def _ladder_place(layout: Layout, rungs: int, width: float, *, below: float) -> tuple[Point, float]:
    """Stand the ladder where the right columns are free, else beside the drawing."""
    right = [one for one in layout.placed.values() if one.column > 0]
    if not rungs:
        return Point(0, 0), layout.height
    first = min((one.x for one in right), default=width + 60)
    free_from = max((one.bottom for one in right), default=-40.0) + 40
    return Point(first, free_from), max(layout.height, free_from + ladder_height(rungs) + below)


def _ladder(rungs: Sequence[DrawnRung], at: Point, wording: Wording) -> Iterator[str]:
    if not rungs:
        return
    yield '<g class="ladder">'
    heading = wording.name(Label(zh="逾期升级", en="A late case climbs"))
    yield _climb(Point(at.x + 4, at.y + 9))
    yield _text(Line(text=heading, size=12, kind="heading"), Point(at.x + 16, at.y), "start")
    y = at.y + 28
    for number, rung in enumerate(rungs):
        yield (
            f'<rect class="rung" x="{at.x:.1f}" y="{y:.1f}" '
            f'width="{RUNG_WIDTH}" height="{RUNG_HEIGHT}" rx="8"/>'
        )
        yield _text(Line(text=rung.name, size=13, kind="name"), Point(at.x + 12, y + 5), "start")
        yield _text(Line(text=rung.owner, size=11, kind="role"), Point(at.x + 12, y + 21), "start")
        y += RUNG_HEIGHT
        if number + 1 < len(rungs):
            yield from _rise(rung, Point(at.x + RUNG_WIDTH / 2 - 40, y))
            y += BETWEEN
    yield "</g>"


def _notes(notes: Sequence[Note], at: Point, path: CasePath | None) -> Iterator[str]:
    """Write under the ladder what its rungs do not show; a step that is open now stands out."""
    y = at.y + GAP
    for note in notes:
        kind = "stay open" if path is not None and note.step in path.open_steps else "stay"
        told = f" data-step={quoteattr(note.step)}" if note.step else ""
        yield f'<g class="{kind} note"{told}>'
        yield from _lines(note.lines, Point(at.x, y), "start")
        yield "</g>"
        y += note.height


def _rise(rung: DrawnRung, top: Point) -> Iterator[str]:
    below = Point(top.x, top.y + BETWEEN)
    yield '<g class="step escalation">'
    yield f'<path class="line" d="M{below.x:.1f} {below.y:.1f}V{top.y + HEAD:.1f}"/>'
    yield _head(below, top)
    height = sum(line.height for line in rung.climb)
    yield from _lines(rung.climb, Point(top.x + 10, top.y + (BETWEEN - height) / 2), "start")
    yield "</g>"


def _lines(lines: Sequence[Line], at: Point, anchor: str) -> Iterator[str]:
    y = at.y
    for line in lines:
        yield _text(line, Point(at.x, y), anchor)
        y += line.height


def _text(line: Line, at: Point, anchor: str) -> str:
    """Write a line whose upper edge is at the point."""
    baseline = at.y + line.size * 1.02
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text class="{line.kind}" x="{at.x:.1f}" y="{baseline:.1f}" '
        f'font-size="{line.size}"{side}>{escape(line.text)}</text>'
    )
