"""What any release recorded is still read: these files are kept for good and never edited."""

import json
from collections import defaultdict
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from domain.area.area import Area
from domain.incident.incident import Incident
from domain.kernel.facts import Fact
from domain.people.person import Person
from domain.people.unit import Unit
from domain.rulebook.publication import Publication
from ledger.mapper import FactMapper

RELEASES = sorted(path for path in Path(__file__).parent.iterdir() if path.name[0].isdigit())
RECORDS = {
    "area": (Area,),
    "incident": (Incident,),
    "people": (Person, Unit),
    "rulebook": (Publication,),
}


def streams_of(release: Path) -> dict[UUID, list[Fact]]:
    mapper = FactMapper()
    streams: dict[UUID, list[Fact]] = defaultdict(list)
    for line in (release / "one-city.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        body = json.dumps(event["body"], ensure_ascii=False)
        stream = UUID(event["stream"])
        streams[stream].append(mapper.fact(event["topic"], body, stream, event["version"]))
    return streams


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_every_stream_of_a_release_is_rebuilt(release):
    for stream, facts in streams_of(release).items():
        kinds = RECORDS[facts[0].TOPIC.partition(".")[0]]
        rebuilt = [kind.rebuilt(stream, facts) for kind in kinds]

        assert all(record.version == len(facts) for record in rebuilt)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_the_case_of_a_release_stands_where_it_stood(release):
    expected = json.loads((release / "course.json").read_text(encoding="utf-8"))
    incidents = [
        Incident.rebuilt(stream, facts)
        for stream, facts in streams_of(release).items()
        if facts[0].TOPIC == "incident.reported"
    ]

    (course,) = [json.loads(msgspec.json.encode(incident.course)) for incident in incidents]

    # A later release may know more of a case, but nothing else.
    assert {key: course[key] for key in expected} == expected
