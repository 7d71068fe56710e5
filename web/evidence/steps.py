"""Photos that a step asks: the file of its form becomes the answer, and a photo of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.incident import marks
from web.evidence.receiving import add_photo, of_form, photo_key
from web.ordering import LONGEST_WAIT

if TYPE_CHECKING:
    from domain.incident.photos import Picture
    from web.acting import Actor
    from web.incident.case import Case
    from workflows.definition import Definition
    from workflows.incident.commands import Given


def with_photo(
    answers: Given, definition: Definition, actor: Actor, key: str
) -> tuple[Given, Picture | None]:
    """Put the hash of the photo that came with the form where its field asks one."""
    for name in photo_fields(definition):
        if picture := of_form(actor, key, f"picture.{name}"):
            return {**answers, name: picture.photo}, picture
    return answers, None


def photo_fields(definition: Definition) -> list[str]:
    """Name the fields that ask a photo."""
    return [name for name, field in definition.fields.items() if field.kind == "photo"]


def add_of_step(case: Case, step: str, picture: Picture, actor: Actor, *, key: str) -> None:
    """Add the photo of a step that was taken; once the matter is dispatched it shows what after."""
    handled = marks.DISPATCHED in case.course.marks
    add_photo(
        case.incident,
        picture,
        actor,
        key=photo_key(key),
        wait=LONGEST_WAIT,
        kind="after" if handled else "before",
        step=step,
    )
