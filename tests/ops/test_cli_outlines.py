"""An area's outline on the command line: told beforehand, set, and refused with a sentence."""

import json

from tests.ops.test_cli import answer, ask, home, refused, settled

__all__ = ["home", "settled"]
DISTRICT, STREET = "120101000000", "120101001000"


def ring(west, south, side):
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def file_of(folder, west=117.1, side=0.1):
    file = folder / "outline.geojson"
    outline = {"type": "Polygon", "coordinates": [ring(west, 39.0, side)]}
    file.write_text(json.dumps(outline), "utf-8")
    return str(file)


def test_an_outline_is_tried_out_and_set(settled, tmp_path):
    words = ("areas", "bound", DISTRICT, file_of(tmp_path), "--day", "2026-03-01")

    assert not answer(*words, "--dry-run")["applied"]
    assert "5 points around" in ask(*words, "--yes").output
    assert answer(*words, "--yes")["unchanged"] == 1


def test_what_lies_outside_the_parent_is_said_beforehand(settled, tmp_path):
    ask("areas", "bound", DISTRICT, file_of(tmp_path), "--day", "2026-03-01", "--yes")
    beyond = file_of(tmp_path, west=117.15)

    said = ask("areas", "bound", STREET, beyond, "--day", "2026-03-02", "--dry-run").output

    assert "50 % of it lies outside its parent" in said


def test_what_is_no_outline_is_refused(settled, tmp_path):
    file = tmp_path / "points.json"
    file.write_text('{"type": "Point"}', "utf-8")

    assert refused("areas", "bound", STREET, str(file)) == "no-polygon"
    assert refused("areas", "bound", "120199000000", file_of(tmp_path)) == "no-such-area"
