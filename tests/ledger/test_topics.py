"""Topics by number: one number for a topic, whoever asks first."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.kernel.refusals import Refused
from ledger.topics import Topics

NAMES = [f"lamp.{nth}" for nth in range(20)]


def test_racers_agree_on_the_numbers(store):
    def number_all(nth):
        topics = Topics(store)
        return {name: topics.number(name) for name in NAMES[nth:] + NAMES[:nth]}

    with ThreadPoolExecutor(6) as racers:
        given = list(racers.map(number_all, range(6)))

    assert all(one == given[0] for one in given)
    assert sorted(given[0].values()) == list(range(1, len(NAMES) + 1))


def test_a_number_leads_back_to_its_topic(store):
    number = Topics(store).number("lamp.broke")

    assert Topics(store).topic(number) == "lamp.broke"


def test_a_number_never_given_means_a_damaged_log(store):
    with pytest.raises(Refused) as refusal:
        Topics(store).topic(99)

    assert refusal.value.code == "history-broken"
