"""The packages have plain names, so no other installed distribution may own one of them."""

from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import PurePosixPath

from tests.architecture.checkout import PACKAGES

OURS = "gridward"
NAMES = {*PACKAGES, "migrations", "wsgi", "tests"}


def top_levels(distribution: metadata.Distribution) -> Iterator[str]:
    """What can be imported because this distribution is installed."""
    yield from (distribution.read_text("top_level.txt") or "").split()
    for file in distribution.files or ():
        path = PurePosixPath(file)
        if path.suffix == ".py":
            yield path.with_suffix("").parts[0]


def rivals(distributions: Iterable[metadata.Distribution]) -> dict[str, set[str]]:
    """Other distributions, each with those of our names that it owns."""
    owned = {one.metadata["Name"]: NAMES & set(top_levels(one)) for one in distributions}
    return {name: names for name, names in owned.items() if names and name != OURS}


def test_nobody_else_owns_our_names():
    assert rivals(metadata.distributions()) == {}


def test_a_rival_is_found(tmp_path):
    info = tmp_path / "rival-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rival\nVersion: 1.0\n")
    (info / "RECORD").write_text("web/pages.py,,\nrival/ledger.py,,\nwsgi.py,,\n")

    assert rivals(metadata.distributions(path=[str(tmp_path)])) == {"rival": {"web", "wsgi"}}
