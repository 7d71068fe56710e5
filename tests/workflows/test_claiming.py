"""A claim tells a repeat from another wish, without keeping a hash of what people wrote."""

from uuid import UUID

from domain.kernel.codes import AreaCode
from workflows.claiming import changing, creating, digest_of
from workflows.incident.commands import ReportIncident, TakeStep

CASE = UUID(int=7)


def a_report(*, category: str = "01-02", words: str | None = None) -> ReportIncident:
    area = AreaCode("120101001003007")
    return ReportIncident(area=area, category=category, source="public", words=words)


def a_step(**answers: str | int) -> TakeStep:
    return TakeStep(incident=CASE, step="done", answers=answers)


def test_the_same_wish_has_the_same_digest():
    assert digest_of(a_report(words="rubbish")) == digest_of(a_report(words="rubbish"))


def test_another_wish_under_the_same_id_is_told_apart():
    digests = {
        digest_of(wish)
        for wish in (
            a_report(),
            a_report(category="01-04"),
            a_report(words="rubbish"),
            a_report(words="much rubbish"),
            a_step(),
            a_step(unit="u-roads"),
            a_step(unit="u-parks"),
            a_step(minutes=60),
        )
    }

    assert len(digests) == 8


def test_words_cannot_be_guessed_from_the_digest():
    """A telephone number has few possibilities: no hash of it may lie in the claims."""
    assert digest_of(a_report(words="13800138000")) == digest_of(a_report(words="13900139000"))
    assert digest_of(a_step(remark="13800138000")) == digest_of(a_step(remark="13900139000"))


def test_an_id_counts_for_one_record_only():
    assert creating(a_report(), "k").key == "k"
    assert changing(a_step(), "k", stream=CASE).key == f"{CASE}:k"
