"""Words of a drawing: in one language or both, measured and broken into lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.kernel.limits import Limit
from workflows.definition import Definition, Label, StageDeadline, StepRule, WaitsFor
from workflows.differ import limit_in_words

Language = Literal["zh", "en", "both"]
WIDEST_LABEL = 150
ARROW_SIZE = 12
ROLE_SIZE = 11
BOLD_IS_WIDER = 1.08
_WIDE = 0x2E80
_NARROW = frozenset("iljt.,:;'|!()[] ")
_UNITS = {"minute": "分钟", "hour": "小时", "day": "日"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text with the class it is drawn in."""

    text: str
    size: int
    kind: str

    @property
    def width(self) -> float:
        bold = BOLD_IS_WIDER if self.kind in ("name", "heading", "count") else 1.0
        return text_width(self.text, self.size) * bold

    @property
    def height(self) -> float:
        return self.size * 1.3


@dataclass(frozen=True, slots=True)
class Wording:
    """What is written in the drawing's language."""

    language: Language = "both"

    def name(self, label: Label) -> str:
        """Give a name on one line."""
        if self.language == "both":
            return f"{label.zh} {label.en}"
        return label.in_language(self.language)

    def title(self, label: Label) -> list[Line]:
        """Give the lines at the head of a box."""
        if self.language != "both":
            return [Line(text=label.in_language(self.language), size=14, kind="name")]
        first = Line(text=label.zh, size=14, kind="name")
        return [first, *broken(label.en, size=12, kind="other", widest=190)]

    def step(self, definition: Definition, rule: StepRule) -> list[Line]:
        """Give the lines of an arrow: what is done, and by whom."""
        if self.language == "both":
            words = broken(self.name(rule.label), size=ARROW_SIZE, kind="step")
            if len(words) > 1:
                words = [
                    Line(text=rule.label.zh, size=ARROW_SIZE, kind="step"),
                    *broken(rule.label.en, size=ARROW_SIZE, kind="step"),
                ]
        else:
            words = broken(self.name(rule.label), size=ARROW_SIZE, kind="step")
        return [*words, *broken(self.roles(definition, rule.by), size=ROLE_SIZE, kind="role")]

    def roles(self, definition: Definition, names: tuple[str, ...]) -> str:
        """Name roles; two languages would be too much on an arrow, so it is the first."""
        language = "zh" if self.language == "both" else self.language
        labels = [definition.roles[name].label for name in names]
        return ("、" if language == "zh" else ", ").join(
            one.in_language(language) for one in labels
        )

    def deadline(self, deadline: StageDeadline) -> str:
        """Write how long a stage may take."""
        if deadline.within is None:
            return self.name(Label(zh="立案时限", en="limit of the case"))
        return self.limit(deadline.within)

    def waiting(self, waits: WaitsFor) -> str:
        """Write which sub-cases a stage waits for."""
        chinese = {"all": "全部", "any": "任一"}.get(str(waits.done_when), str(waits.done_when))
        return self.name(
            Label(
                zh=f"等待 {waits.workflow}：{chinese}",
                en=f"waits for {waits.workflow}: {waits.done_when}",
            )
        )

    def limit(self, limit: Limit) -> str:
        """Write a limit: ``60 工作分钟 working minutes``."""
        english = limit_in_words(limit)
        number, clock, unit = english.split(" ")
        chinese = ("工作" if clock == "working" else "自然") + _UNITS[unit.removesuffix("s")]
        if self.language == "en":
            return english
        return f"{number} {chinese}" + (f" {clock} {unit}" if self.language == "both" else "")


def broken(text: str, *, size: int, kind: str, widest: float = WIDEST_LABEL) -> list[Line]:
    """Break a text between words so that no line is too wide; a long word stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= widest:
            lines[-1] = longer
        else:
            lines.append(word)
    return [Line(text=line, size=size, kind=kind) for line in lines]


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text, rather too wide than too narrow."""
    return sum(_em(letter) for letter in text) * size


def _em(letter: str) -> float:
    if ord(letter) >= _WIDE:
        return 1.0
    if letter in _NARROW:
        return 0.32
    return 0.68 if letter.isupper() else 0.57
