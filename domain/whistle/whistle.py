"""A whistle: a street summons departments to a case, and each answers for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from domain.kernel.record import Record, case_subject
from domain.whistle import events as happened
from domain.whistle import rules
from domain.whistle.policies import why_due
from domain.whistle.roll import Deadline, Roll
from domain.whistle.rules import Wish, ask, ask_of_terms
from domain.whistle.seen import Changes
from domain.whistle.states import BY_THE_STREET, CASE_ENDED

if TYPE_CHECKING:
    from uuid import UUID

    from domain.kernel.act import Act
    from domain.kernel.confiding import Words
    from domain.kernel.facts import Fact
    from domain.kernel.limits import Limit
    from domain.kernel.places import Place
    from domain.kernel.steps import Why
    from domain.whistle.events import PartyWay, Terms


class Whistle(Record):
    """One summons. Several may be open for one case; each is over by itself."""

    KIND: ClassVar[str] = "whistle"

    def __init__(self, record_id: UUID) -> None:
        """Begin before it was blown."""
        super().__init__(record_id)
        self.roll = Roll()
        self.changes = Changes()
        self._asked: happened.AskedFor | None = None

    @property
    def subject(self) -> str:
        """What departments write is of the case, and goes with it."""
        return case_subject(self.roll.incident or self.id)

    def when(self, fact: Fact) -> None:
        """Take a fact in."""
        self.roll.fold(fact)
        self.changes.note(fact)
        if isinstance(fact, happened.AskedFor):
            self._asked = fact

    def blow(
        self, act: Act, terms: Terms, *, way: PartyWay | None = None, words: Words | None = None
    ) -> None:
        """Summon the parties; their clocks run from now."""
        ask_of_terms(terms, way)
        said = self.confide(words, field="words", subject=case_subject(terms.incident))
        self.tell(happened.Blown(act=act, terms=terms, way=way, words=said))

    def ask_for(
        self, act: Act, terms: Terms, *, way: PartyWay | None = None, words: Words | None = None
    ) -> None:
        """Ask a higher leader to let it be blown."""
        ask_of_terms(terms, way)
        said = self.confide(words, field="words", subject=case_subject(terms.incident))
        self.tell(happened.AskedFor(act=act, terms=terms, way=way, words=said))

    def approve(self, act: Act) -> None:
        """Blow what was asked for; the words stay with the fact that asked."""
        ask((rules.must_await_approval,), self.roll, Wish(act=act))
        assert self._asked is not None  # noqa: S101  # it awaits approval
        terms, way = self._asked.terms, self._asked.way
        self.tell(happened.Blown(act=act, terms=terms, way=way, approved_by=act.person))

    def decline(self, act: Act, *, reason: Words | None) -> None:
        """Let it not be blown."""
        ask((rules.must_await_approval,), self.roll, Wish(act=act))
        said = self.confide(reason, field="reason")
        self.tell(happened.Declined(act=act, incident=self._incident, reason=said))

    def sign_for(self, act: Act, *, party: str, stage: str | None = None) -> None:
        """Answer for the summons; twice records it once."""
        ask(rules.OF_A_PARTY, self.roll, Wish(act=act, party=party))
        if self.roll.parties[party].signed_at is None:
            self.tell(happened.PartySignedFor(act=act, party=party, stage=stage))

    def contact(self, act: Act, *, party: str, stage: str | None = None) -> None:
        """Say that the party spoke with the street; twice records it once."""
        ask(rules.OF_A_PARTY, self.roll, Wish(act=act, party=party))
        if self.roll.parties[party].contacted_at is None:
            self.tell(happened.PartyContacted(act=act, party=party, stage=stage))

    def check_in(
        self,
        act: Act,
        *,
        party: str,
        place: Place | None = None,
        photo: str | None = None,
        stage: str | None = None,
    ) -> None:
        """Say that the party is on site; refuses ``too-far`` with the distance."""
        wish = Wish(act=act, party=party, place=place, photo=photo)
        ask(rules.CHECK_IN_RULES, self.roll, wish)
        if self.roll.parties[party].arrived_at is not None:
            return
        distance = rules.distance_of(self.roll, wish)
        self.tell(
            happened.PartyCheckedIn(
                act=act,
                party=party,
                place=place,
                distance_m=distance,
                photo=photo,
                stage=stage,
            )
        )

    def begin_work(self, act: Act, *, party: str, stage: str | None = None) -> None:
        """Begin the party's part; twice records it once."""
        ask(rules.WORK_RULES, self.roll, Wish(act=act, party=party))
        if self.roll.parties[party].began_at is None:
            self.tell(happened.PartyBeganWork(act=act, party=party, stage=stage))

    def finish(
        self, act: Act, *, party: str, result: Words | None, stage: str | None = None
    ) -> None:
        """Say that the party has done its part."""
        ask(rules.WORK_RULES, self.roll, Wish(act=act, party=party))
        said = self.confide(result, field="result")
        self.tell(happened.PartyDone(act=act, party=party, result=said, stage=stage))

    def substitute(
        self, act: Act, *, party: str, by: str, reason: Words | None, stage: str | None = None
    ) -> None:
        """Let another unit stand in for a party that is not there yet."""
        ask(rules.SUBSTITUTE_RULES, self.roll, Wish(act=act, party=party, by=by))
        said = self.confide(reason, field="reason")
        fact = happened.PartySubstituted(act=act, party=party, by=by, reason=said, stage=stage)
        self.tell(fact)

    def withdraw(
        self, act: Act, *, party: str, reason: Words | None, stage: str | None = None
    ) -> None:
        """Let a party go that is not there yet."""
        ask(rules.WITHDRAW_RULES, self.roll, Wish(act=act, party=party))
        said = self.confide(reason, field="reason")
        self.tell(happened.PartyWithdrawn(act=act, party=party, reason=said, stage=stage))

    def rate(self, act: Act, *, party: str, stars: int, remark: Words | None = None) -> None:
        """Rate a party that is done, also after the whistle is over."""
        ask(rules.RATING_RULES, self.roll, Wish(act=act, party=party, stars=stars))
        said = self.confide(remark, field="remark")
        self.tell(happened.PartyRated(act=act, party=party, stars=stars, remark=said))

    def confirm(self, act: Act, *, result: str) -> None:
        """Say that the whistle is over, once every party is or enough of them are done."""
        ask(rules.CONFIRM_RULES, self.roll, Wish(act=act, result=result))
        self.tell(happened.Confirmed(act=act, incident=self._incident, result=result))

    def call_off(self, act: Act, *, reason: Words | None) -> None:
        """Let every party go; refused once somebody is on site."""
        ask(rules.CALL_OFF_RULES, self.roll, Wish(act=act))
        said = self.confide(reason, field="reason")
        off = happened.CalledOff(act=act, incident=self._incident, cause=BY_THE_STREET, reason=said)
        self.tell(off)

    def lose_its_case(self, act: Act) -> None:
        """End it because the case ended before it knew of the whistle; over is over."""
        if self.roll.open:
            off = happened.CalledOff(act=act, incident=self._incident, cause=CASE_ENDED)
            self.tell(off)

    def miss(self, deadline: Deadline, act: Act) -> None:
        """Record that a party let a limit pass; twice records it once."""
        if deadline.what in self.roll.parties[deadline.party].missed:
            return
        self.tell(
            happened.PartyOverdue(
                act=act,
                party=deadline.party,
                what=deadline.what,
                timer=deadline.timer,
                due_at=deadline.due_at,
                why=why_due(deadline, self.roll.calendar),
            )
        )

    def escalate(
        self,
        act: Act,
        *,
        deadline: Deadline,
        left: str,
        level: str,
        owner: str,
        grace: Limit | None,
        why: Why,
    ) -> None:
        """Take a late party up a rung."""
        self.tell(
            happened.PartyEscalated(
                act=act,
                party=deadline.party,
                what=deadline.what,
                left=left,
                level=level,
                owner=owner,
                due_at=deadline.due_at,
                grace=grace,
                why=why,
            )
        )

    @property
    def _incident(self) -> UUID:
        assert self.roll.incident is not None  # noqa: S101  # every whistle begins with its case
        return self.roll.incident
