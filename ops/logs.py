"""Logs: one line a fact, as key=value or JSON, and no names, words or places of people.

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
from ops.log_file import LogFile
from ops.settings import Settings
from ops.syslog import Syslog

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
_OURS = frozenset({"domain", "ledger", "ops", "projections", "web", "workflows"})
_extra = structlog.stdlib.ExtraAdder()
Said = MutableMapping[str, Any]


class OurHandler(logging.StreamHandler[TextIO]):
    """The one handler that is ours; setting up again replaces it."""


def set_up_logs(settings: Settings) -> None:
    """Set the log of this process up as the settings say; refuses ``invalid-setting``."""
    set_up(
        level=settings.log_level,
        form=settings.log_format,
        file=settings.log_file,
        syslog=settings.syslog,
    )


def set_up(
    *, level: str, form: str, stream: TextIO | None = None, file: str = "", syslog: str = ""
) -> None:
    """Send every log line of the process to standard error (or ``stream``), in one form.

    ``file`` and ``syslog`` get the same lines as JSON; refuses ``invalid-setting``.
    """
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    _remove_ours()
    _add(OurHandler(stream or sys.stderr), form)
    if file:
        _add(LogFile(file), "json")
    if syslog:
        _add(Syslog(syslog), "json")
    root = logging.getLogger()
    root.setLevel(level.upper())
    for name, least in _FOREIGN.items():
        logging.getLogger(name).setLevel(max(least, root.level))


def _remove_ours() -> None:
    root = logging.getLogger()
    for one in [one for one in root.handlers if isinstance(one, OurHandler | LogFile | Syslog)]:
        root.removeHandler(one)
        one.close()


def _shared() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        place_of_error,
        without_people,
    ]


def _add(handler: logging.Handler, form: str) -> None:
    last: Any = (
        structlog.processors.JSONRenderer()  # ASCII: nothing that any reader takes for a line's end
        if form == "json"
        else structlog.processors.KeyValueRenderer(
            key_order=["timestamp", "level", "event"], drop_missing=True
        )
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[facts_of_ours, *_shared()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.getLogger().addHandler(handler)


def facts_of_ours(logger: logging.Logger, method: str, said: Said) -> Said:
    """Take in the ``extra`` of our own lines; what libraries add may hold anything."""
    record: logging.LogRecord = said["_record"]
    if record.name.partition(".")[0] not in _OURS:
        return said
    return _extra(logger, method, said)


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
