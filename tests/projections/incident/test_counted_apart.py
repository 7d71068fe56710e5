"""Orders and parts are no matters reported; what callers say is counted with both its numbers."""

from uuid import UUID

from domain.incident import branching, marks
from projections.incident.board import BoardFilter, board_page
from projections.incident.indicators import sums
from projections.incident.scope import Scope
from tests.projections.city import OFFICE, Life

PARENT = UUID(int=7)


def counts(city):
    with city.store.reading() as conn:
        (found,) = sums(conn, Scope())
    return found


def begun(seed: str, *begins_with: str, workflow: str = "street@1") -> Life:
    life = Life(seed=seed)
    life.incident.report(
        life.act(),
        area=life.area,
        level="street",
        category="01-02",
        source="hotline",
        workflow=workflow,
        calendar=OFFICE.reference,
        stage="open",
        marks=begins_with,
    )
    return life


def order(seed: str, *, after: int) -> Life:
    """An order that has a working day, answered after so many hours."""
    life = begun(seed, marks.ORDERED, workflow="supervision-order@1")
    life.go("asked", limit="1 working day")
    return life.later(hours=after).go("answered", marks.ANSWERED)


def part(seed: str) -> Life:
    life = begun(seed)
    branching.begin_as_sub_case(
        life.incident, life.act(), parent=PARENT, depth=1, independent=False
    )
    return life


def call(seed: str, *said: str) -> Life:
    """A caller's matter, handled, answered, and asked about where he was reached."""
    life = begun(seed, marks.CALLED).go("handling", marks.FILED).go("done", marks.HANDLED)
    life.go("visiting", marks.ANSWERED)
    return life.go("closed", *said, marks.CLOSED, final="settled")


def test_orders_are_counted_apart_and_judged_by_their_answers(city):
    late_unanswered = begun("late", marks.ORDERED).go("asked", limit="1 working day")
    late_unanswered.later(days=3).miss()
    withdrawn = begun("withdrawn", marks.ORDERED).go("withdrawn", final="void")
    city.catch_up(order("soon", after=2), order("slow", after=40), late_unanswered, withdrawn)

    found = counts(city)

    assert (found.counts["orders"], found.counts["reported"], found.counts["matters"]) == (4, 0, 0)
    rate = found.rate("orders-answered-on-time")
    assert (rate.numerator, rate.denominator) == (1, 3)


def test_the_parts_of_a_case_are_no_matters_of_their_own(city):
    done = part("done").go("done", marks.HANDLED, marks.CLOSED, final="settled")
    city.catch_up(begun("whole"), part("open"), done)

    found = counts(city).counts

    assert (found["reported"], found["matters"], found["cases"]) == (1, 1, 3)
    assert (found["parts"], found["parts_settled"], found["closed"]) == (2, 1, 0)


def test_the_three_rates_of_the_hotline_have_both_their_numbers(city):
    city.catch_up(
        call("content", marks.SOLVED, marks.SATISFIED),
        call("solved", marks.SOLVED, marks.DISSATISFIED),
        call("not solved", marks.UNSOLVED, marks.DISSATISFIED),
        call("not reached"),
        begun("fresh", marks.CALLED),
        begun("unanswered", marks.CALLED).go("done", marks.HANDLED),
    )

    rates = counts(city).rates

    assert (rates["hotline-response"].numerator, rates["hotline-response"].denominator) == (4, 5)
    assert (rates["hotline-solution"].numerator, rates["hotline-solution"].denominator) == (2, 3)
    satisfied = rates["hotline-satisfaction"]
    assert (satisfied.numerator, satisfied.denominator) == (1, 3)


def test_what_a_caller_says_last_counts(city):
    life = begun("twice", marks.CALLED).go("visiting", marks.HANDLED)
    life.go("handling", marks.UNSOLVED, marks.DISSATISFIED, marks.REOPENED)
    life.go("visiting", marks.HANDLED)
    life.go("closed", marks.SOLVED, marks.SATISFIED, marks.CLOSED, final="settled")
    city.catch_up(life)

    found = counts(city).counts

    assert (found["visits"], found["visits_solved"], found["visits_satisfied"]) == (1, 1, 1)


def test_a_board_shows_every_version_of_a_workflow_by_its_name(city):
    city.catch_up(
        begun("one", workflow="supervision-order@1"),
        begun("two", workflow="supervision-order@12"),
        begun("other", workflow="supervision@1"),
    )

    def found(workflow):
        with city.store.reading() as conn:
            wanted = BoardFilter(workflow=workflow)
            return len(board_page(conn, wanted, now=city.now).rows)

    assert found("supervision-order") == 2
    assert found("supervision-order@1") == 1
    assert found("supervision") == 1
    assert found("supervision%") == 0
