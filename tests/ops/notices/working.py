"""Work that delivers until it is killed; its clock runs ahead, so that old leases are over."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

from ledger.store import Store
from ops.bootstrap import uncounted
from ops.notices.delivering import Delivering
from ops.notices.reading import lines_of


def deliver(say: Callable[[object], None], url: str, file: str, seconds_ahead: float) -> None:
    """Deliver what the database holds, by the channels of the file."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds_ahead)

    post = Delivering(Store(url), lines_of(file, now), now=now, count=uncounted, rest=0.02)
    post.start()
    say("begun")
    Event().wait()
