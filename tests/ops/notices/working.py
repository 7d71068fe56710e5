"""A process that delivers until it is killed; its clock runs ahead, so that old leases are over.

``python -m tests.ops.notices.working URL FILE SECONDS-AHEAD``
"""

import sys
from datetime import UTC, datetime, timedelta
from threading import Event

from ledger.store import Store
from ops.bootstrap import uncounted
from ops.notices.delivering import Delivering
from ops.notices.reading import lines_of


def main() -> None:
    url, file, ahead = sys.argv[1:]

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead))

    post = Delivering(Store(url), lines_of(file, now), now=now, count=uncounted, rest=0.02)
    post.start()
    print("begun", flush=True)
    Event().wait()


if __name__ == "__main__":
    main()
