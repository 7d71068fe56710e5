"""Notices arrive at least once, each with its effect once; a bad receiver harms only itself."""

from datetime import timedelta
from itertools import pairwise
from time import monotonic

import pytest
import sqlalchemy as sa

from ledger import deliveries, posting
from ledger.tables import deliveries as rows
from ledger.tables import outbox
from ops.notices.delivering import AT_ONCE, GAPS, LEASE
from tests.ledger.lamps import a_lamp_id
from tests.ops.notices.post import TO, delivering, webhook, write


def states(store, **asked):
    return [(one.channel, one.state, one.code) for one in deliveries.newest(store, **asked)]


def test_every_notice_arrives_signed_under_an_id_of_its_own(store, ledger, clock, web, tmp_path):
    write(ledger, 30)

    delivering(store, clock, tmp_path, webhook(web)).deliver_all()

    assert len(web.effects) == 30
    assert web.forged == 0
    assert {told["data"]["pole"] for told in web.effects.values()} == set(range(30))
    assert deliveries.post(store).undelivered == 0


def test_what_arrives_holds_handles_and_ids(store, ledger, clock, web, tmp_path):
    write(ledger, 1)

    delivering(store, clock, tmp_path, webhook(web)).deliver_all()

    (notice, told), *_ = web.effects.items()
    record = str(a_lamp_id("pole 0"))
    data = {"to": TO, "people": [], "record": record, "version": 1, "pole": 0}
    assert told == {
        "id": notice,
        "type": "lamp.dark",
        "timestamp": "2026-03-02T04:00:00Z",
        "data": data,
    }
    assert web.headers[0]["webhook-timestamp"] == str(int(clock.now.timestamp()))


def test_two_secrets_sign_both_so_that_one_can_be_replaced(store, ledger, clock, web, tmp_path):
    new = f'["whsec_{"A" * 32}", {webhook(web).split("secrets = [")[1].split("]")[0]}]'
    write(ledger, 1)

    delivering(store, clock, tmp_path, webhook(web, secrets=new)).deliver_all()

    assert web.forged == 0
    assert len(web.headers[0]["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        ("fails", "http-500"),
        ("dies", "connection-broken"),
        ("redirects", "redirected"),
        ("hangs", "timed-out"),
        ("drips", "timed-out"),
    ],
)
def test_what_a_bad_receiver_did_not_take_is_tried_again(
    store, ledger, clock, web, tmp_path, mood, code
):
    post = delivering(store, clock, tmp_path, webhook(web, seconds="1"))
    write(ledger, 1)
    web.mood = mood
    began = monotonic()

    post.deliver_all()

    assert monotonic() - began < 5
    assert states(store) == [("desk", "waiting", code)]
    web.mood = "well"
    assert post.deliver_all() == 0
    clock.now += GAPS[0]
    post.deliver_all()
    assert states(store) == [("desk", "delivered", "ok")]
    assert list(web.arrivals.values()) == [2]
    assert len(next(iter(web.bodies.values()))) == 1
    assert web.elsewhere == 0


def test_a_receiver_that_is_not_there_is_tried_again(store, ledger, clock, web, tmp_path):
    write(ledger, 1)
    nobody = webhook(web).replace(str(web.port), "1")

    delivering(store, clock, tmp_path, nobody).deliver_all()

    assert states(store) == [("desk", "waiting", "connection-refused")]


def test_tries_lie_ever_farther_apart_and_end_after_three_days(store, ledger, clock, web, tmp_path):
    post = delivering(store, clock, tmp_path, webhook(web))
    write(ledger, 1)
    began, web.mood = clock.now, "fails"
    tried_at = []
    while deliveries.post(store).undelivered:
        post.deliver_all()
        tried_at.append(clock.now)
        (one,) = deliveries.newest(store)
        clock.now = one.next_at or clock.now

    gaps = [later - earlier for earlier, later in pairwise(tried_at)]
    assert gaps == list(GAPS) == sorted(gaps)
    assert len(tried_at) == 12
    assert timedelta(days=2) < clock.now - began < timedelta(days=3)
    assert states(store) == [("desk", "given-up", "http-500")]
    assert deliveries.post(store).given_up == 1


def test_what_was_given_up_begins_anew_when_an_operator_says_so(
    store, ledger, clock, web, tmp_path
):
    post = delivering(store, clock, tmp_path, webhook(web))
    write(ledger, 2)
    web.mood = "fails"
    for _ in range(12):
        post.deliver_all()
        clock.now += timedelta(days=1)
    web.mood = "well"
    first, other = (one.id for one in deliveries.newest(store))

    assert posting.retry(store, now=clock.now, notice=first) == 1
    post.deliver_all()
    assert list(web.effects) == [first]
    assert posting.retry(store, now=clock.now) == 1
    post.deliver_all()

    assert set(web.effects) == {first, other}
    assert posting.retry(store, now=clock.now, notice=first) == 0
    assert posting.retry(store, now=clock.now, notice="nonsense") == 0


