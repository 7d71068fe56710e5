"""Marks: what a step means to the city, whatever a definition calls it.

Projections count marks, never step names, so a city may name its steps as it likes.
"""

from __future__ import annotations

VERIFIED = "verified"
ACCEPTED = "accepted"
FILED = "filed"
DISPATCHED = "dispatched"
HANDLED = "handled"
CHECKED = "checked"
CHECK_FAILED = "check-failed"
CLOSED = "closed"
RETURNED = "returned"
SUSPENDED = "suspended"
RESUMED = "resumed"
REOPENED = "reopened"
SELF_HANDLED = "self-handled"
AUDITED = "audited"
DUPLICATE = "duplicate"
NOT_DUPLICATE = "not-duplicate"
MERGED = "merged"
ORDERED = "ordered"
ANSWERED = "answered"
CALLED = "called"
SOLVED = "solved"
UNSOLVED = "unsolved"
SATISFIED = "satisfied"
DISSATISFIED = "dissatisfied"
BACKLOG = "backlog"
RATED = "rated"
LIMIT_STEP_DONE = "limit-step-done"

MARKS = frozenset(
    {
        VERIFIED,
        ACCEPTED,
        FILED,
        DISPATCHED,
        HANDLED,
        CHECKED,
        CHECK_FAILED,
        CLOSED,
        RETURNED,
        SUSPENDED,
        RESUMED,
        REOPENED,
        SELF_HANDLED,
        AUDITED,
        DUPLICATE,
        NOT_DUPLICATE,
        MERGED,
        ORDERED,
        ANSWERED,
        CALLED,
        SOLVED,
        UNSOLVED,
        SATISFIED,
        DISSATISFIED,
        BACKLOG,
        RATED,
        LIMIT_STEP_DONE,
    }
)
ENDINGS = frozenset({"settled", "declined", "merged", "void"})
REOPENING = "reopening"
REQUESTS = frozenset({"return", "deferral", "suspension", "void", REOPENING})
