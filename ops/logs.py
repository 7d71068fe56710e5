"""Logs: one line a fact, as key=value or JSON, and never anything about a person.

Personal fields are dropped by name, and an error is told by its kind and place: its message may
quote what somebody wrote. Only the database's and the machine's own troubles keep theirs.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from eventsourcing.persistence import PersistenceError

from domain.kernel.refusals import Refused

PERSONAL = frozenset(
    {
        *("name", "name_en", "names", "words", "remark", "reason_given", "text", "body", "form"),
        *("phone", "email", "address", "id_number", "reporter", "handle", "person", "actor"),
        *("lon", "lat", "lon_e6", "lat_e6", "place", "answers", "password", "token", "cookie"),
    }
)
_FRAMES = 4
_ROOT = str(Path(__file__).parent.parent)
# Libraries that tell of every move they make.
_FOREIGN = {
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,
    "gunicorn.access": logging.CRITICAL,
    "gunicorn.error": logging.WARNING,
    "PIL": logging.WARNING,  # it tells what a camera wrote into a photo
    "transitions": logging.WARNING,
}
Said = MutableMapping[str, Any]


class OurHandler(logging.StreamHandler[TextIO]):
    """The one handler that is ours; setting up again replaces it."""


def set_up(*, level: str, form: str, stream: TextIO | None = None) -> None:
    """Send every log line of the process to standard error (or ``stream``), in one form."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        place_of_error,
        without_people,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event"], drop_missing=True
        )
    )
    handler = OurHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [one for one in root.handlers if not isinstance(one, OurHandler)]
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name, least in _FOREIGN.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def without_people(_logger: object, _method: str, said: Said) -> Said:
    """Drop fields that are about a person, inside of fields too."""
    for key in [key for key in said if key in PERSONAL]:
        del said[key]
    for key, value in said.items():
        if isinstance(value, dict):
            said[key] = {name: one for name, one in value.items() if name not in PERSONAL}
    return said


def place_of_error(_logger: object, _method: str, said: Said) -> Said:
    """Put kind and place of an error in the stead of its traceback."""
    given = said.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    # A library's own line may carry the whole trace as arguments or text.
    said.pop("stack_info", None)
    if isinstance(error, BaseException):
        said["error"] = _kind(error)
        said["at"] = " < ".join(_places(error))
    return said


def _kind(error: BaseException) -> str:
    if isinstance(error, Refused):
        return f"Refused[{error.code}]"
    if isinstance(error, PersistenceError | OSError):
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return type(error).__name__


def _places(error: BaseException) -> Iterator[str]:
    """Name the innermost lines, our own files by their path in the checkout."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:]):
        file = frame.filename.removeprefix(_ROOT).lstrip("/")
        file = file.rpartition("site-packages/")[2]
        yield f"{file}:{frame.lineno} {frame.name}"