def test_a_receiver_in_trouble_does_not_hold_up_another(store, ledger, clock, web, tmp_path):
    post = delivering(
        store, clock, tmp_path, webhook(web, name="slow", seconds="1"), webhook(web, name="well")
    )
    write(ledger, 3)
    post.hand_over()
    web.mood = "fails"
    post.deliver("slow")
    web.mood = "well"

    post.deliver("well")

    assert sorted(states(store)) == [
        *[("slow", "waiting", "http-500")] * 3,
        *[("well", "delivered", "ok")] * 3,
    ]


def test_a_channel_that_hangs_leaves_the_threads_of_others_alone(
    store, ledger, clock, web, tmp_path
):
    hung = webhook(web, name="hung", seconds="3").replace("/hook", "/hook")
    mute = 'name = "mute"\nkind = "log"\n'
    post = delivering(store, clock, tmp_path, hung, f"[[channel]]\n{mute}", rest=0.02)
    write(ledger, 5)
    web.mood = "hangs"

    post.start()
    began = monotonic()
    while states(store, state="delivered") != [("mute", "delivered", "ok")] * 5:
        assert monotonic() - began < 2.5
    post.stop()
    web.let_go.set()
    post.join(5)


def test_a_lease_keeps_others_away_until_it_runs_out(store, ledger, clock, web, tmp_path):
    delivering(store, clock, tmp_path, webhook(web))
    write(ledger, 1)
    posting.hand_over(store, lambda _: ["desk"], now=clock.now, limit=9)

    first = posting.claim(store, "desk", now=clock.now, limit=9, lease=LEASE)
    again = posting.claim(store, "desk", now=clock.now, limit=9, lease=LEASE)
    later = posting.claim(store, "desk", now=clock.now + LEASE, limit=9, lease=LEASE)

    assert (len(first), len(again), len(later)) == (1, 0, 1)
    assert first[0].id == later[0].id


def test_a_notice_is_settled_once_whoever_comes_later(store, ledger, clock, web, tmp_path):
    write(ledger, 1)
    posting.hand_over(store, lambda _: ["desk"], now=clock.now, limit=9)
    (letter,) = posting.claim(store, "desk", now=clock.now, limit=9, lease=LEASE)
    done = posting.Outcome(letter, "ok", delivered=True)
    failed = posting.Outcome(letter, "timed-out", delivered=False, next_at=clock.now)

    posting.settle(store, [done], now=clock.now)
    posting.settle(store, [failed], now=clock.now)

    assert states(store) == [("desk", "delivered", "ok")]


def test_a_round_claims_few_and_gives_back_what_it_did_not_try(store, ledger, clock, web, tmp_path):
    post = delivering(store, clock, tmp_path, webhook(web))
    write(ledger, AT_ONCE + 5)
    post.hand_over()
    post.stop()

    assert post.deliver("desk") == 0
    assert len(posting.claim(store, "desk", now=clock.now, limit=99, lease=LEASE)) == AT_ONCE + 5


def test_a_channel_with_an_error_of_its_own_goes_on(store, ledger, clock, tmp_path):
    class Broken:
        def send(self, letter):
            raise KeyError(letter.id)

    post = delivering(store, clock, tmp_path)
    post._channels = {"log": Broken()}
    write(ledger, 2)

    post.deliver_all()

    assert states(store) == [("log", "waiting", "KeyError")] * 2


def test_every_try_is_counted_by_its_channel(store, ledger, clock, web, tmp_path):
    counted = []
    post = delivering(
        store, clock, tmp_path, webhook(web), count=lambda *outcome: counted.append(outcome)
    )
    write(ledger, 1)
    web.mood = "fails"
    post.deliver_all()
    web.mood = "well"
    clock.now += GAPS[0]

    post.deliver_all()

    assert counted == [("desk", "failed"), ("desk", "delivered")]


def test_what_was_delivered_is_forgotten_after_its_time_and_nothing_else(
    store, ledger, clock, web, tmp_path
):
    post = delivering(store, clock, tmp_path, webhook(web, to='["*@120101001000"]'))
    write(ledger, 3)
    post.deliver_all()
    web.mood = "fails"
    write(ledger, 2, name="late pole")
    post.deliver_all()
    clock.now += timedelta(days=1)
    web.mood = "well"
    write(ledger, 1, name="new pole")
    post.deliver("desk")

    before = clock.now - timedelta(hours=1)
    while posting.prune(store, before=before, limit=2):
        pass

    with store.reading() as conn:
        kept = [conn.scalar(sa.select(sa.func.count()).select_from(one)) for one in (outbox, rows)]
    # Those tried again a day later were delivered by the round above: they are as old.
    assert kept == [1, 0]
    post.deliver_all()
    assert deliveries.post(store).undelivered == 0
