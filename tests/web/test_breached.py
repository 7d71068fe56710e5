"""Breached passwords stand in a file as Have I Been Pwned gives it; it is searched, not loaded."""

import os
from hashlib import sha1

import pytest

from bench.breached import a_list
from domain.kernel.refusals import Refused
from tests.web.test_commands import WANG
from tests.web.test_sign_in import PASSWORD, Visitor, link_for, quick_hashes
from web.account.breached import BreachedPasswords, lay_breached
from web.account.sample import SAMPLE

__all__ = ["quick_hashes"]
# As the list is written, with the true hashes of "P@ssw0rd", "password" and "123456".
REAL = """\
000000005AD76BD555C1D6D771DE417A4B87E4B4:4
00000000A8DAE4228F821FB418F59826079BF368:2
00000000DD7F2A1C68A35673713783CA390C9E93:630
21BD12DC183F740EE76F27B78EB39C8AD972A757:49938
5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3533661
7C4A8D09CA3762AF61E59520943DC26494F8941B:23174662
FFFFFFFEE791CBAC0F6305CAF0CEE06BBE131160:2
"""


def hash_of(password):
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def a_file(tmp_path):
    def written(text):
        path = tmp_path / "pwnedpasswords.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("ascii"))
        return path

    return written


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_stands_in_the_list_is_found_and_nothing_else(a_file, end):
    listed = BreachedPasswords(a_file(REAL.replace("\n", end)))

    assert [listed.holds(one) for one in ("password", "P@ssw0rd", "123456")] == [True, True, True]
    assert not listed.holds(PASSWORD)
    assert not listed.holds("")


def test_each_line_is_found_wherever_it_stands(tmp_path):
    passwords = [f"nr {number}" for number in range(0, 999, 2)]
    lines = sorted(f"{hash_of(one)}:{nth + 1}" for nth, one in enumerate(passwords))
    path = tmp_path / "list.txt"
    path.write_text("\r\n".join(lines), "ascii")  # the last line has no end
    listed = BreachedPasswords(path)

    assert [nth for nth in range(1000) if listed.holds(f"nr {nth}")] == list(range(0, 999, 2))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "password\n123456\n",
        REAL.lower(),
        "\n".join(sorted(REAL.splitlines(), key=lambda line: -int(line.partition(":")[2]))),
        "\n".join(line.partition(":")[0][:32] + ":7" for line in REAL.splitlines()),
        b"\x1f\x8b\x08" + os.urandom(4000),
    ],
    ids=["nothing", "plain", "small letters", "by count", "NTLM", "packed"],
)
def test_what_is_no_such_list_stops_the_start(a_file, wrong):
    with pytest.raises(Refused) as refused:
        BreachedPasswords(a_file(wrong))

    assert refused.value.code == "breached-list-not-good"
    assert "GRIDWARD_BREACHED_PASSWORDS" in refused.value.reason


def test_a_list_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Refused, match=r"nowhere\.txt"):
        BreachedPasswords(tmp_path / "nowhere.txt")


def test_twenty_thousand_lines_are_searched_by_few_short_reads(tmp_path, monkeypatch):
    """The same with a million lines and its time: `python -m bench.breached`."""
    path = a_list(tmp_path, lines=20_000)
    listed, reads = BreachedPasswords(path), []

    def counted(file, size, place, pread=os.pread):
        reads.append(size)
        return pread(file, size, place)

    monkeypatch.setattr(os, "pread", counted)

    assert listed.holds("nr 19999")
    assert not listed.holds("nr 20000")
    assert len(reads) <= 2 * 21  # 20,000 lines of 44 bytes: 2 ** 20 bytes to halve
    assert max(reads) <= 256


def test_a_breached_password_is_refused_and_a_newer_list_counts_at_once(small_house, a_file):
    small_house.app.extensions[SAMPLE] = False
    known = "four stolen words here"
    path = a_file(REAL)
    lay_breached(small_house.app, BreachedPasswords(path))
    link, visitor = link_for(small_house, WANG.handle), Visitor(small_house)
    visitor.get(link)
    newer = path.with_suffix(".new")
    newer.write_text("".join(sorted([*REAL.splitlines(True), f"{hash_of(known)}:1\n"])), "ascii")
    newer.replace(path)

    answer = visitor.post(link, password=known)

    assert answer.status_code == 422
    assert "stolen" in answer.text
    assert visitor.post(link, password=PASSWORD).status_code == 303


def test_no_password_is_taken_while_the_list_is_away(small_house, a_file):
    small_house.app.extensions[SAMPLE] = False
    path = a_file(REAL)
    lay_breached(small_house.app, BreachedPasswords(path))
    path.unlink()
    link, visitor = link_for(small_house, WANG.handle), Visitor(small_house)
    visitor.get(link)

    assert visitor.post(link, password=PASSWORD).status_code == 422
    assert visitor.get(link).status_code == 200
