"""An import in a process of its own, telling where it is, so that it can be killed there."""

from collections.abc import Callable
from pathlib import Path

from tests.workflows.records.files import a_city
from workflows.records.importing import ImportRecords, import_records
from workflows.records.mappings import read_mapping


def take_in(say: Callable[[object], None], file: Path, url: str, at_once: int) -> None:
    """Import the file, and say after each batch how far it is."""
    city = a_city(url)
    order = ImportRecords(path=file, mapping=read_mapping("boston311"), at_once=at_once)
    say("begun")
    import_records(order, city.ledger, city.office, progress=lambda done, _: say(done))
    say("done")
