"""An import in a process of its own, told where it is, so that it can be killed there.

``python -m tests.workflows.records.killed FILE SQLITE-URL AT-ONCE``
"""

import sys
from pathlib import Path

from tests.workflows.records.files import a_city
from workflows.records.importing import ImportRecords, import_records
from workflows.records.mappings import read_mapping


def main() -> None:
    file, url, at_once = sys.argv[1:]
    city = a_city(url)
    order = ImportRecords(path=Path(file), mapping=read_mapping("boston311"), at_once=int(at_once))
    print("begun", flush=True)
    import_records(
        order, city.ledger, city.office, progress=lambda done, _: print(done, flush=True)
    )
    print("done", flush=True)


if __name__ == "__main__":
    main()
