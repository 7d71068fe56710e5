"""A workflow definition: roles, stages, steps, fields and ladder, as a city wrote them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from domain.kernel.codes import AreaCode, Level
from domain.kernel.limits import Limit
from workflows.request_rules import RequestRule, unwritten

STAYS = "="
NO_UNDO = "none"
FieldKind = Literal[
    "words",
    "category",
    "unit",
    "units",
    "person",
    "minutes",
    "choice",
    "code",
    "incident",
    "photo",
    "limit_step",
]
SUB_UNIT = "sub_unit"  # the field that asks for a unit inside the department


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name in the city's language and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who may act: people who hold the role, or the system itself."""

    name: str
    label: Label
    level: Level | None = None
    system: bool = False
    reads_only: bool = False
    nights: bool = False  # a rota has somebody on duty at night


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDeadline:
    """A stage's own limit; ``within`` is None where the case's stamped limit counts."""

    within: Limit | None = None
    then: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The sub-case that a step opens, one for each unit named.

    ``within`` limits its handling; ``by_case_limit`` gives it the limit of the case itself.
    """

    workflow: str
    within: Limit | None = None
    by_case_limit: bool = False
    independent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsFor:
    """The sub-cases a stage waits for, and the step that fires when so many of them are done."""

    workflow: str
    done_when: Literal["all", "any"] | int
    then: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a case can stand; ``final`` says how it ends there."""

    name: str
    label: Label
    owner: str | None = None
    deadline: StageDeadline | None = None
    stops_clock: bool = False
    final: str | None = None
    waits_for: WaitsFor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """One kind of move: from where, to where (``=`` stays), by whom, under which conditions."""

    name: str
    label: Label
    sources: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    asks_for: str | None = None
    grants: str | None = None
    refuses: str | None = None
    raises_level: bool = False
    opens: Opening | None = None
    undo: str | None = None
    because: Label | None = None
    request: RequestRule | None = None  # the rule of what it asks for or decides
    raises_to: Level | None = None
    cause: str | None = None
    acknowledges: bool = False
    passes_within: bool = False

    @property
    def decides(self) -> str | None:
        """The kind of request this step decides."""
        return self.grants or self.refuses

    def leads_to(self, stage: str) -> str:
        return stage if self.target == STAYS else self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a step asks; ``words`` are free text and go to the vault, never into an event.

    ``read_by`` are the roles that may read the answer, beside whoever gave it; empty means all.
    """

    name: str
    label: Label
    kind: FieldKind
    required: bool = True
    choices: tuple[str, ...] = ()
    read_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung of the ladder; ``grace`` is how long a late case may stay before it rises."""

    level: Level
    owner: str
    grace: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Joint handling: the definition is the way of each party that a whistle summons.

    ``kinds`` names the book of whistles, ``parties`` how many one may summon at most, and
    ``done_when`` how many must be done: ``all``, ``any`` or a number.
    """

    kinds: str
    parties: int
    done_when: Literal["all", "any"] | int = "all"

    @property
    def enough(self) -> int | None:
        """How many done parties are enough; None where each must be out of it."""
        return {"all": None, "any": 1}.get(str(self.done_when), self._number)

    @property
    def _number(self) -> int | None:
        return self.done_when if isinstance(self.done_when, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbing:
    """How the ladder is used.

    ``skips_empty`` passes over rungs at which nobody sits, never the top; ``way_down`` names the
    stages in which a case comes down to where they are worked on; ``repeat`` is how long an owner
    who does not acknowledge is left alone; ``important`` are categories that rise when filed.
    """

    skips_empty: bool = False
    way_down: tuple[str, ...] = ()
    repeat: Limit | None = None
    important: tuple[tuple[Level, tuple[str, ...]], ...] = ()

    def rises_to(self, category: str) -> Level | None:
        """Give the level to which a matter of this category, or of its class, rises when filed."""
        known = {category, category.partition("-")[0]}
        found = [level for level, categories in self.important if known.intersection(categories)]
        return min(found, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A whole workflow; ``digest`` is the SHA-256 of its canonical JSON."""

    name: str
    version: int
    title: Label
    starts_in: str
    calendar: str
    digest: str
    starts_with: tuple[str, ...] = ()
    reported_by: tuple[str, ...] = ()
    calendar_areas: tuple[tuple[AreaCode, str], ...] = ()
    emergency_calendar: str | None = None
    categories: str | None = None
    limits: str | None = None
    whistles: str | None = None
    routing: str | None = None
    levels: tuple[Level, ...] = ()
    roles: dict[str, Role] = field(default_factory=dict)
    stages: dict[str, Stage] = field(default_factory=dict)
    steps: tuple[StepRule, ...] = ()
    fields: dict[str, Field] = field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()
    joint: Joint | None = None
    requests: dict[str, RequestRule] = field(default_factory=dict)
    climbing: Climbing = field(default_factory=Climbing)

    @property
    def reference(self) -> str:
        """``name@version``, as cases are pinned to it."""
        return f"{self.name}@{self.version}"

    @property
    def calendars(self) -> tuple[str, ...]:
        """Every calendar it names, each once."""
        areas = (calendar for _, calendar in self.calendar_areas)
        extra = (self.emergency_calendar,) if self.emergency_calendar else ()
        return tuple(dict.fromkeys((self.calendar, *areas, *extra)))

    def calendar_in(self, area: AreaCode) -> str:
        """Name the calendar by which an area counts: its own, or that of the nearest above."""
        above = [one for one in self.calendar_areas if one[0].covers(area)]
        return max(above, key=lambda one: one[0].level)[1] if above else self.calendar

    def steps_from(self, stage: str) -> tuple[StepRule, ...]:
        return tuple(rule for rule in self.steps if stage in rule.sources)

    def steps_named(self, name: str) -> tuple[StepRule, ...]:
        return tuple(rule for rule in self.steps if rule.name == name)

    def undone_by(self, name: str) -> frozenset[str]:
        """The steps that a step takes back."""
        return frozenset(rule.name for rule in self.steps if rule.undo == name)

    def request_rule(self, kind: str) -> RequestRule:
        """The rule of a kind of request, as written or as meant where nothing is written."""
        return self.requests.get(kind) or unwritten(kind)

    def rung_at(self, level: Level) -> Rung | None:
        """The rung of a level, or None where the ladder has none."""
        return next((rung for rung in self.ladder if rung.level is level), None)

    def rung_for(self, level: Level) -> Rung | None:
        """The rung nearest to a level from above: that of the street for the street's work."""
        reaching = [rung for rung in self.ladder if rung.level <= level]
        return max(reaching, key=lambda rung: rung.level) if reaching else None

    def rung_above(self, level: Level) -> Rung | None:
        """The next rung up, or None at the top."""
        higher = [rung for rung in self.ladder if rung.level < level]
        return max(higher, key=lambda rung: rung.level) if higher else None
