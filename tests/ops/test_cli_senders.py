"""Senders on the command line: registered, revised, given another key, ended, listed."""

import pytest

from tests.ops.test_cli import home, settled
from tests.ops.test_cli_accounts import answer, ask, refused
from tests.ops.town import STREET

__all__ = ["home", "settled"]

REACH = ("--area", str(STREET), "--category", "04", "--category", "01-02", "--until", "2027-06-30")
AS = ("--title", "Lamp posts", "--handle", "p-acceptor", "--role", "acceptor")


def test_a_sender_is_kept_from_its_first_key_to_its_end(settled):
    first = answer("senders", "register", "lamps", *AS, *REACH)["secret"]
    second = answer("senders", "rotate", "lamps", "--overlap-hours", "2")["secret"]
    ask("senders", "revise", "lamps", *REACH[:4], *REACH[-2:])
    ask("senders", "end", "lamps")

    assert first.startswith("whsec_")
    assert second != first
    (told,) = answer("senders", "list", "--area", str(STREET))
    assert (told["categories"], told["key"]) == (["04"], "k2")
    assert told["ended_at"]
    assert answer("senders", "list", "--after", "lamps") == []


def test_what_no_sender_may_be_is_refused(settled):
    assert refused("senders", "end", "nobody") == "no-such-sender"
    wrong = ("--title", "x", "--handle", "p-acceptor", "--role", "auditor")
    assert refused("senders", "register", "lamps", *wrong, *REACH) == "role-not-held"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_beyond_the_calendars_is_refused_with_their_years(settled, day):
    told = ask("senders", "revise", "lamps", *REACH[:4], "--until", day, status=2)
    when = ask("people", "on-duty", "dispatcher", str(STREET), "--at", f"{day}T00:00", status=2)

    assert "between 1970-01-02 and 2199-12-30" in " ".join(told.stderr.split())
    assert "[time-out-of-range]" in when.stderr
