"""Where a whistle can stand, and how the street says the matter stands when it is over."""

from __future__ import annotations

ASKED_FOR = "asked-for"
BLOWN = "blown"
DECLINED = "declined"
CONFIRMED = "confirmed"
CALLED_OFF = "called-off"

RESULTS = ("solved", "partly-solved", "not-solved")
CASE_ENDED = "case-ended"
BY_THE_STREET = "by-the-street"
