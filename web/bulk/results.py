"""How an order among many is told that was refused: its status as if sent alone, and why."""

from __future__ import annotations

from typing import Any

from flask import request

from domain.kernel.refusals import Refused
from web.problems import problem_body
from web.statuses import status_of
from web.watching import tell


def refused(key: str, refusal: Refused) -> dict[str, Any]:
    """Give the result of a refused order."""
    tell(refusal.code)
    status = status_of(refusal)
    told = problem_body(status, refusal.code, refusal.reason, refusal.facts, instance=request.path)
    return {"key": key, "status": status.value, "repeated": False, "problem": told}
