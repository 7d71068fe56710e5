"""One record of a city: opened, due, closed; what it says, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.kernel.codes import AreaCode
from domain.kernel.ids import ordered_id
from domain.kernel.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How and when a record ended, as a step of the workflow."""

    at: datetime
    step: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CityRecord:
    """A record as the mapping reads it; two that differ in their lines only are the same."""

    line: int = field(compare=False)
    register: str
    case: str
    opened_at: datetime
    area: AreaCode
    category: str
    source: str
    due_at: datetime | None = None
    unit: str | None = None
    place: Place | None = None
    closing: Closing | None = None
    incident: UUID = field(init=False, compare=False)
    """The id of its incident, drawn from the case's own id and opening."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "incident", ordered_id(self.opened_at, self.opening_id))

    @property
    def reference(self) -> str:
        """The name of the case in the city's own books."""
        return f"{self.register}:{self.case}"

    @property
    def opening_id(self) -> str:
        """The id of the command that opens it: the same in every run."""
        return f"import:{self.reference}:open"

    @property
    def closing_id(self) -> str:
        """The id of the command that closes it."""
        return f"import:{self.reference}:close"
