"""Write what Gridward is made of: a CycloneDX 1.6 bill of materials, from the locks alone.

``python -m deploy.sbom [FILE]`` writes it to a file, else to standard output. The same locks give
the same bytes. Licences and who needs whom come from what is installed; a package for another
platform only stands there without them. https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

HERE = Path(__file__).parent
RUNS, TESTS = HERE / "requirements.lock", HERE / "requirements-test.lock"
_LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
Found = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """One line of a lock: a package, its version, and the SHA-256 of each file it may come as."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its address among packages of all kinds (package URL)."""
        return f"pkg:pypi/{self.name}@{self.version}"


def pinned(lock: Path) -> list[Pinned]:
    """Read a lock."""
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", lock.read_text("utf-8"))
    return [
        Pinned(name=plain(found[1]), version=found[2], hashes=tuple(_HASH.findall(block)))
        for block in blocks
        if (found := _LINE.match(block))
    ]


def plain(name: str) -> str:
    """Write a name as the index does (PEP 503).

    >>> plain("Flask_Smorest")
    'flask-smorest'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def bill(runs: Path = RUNS, tests: Path = TESTS) -> Found:
    """Give the whole bill: what runs is required, what only tests need is excluded."""
    running = {one.name for one in pinned(runs)}
    every = pinned(tests)
    known = {one.name: one.purl for one in every}
    root = _root()
    digest = uuid5(NAMESPACE_URL, tests.read_text("utf-8") + runs.read_text("utf-8"))
    needs = [(one.purl, _needed(one.name)) for one in every]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{digest}",
        "version": 1,
        "metadata": {"component": root},
        "components": [_component(one, runs=one.name in running) for one in every],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted({known[name] for name in names if name in known})}
            for ref, names in [(root["bom-ref"], set(_wished())), *needs]
        ],
    }


def _root() -> Found:
    written = ConfigParser()
    written.read(HERE.parent / "setup.cfg", "utf-8")
    version = written["metadata"]["version"]
    purl = f"pkg:pypi/gridward@{version}"
    return {
        "type": "application",
        "bom-ref": purl,
        "name": "gridward",
        "version": version,
        "purl": purl,
        "licenses": [{"license": {"id": "Apache-2.0"}}],
    }


def _component(one: Pinned, *, runs: bool) -> Found:
    hashes = [{"alg": "SHA-256", "content": digest} for digest in one.hashes]
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "scope": "required" if runs else "excluded",
        "purl": one.purl,
        **_licence(one.name),
        "externalReferences": [{"type": "distribution", "url": one.purl, "hashes": hashes}],
    }


def _licence(name: str) -> Found:
    """Tell the licence as its package does: an SPDX expression where there is one."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return {}
    if expression := told["License-Expression"]:
        return {"licenses": [{"expression": expression}]}
    classes = [one for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    named = classes[0].rpartition(" :: ")[2] if classes else (told["License"] or "")
    first = named.strip().partition("\n")[0][:100]
    return {"licenses": [{"license": {"name": first}}]} if first else {}


def _needed(name: str) -> set[str]:
    """Give what an installed package asks for, without what only its extras do."""
    try:
        asked = requires(name) or ()
    except PackageNotFoundError:
        return set()
    return set(_names(line for line in asked if "extra ==" not in line))


def _wished() -> Iterator[str]:
    written = ConfigParser()
    written.read(HERE.parent / "setup.cfg", "utf-8")
    lines = written["options"]["install_requires"].splitlines()
    extras = written["options.extras_require"].values()
    yield from _names([*lines, *(line for extra in extras for line in extra.splitlines())])


def _names(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if found := _NAME.match(line.strip()):
            yield plain(found[0])


def main(arguments: list[str]) -> None:
    """Write the bill to the file that is named, or to standard output."""
    written = json.dumps(bill(), indent=2, ensure_ascii=False) + "\n"
    if arguments:
        Path(arguments[0]).write_text(written, "utf-8")
    else:
        sys.stdout.write(written)


if __name__ == "__main__":
    main(sys.argv[1:])
