"""Measure the shape of real 311 records and write it as ops/sample/shape.toml; keeps figures only.

python bench/measure_shape.py FOLDER            prints the file
python bench/measure_shape.py FOLDER --check    exits 1 when the committed file says otherwise
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

SHAPE = Path(__file__).resolve().parents[1] / "ops" / "sample" / "shape.toml"
BOSTON = "boston_311_2011_jul_oct.csv.gz"
CHICAGO = "chicago_311_sanitation_2011_2014h1.csv.gz"
AT_ONCE_MINUTES = 10
PERCENTS = range(5, 100, 5)

# Which request type of Boston stands for which category here; orders of a service (a pickup, a
# cart), comments and housing inspections stand for none.
CATEGORY = {
    "Work w/out Permit": "01-01",
    "Illegal Occupancy": "01-01",
    "Exceeding Terms of Permit": "01-01",
    "Missed Trash/Recycling/Yard Waste/Bulk Item": "01-02",
    "Trash on Vacant Lot": "01-02",
    "Overflowing or Un-kept Dumpster": "01-02",
    "Requests for Street Cleaning": "01-04",
    "Pick up Dead Animal": "01-04",
    "Park Maintenance Requests": "01-06",
    "Abandoned Vehicles": "01-07",
    "Graffiti Removal": "02-01",
    "PWD Graffiti": "02-01",
    "Working Beyond Hours": "03-01",
    "Work Hours-Loud Noise Complaints": "03-01",
    "Contractor Complaints": "03-04",
    "Utility Call-In": "03-04",
    "Unsafe Dangerous Conditions": "03-06",
    "No Utilities Residential - Water": "04-02",
    "No Utilities Residential - Gas": "04-03",
    "Heat - Excessive  Insufficient": "04-04",
    "Sewage/Septic Back-Up": "04-05",
    "No Utilities Residential - Electricity": "04-07",
    "Parking Enforcement": "05-03",
    "Abandoned Bicycle": "05-04",
    "Street Light Outages": "c01-02",
    "Street Light Outages (Internal)": "c01-02",
    "Street Light Knock Downs": "c01-02",
    "General Lighting Request": "c01-02",
    "Pothole Repair (Internal)": "c02-01",
    "Request for Pothole Repair": "c02-01",
    "Sidewalk Repair (Make Safe)": "c02-01",
    "Sidewalk Repair": "c02-01",
    "Sidewalk Repair (Internal)": "c02-01",
    "Roadway Repair": "c02-01",
    "Traffic Signal Repair": "c02-02",
    "Sign Repair": "c02-03",
    "Missing Sign": "c02-03",
    "Empty Litter Basket": "c03-01",
    "Tree Emergencies": "c04-01",
    "Tree Maintenance Requests": "c04-01",
}
# What Boston does not tell apart from 01-02, by the natures of Chicago's sanitation requests.
RUBBISH = {
    "Garbage in yard": "01-02",
    "Garbage in alley": "01-02",
    "Dumpster not being emptied": "01-02",
    "Overflowing carts": "01-02",
    "Construction Site Cleanliness/Fence": "01-03",
    "Standing water": "01-05",
}
HEADER = """\
# The shape of real records: figures only, no record. Made by `python bench/measure_shape.py FOLDER`
# from two public data sets; do not edit, measure again. The rest is in assumptions.toml.
#  * Boston 311, all requests opened 2011-07-01 to 2011-10-31 (City of Boston, public domain, PDDL):
#    hours, weekdays, categories, handling
#  * Chicago 311, sanitation requests up to 2014-06-30 (City of Chicago, MIT): how rubbish splits
#    into 01-02, 01-03 and 01-05
# Which request type stands for which category is a table in that program, made by hand.
# Requests closed within ten minutes count as handled on the spot: at_once, in no [handling].
# overdue is the city's own verdict. Quantiles are those at 5, 10 ... 95 percent.
"""


def records(path: Path) -> Iterator[dict[str, str]]:
    """Give the rows of a compressed sheet."""
    with io.TextIOWrapper(gzip.open(path), encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def permille(counts: Mapping[str, int] | Mapping[int, int]) -> list[int]:
    """Share out a thousand by counts, the largest remainders first."""
    whole = sum(counts.values())
    shares = [count * 1000 // whole for count in counts.values()]
    rests = [count * 1000 % whole for count in counts.values()]
    order = sorted(range(len(rests)), key=lambda nth: -rests[nth])
    for nth in order[: 1000 - sum(shares)]:
        shares[nth] += 1
    return shares


def quantiles(values: Sequence[float]) -> list[int]:
    """Give the values at 5, 10 ... 95 percent as whole numbers."""
    ordered = sorted(values)
    return [round(ordered[len(ordered) * percent // 100]) for percent in PERCENTS]


class Measured:
    """What is kept of the rows while they pass."""

    def __init__(self) -> None:
        self.hours: Counter[int] = Counter()
        self.weekdays: Counter[int] = Counter()
        self.categories: Counter[str] = Counter()
        self.minutes: defaultdict[str, list[float]] = defaultdict(list)
        self.shares: defaultdict[str, list[float]] = defaultdict(list)
        self.judged: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.at_once: Counter[bool] = Counter()

    def note(self, row: Mapping[str, str]) -> None:
        """Take a request of Boston in."""
        opened = datetime.fromisoformat(row["opened_at"])
        self.hours[opened.hour] += 1
        self.weekdays[opened.weekday()] += 1
        category = CATEGORY.get(row["type"])
        if category is None:
            return
        self.categories[category] += 1
        kind = category.partition("-")[0]
        if row["closed_at"]:
            self._note_handling(kind, row, opened)
        else:
            self.judged[kind][row["on_time"]] += 1

    def _note_handling(self, kind: str, row: Mapping[str, str], opened: datetime) -> None:
        minutes = (datetime.fromisoformat(row["closed_at"]) - opened).total_seconds() / 60
        at_once = minutes < AT_ONCE_MINUTES
        self.at_once[at_once] += 1
        if at_once:  # done before it was written down: that is handling on the spot
            return
        self.judged[kind][row["on_time"]] += 1
        self.minutes[kind].append(minutes)
        if row["due_at"]:
            due = (datetime.fromisoformat(row["due_at"]) - opened).total_seconds() / 60
            if due > 0:
                self.shares[kind].append(1000 * minutes / due)

    def split_rubbish(self, natures: Counter[str]) -> None:
        """Share Boston's rubbish out as Chicago's is."""
        by = Counter[str]()
        for nature, category in RUBBISH.items():
            by[category] += natures[nature]
        rubbish = self.categories["01-02"]
        for category in ("01-03", "01-05"):
            self.categories[category] = rubbish * by[category] // by["01-02"]


def measured(folder: Path) -> Measured:
    """Read both data sets."""
    found = Measured()
    for row in records(folder / BOSTON):
        found.note(row)
    found.split_rubbish(Counter(row["nature"] for row in records(folder / CHICAGO)))
    return found


def written(found: Measured) -> str:
    """Write the figures as TOML."""
    hours = permille({hour: found.hours[hour] for hour in range(24)})
    weekdays = permille({day: found.weekdays[day] for day in range(7)})
    categories = {code: found.categories[code] for code in sorted(found.categories)}
    lines = [HEADER, f"requests = {sum(found.hours.values())}"]
    lines += [f"at_once_permille = {_at_once(found)}", f"hours_permille = {hours}"]
    lines += [f"weekdays_permille = {weekdays}  # from Monday", "", "[categories_permille]"]
    lines += [
        f"{code} = {share}" for code, share in zip(categories, permille(categories), strict=True)
    ]
    for kind in sorted(found.shares):
        lines += ["", f"[handling.{kind}]", *_handling(found, kind)]
    return "\n".join(lines) + "\n"


def _at_once(found: Measured) -> int:
    return found.at_once[True] * 1000 // sum(found.at_once.values())


def _handling(found: Measured, kind: str) -> list[str]:
    judged = found.judged[kind]
    overdue = judged["overdue"] * 1000 // max(judged["overdue"] + judged["ontime"], 1)
    return [
        f"requests = {len(found.minutes[kind])}",
        f"overdue_permille = {overdue}",
        f"minutes = {quantiles(found.minutes[kind])}",
        f"share_of_limit_permille = {quantiles(found.shares[kind])}",
    ]


def main() -> int:
    """Print the figures, or compare them with the committed file."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    text = written(measured(Path(sys.argv[1])))
    if "--check" not in sys.argv:
        print(text, end="")
        return 0
    same = text == SHAPE.read_text(encoding="utf-8")
    print("the file says what the records say" if same else "the file differs: write it anew")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
