"""Judging a cell: whether it was open, and that what is hidden looks as if it were not there."""

from __future__ import annotations

from uuid import uuid4

from domain.kernel.ids import ordered_id
from tests.house import MONDAY_NINE
from tests.web.access.hall import RELATIONS, ROLES

LETTERS = dict(zip(RELATIONS, "obaspf", strict=True))
REFUSED = (401, 403, 404)
HIDDEN = ("unknown-leading",)
"""Said of a case that is named in an answer and lies out of reach, as of one that is not there."""


class Ledger:
    """Counts the cells and keeps those that are not as written."""

    def __init__(self):
        self.cells = 0
        self.wrong = []

    def note(self, what, expected, answer, *, reached=()):
        """An order that the table lets through may still lack something: then it was reached."""
        self.cells += 1
        status = 401 if is_sent_to_choose(answer) else answer.status_code
        code = code_of(answer)
        is_open = status < 400 or code in reached
        if is_open != expected or not (is_open or status in (*REFUSED, 409) or code in HIDDEN):
            self.wrong.append((what, "open" if expected else "closed", status, code))

    def must_be_as_written(self):
        print(f"{self.cells} cells of the table were executed over HTTP")
        assert not self.wrong, "\n".join(map(str, self.wrong[:9])) + f"\n{len(self.wrong)} wrong"


def is_sent_to_choose(answer):
    """Whether a page sends a stranger to sign in."""
    where = answer.headers.get("Location", "")
    return answer.status_code == 303 and where.startswith("/?next=")


def code_of(answer):
    return answer.json.get("code", "") if answer.is_json and isinstance(answer.json, dict) else ""


def is_open(cell, relation, *, own):
    return LETTERS[relation] in cell or (own and "!" in cell)


def everybody():
    return [(role, relation) for role in ROLES for relation in RELATIONS]


def as_unknown(answer, record, ask):
    """Whether a record out of reach is answered as one that never was, but for its id."""
    nobody = ordered_id(MONDAY_NINE, str(uuid4()))
    other = ask(nobody)
    said = [answer.get_data(as_text=True).replace(str(record), "<id>"),
            other.get_data(as_text=True).replace(str(nobody), "<id>")]  # fmt: skip
    return (answer.status_code, said[0]) == (other.status_code, said[1])
