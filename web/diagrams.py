"""Drawings of workflows for pages: their style is a file, as no page may hold a line of style."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from markupsafe import Markup

from web.languages import language
from workflows.diagram.drawing import svg
from workflows.diagram.overlay import Overlay

if TYPE_CHECKING:
    from workflows.definition import Definition
    from workflows.diagram.words import Language


def drawn(definition: Definition, overlay: Overlay) -> Markup:
    """Draw a workflow in the reader's language; all words in it are escaped."""
    spoken = cast("Language", language())
    return Markup(svg(definition, language=spoken, overlay=overlay, styled=False))  # noqa: S704
