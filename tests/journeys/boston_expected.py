"""What the Boston file says, computed from the file alone: nothing of Gridward is imported here.

``python tests/journeys/boston_expected.py boston_311_2011_jul_oct.csv.gz`` prints it as JSON.

Handling time runs from opening to closing, as instants (the file has local times). Median and
90th percentile are nearest-rank: of n durations in order, the one at place ceil(n x p / 100).
In minutes it is the minute marks passed on a clock, as read models count.

Overdue is told twice. ``handled``: of the requests that were closed (not as duplicate or invalid)
and had a due time, those closed after it. ``all``: of all requests that had a due time, those
whose due time passed before they ended, or before the last time in the file if they never did.
"""

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from datetime import datetime
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

BOSTON = ZoneInfo("America/New_York")
ENDS = {"duplicate": "merged", "invalid": "declined"}


def seconds(text):
    local = datetime.fromisoformat(text).replace(tzinfo=BOSTON) if text else None
    return None if local is None else round(local.timestamp())


def percentile(durations, percent):
    return sorted(durations)[ceil(len(durations) * percent / 100) - 1]


def expected(path):
    with gzip.open(path) as packed, io.TextIOWrapper(packed, "utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    last = max(seconds(row["closed_at"] or row["opened_at"]) for row in rows)
    taken, minutes = [], defaultdict(list)
    handled: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    everything: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        opened, closed, due = (seconds(row[f"{name}_at"]) for name in ("opened", "closed", "due"))
        end = ENDS.get(row["outcome"], "settled") if closed is not None else "open"
        if closed is not None:
            taken.append(closed - opened)
            minutes[end].append(closed // 60 - opened // 60)
        if due is None:
            continue
        late = closed > due if closed is not None else due <= last
        for counted in [everything] + [handled] * (end == "settled"):
            counted[row["department"]][0] += late
            counted[row["department"]][1] += 1
    return {
        "rows": len(rows),
        "closed": len(taken),
        "never_closed": len(rows) - len(taken),
        "median_seconds": percentile(taken, 50),
        "p90_seconds": percentile(taken, 90),
        "ends": {
            end: [len(some), percentile(some, 50), percentile(some, 90)]
            for end, some in sorted(minutes.items())
        },
        "overdue_handled": dict(sorted(handled.items())),
        "overdue_all": dict(sorted(everything.items())),
    }


if __name__ == "__main__":
    print(json.dumps(expected(Path(sys.argv[1])), indent=1))
