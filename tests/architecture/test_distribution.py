"""What is installed: our plain names belong to us alone, and no file is left behind."""

import configparser
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import PurePosixPath

from tests.architecture.checkout import PACKAGES, ROOT, files_of_the_checkout

OURS = "gridward"
SHIPPED = {*PACKAGES, "migrations"}
NAMES = {*SHIPPED, "wsgi", "tests"}


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


def left_behind(paths: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """Files in our packages that an installation would lack."""
    wanted = ["*.py", *patterns]
    shipped = [PurePosixPath(path) for path in paths if path.split("/")[0] in SHIPPED]
    return [str(path) for path in shipped if not any(map(path.match, wanted))]


def package_data() -> list[str]:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    return [pattern.strip() for pattern in config["options.package_data"]["*"].split(",")]


def test_every_file_of_a_package_is_installed():
    assert left_behind(files_of_the_checkout(), package_data()) == []


def test_a_file_that_no_pattern_takes_is_found():
    paths = ["web/static/board.css", "web/static/font.woff2", "docs/plan.odt", "ops/cli.py"]

    assert left_behind(paths, ["*.css"]) == ["web/static/font.woff2"]


def test_nobody_else_owns_our_names():
    assert rivals(metadata.distributions()) == {}


def test_a_rival_is_found(tmp_path):
    info = tmp_path / "rival-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rival\nVersion: 1.0\n")
    files = ("web/pages.py", "rival/ledger.py", "wsgi.py")
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))

    assert rivals(metadata.distributions(path=[str(tmp_path)])) == {"rival": {"web", "wsgi"}}
