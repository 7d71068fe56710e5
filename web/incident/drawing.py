"""Drawings of durations as SVG: one scale for all panels, every mark with its words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from projections.incident.durations import Durations, Week
from web.clocks import worked
from web.languages import say

_LEFT, _WIDTH, _ROW, _TOP = 160, 300, 26, 22
_LONGEST_NAME = 22
_TICK_ROOM = 48
_TICKS = (1, 10, 60, 480, 2400, 4800, 14400)
_TREND_WIDTH, _TREND_HEIGHT, _BASE = 620, 132, 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Minutes from left to right by their logarithm: a stage of minutes and one of days in one."""

    longest: int

    def x(self, minutes: int) -> float:
        """Give the place of a duration."""
        top = math.log10(max(self.longest, 10))
        return round(_LEFT + _WIDTH * min(1.0, math.log10(max(minutes, 1)) / top), 1)

    @property
    def ticks(self) -> list[int]:
        """The minutes that are written above, those that have room beside the one before."""
        written: list[int] = []
        for tick in _TICKS:
            has_room = not written or self.x(tick) - self.x(written[-1]) >= _TICK_ROOM
            if tick <= self.longest and has_room:
                written.append(tick)
        return written


def scale_for(durations: Sequence[Durations]) -> Scale:
    """Give the scale that holds all of them, limits included."""
    ends = [max(one.p90, one.limit_minutes or 0) for one in durations]
    return Scale(longest=max([60, *ends]) * 5 // 4)


def panel(
    durations: Sequence[Durations],
    scale: Scale,
    label: Callable[[str], str],
    time: Callable[[str | None, int], str],
) -> Markup:
    """Draw median and 90th percentile of each stage against its limit."""
    height = _TOP + _ROW * len(durations) + 4
    parts = [_axis(scale, height)]
    for place, one in enumerate(durations):
        words = say(
            "{stage}: median {median}, 90th percentile {p90}, {n}×",
            stage=label(one.stage or ""),
            median=time(one.stage, one.median),
            p90=time(one.stage, one.p90),
            n=one.count,
        )
        row = _row(one, scale, _TOP + _ROW * place + _ROW // 2, label(one.stage or ""))
        parts.append(Markup("<g><title>{}</title>{}</g>").format(words, row))
    title = say("Median and 90th percentile of each stage, against its limit")
    return _svg(_LEFT + _WIDTH + 46, height, title, parts)


def trend_drawing(weeks: Sequence[Week]) -> Markup:
    """Draw how many cases were closed each week, and the share handled on time."""
    most = max([1, *(week.durations.count for week in weeks if week.durations)])
    step = (_TREND_WIDTH - 40) / max(1, len(weeks))
    parts = [_shares()]
    line: list[str] = []
    for place, week in enumerate(weeks):
        x = 34 + step * place + step / 2
        parts.append(_week(week, x, step, most))
        if week.durations and week.durations.judged:
            share = week.durations.on_time / week.durations.judged
            line.append(f"{x:.1f},{_BASE - 84 * share:.1f}")
            parts.append(
                Markup('<circle class="share" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(
                    x, _BASE - 84 * share
                )
            )
    parts.append(Markup('<polyline class="share-line" points="{}"/>').format(" ".join(line)))
    title = say("Cases closed each week, and the share handled on time")
    return _svg(_TREND_WIDTH, _TREND_HEIGHT, title, parts)


def _axis(scale: Scale, height: int) -> Markup:
    parts = []
    for tick in scale.ticks:
        x = scale.x(tick)
        parts.append(
            Markup(
                '<line class="rule" x1="{x}" y1="{y}" x2="{x}" y2="{h}"/>'
                '<text class="tick" x="{x}" y="12" text-anchor="middle">{t}</text>'
            ).format(x=x, y=_TOP - 4, h=height, t=worked(tick))
        )
    return Markup("").join(parts)


def _row(one: Durations, scale: Scale, y: int, label: str) -> Markup:
    median, p90 = scale.x(one.median), scale.x(one.p90)
    late = one.limit_minutes is not None and one.p90 > one.limit_minutes
    parts = [
        Markup('<text class="name" x="{}" y="{}" text-anchor="end">{}</text>').format(
            _LEFT - 10, y + 4, _cut(label)
        ),
        Markup('<line class="reach" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(median, y, p90, y),
        Markup('<circle class="median" cx="{}" cy="{}" r="4"/>').format(median, y),
        Markup('<path class="p90{}" d="M{} {}l5 5l-5 5l-5 -5z"/>').format(
            " late" if late else "", p90, y - 5
        ),
    ]
    if one.limit_minutes is not None:
        parts.append(
            Markup('<line class="limit" x1="{x}" y1="{a}" x2="{x}" y2="{b}"/>').format(
                x=scale.x(one.limit_minutes), a=y - 10, b=y + 10
            )
        )
    return Markup("").join(parts)


def _cut(label: str) -> str:
    """Shorten what would run out of the drawing; the whole name is in the title."""
    return label if len(label) <= _LONGEST_NAME else f"{label[: _LONGEST_NAME - 1]}…"


def _shares() -> Markup:
    return Markup("").join(
        Markup(
            '<line class="rule" x1="34" y1="{y}" x2="{w}" y2="{y}"/>'
            '<text class="tick" x="28" y="{t}" text-anchor="end">{share}%</text>'
        ).format(
            y=_BASE - 84 * share // 100,
            t=_BASE - 84 * share // 100 + 4,
            share=share,
            w=_TREND_WIDTH - 6,
        )
        for share in (0, 50, 100)
    )


def _week(week: Week, x: float, step: float, most: int) -> Markup:
    count = week.durations.count if week.durations else 0
    height = 60 * count / most
    first = f"{week.first:%m-%d}"
    share = (
        f"{100 * week.durations.on_time // week.durations.judged}%"
        if week.durations and week.durations.judged
        else "—"
    )
    words = say("Week from {day}: {n} closed, {share} on time", day=first, n=count, share=share)
    return Markup(
        '<g><title>{}</title><rect class="count" x="{:.1f}" y="{:.1f}" width="{:.1f}" '
        'height="{:.1f}"/><text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text></g>'
    ).format(words, x - step * 0.32, _BASE - height, step * 0.64, height, x, _BASE + 16, first)


def _svg(width: int, height: int, title: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, title, Markup("").join(parts)
    )
