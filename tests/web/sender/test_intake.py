"""Signed reports of devices and partner systems: signed well they are taken, once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.incident.events import Reported
from domain.kernel.act import OPERATOR, Act
from domain.kernel.confiding import Words
from domain.sender.sender import Sender, sender_id
from ops.bootstrap import assemble
from tests.city import CITY, KAIFENG, QUANYECHANG, XIAOBAILOU, centre, grid
from tests.houses import copied
from tests.web.test_commands import LI, refusal
from web.app import create_app
from web.sender.signing import signature
from workflows.people.commands import EndRole
from workflows.sender.commands import EndSender, RegisterSender, RotateSenderKey

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + "QUJD" * 10
LAMPS = "lamp-sensors"
LON, LAT = centre(grid(KAIFENG))
BROKEN = {
    "category": "04-01",
    "place": {"lon": LON, "lat": LAT},
    "words": "灯杆倾斜",
    "reference": "pole-17",
}


class Device:
    """A sender as it speaks: it signs with the key it was given."""

    def __init__(self, house, secret=SECRET, code=LAMPS):
        self.house, self.secret, self.code = house, secret, code

    def send(self, data=None, *, message=None, client=None, **changed):
        body = changed.pop("body", None)
        if body is None:
            told = {"type": "incident.report", "data": {**BROKEN, **(data or {})}}
            body = json.dumps(told, ensure_ascii=False).encode()
        message = message or f"msg_{uuid4().hex}"
        stamp = str(int(self.house.clock().timestamp()) + changed.pop("ahead", 0))
        headers = {
            "webhook-id": message,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.secret, message, stamp, body),
            "Prefer": "wait=0",
            **{name.replace("_", "-"): value for name, value in changed.items()},
        }
        answer = (client or self.house.client()).post(
            f"/api/v1/intake/{self.code}",
            data=body if "altered" not in headers else headers.pop("altered"),
            headers={name: value for name, value in headers.items() if value is not None},
            content_type="application/json",
        )
        if client is None:
            self.house.catch_up()
        return answer


def order(house, command):
    act = Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id=str(uuid4()), at=house.clock())
    house.gridward.desk.do(command, act)


def words(secret):
    return Words(text=secret, key=bytes(32))


def register(house, **more):
    plain = {
        "code": LAMPS,
        "title": "Lamp posts that tilt",
        "handle": LI.handle,
        "role": LI.role,
        "channel": "device",
        "area": XIAOBAILOU,
        "categories": ("04", "01-02"),
        "expires_at": house.clock() + timedelta(days=30),
        "secret": words(SECRET),
    }
    order(house, RegisterSender(**{**plain, **more}))
    return Device(house)


@pytest.fixture
def lamps(small_house):
    return register(small_house)


@pytest.fixture(scope="module")
def refused(city_on_sqlite, tmp_path_factory):
    """The same for tests in which nothing is taken: they share it."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("refused")) as house:
        yield register(house)


def cases(house):
    return house.get("/incidents?limit=50").json["items"]


def test_a_signed_report_opens_a_case_of_its_sender(lamps):
    answer = lamps.send()

    assert answer.status_code == 201, answer.text
    (case,) = cases(lamps.house)
    assert (case["id"], case["source"], case["area"]) == (
        answer.json["id"],
        "device",
        str(grid(KAIFENG)),
    )
    (recorded, *_) = lamps.house.gridward.ledger.history(UUID(case["id"]))
    assert isinstance(recorded.fact, Reported)
    assert recorded.fact.reference == f"{LAMPS}/pole-17"
    assert recorded.fact.act.person == LI.handle


def test_a_message_that_comes_twice_opens_one_case(lamps):
    first = lamps.send(message="msg_1")
    lamps.house.clock.forward(minutes=2)
    second = lamps.send(message="msg_1")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert first.json == second.json
    assert len(cases(lamps.house)) == 1


def test_a_repeat_is_known_after_a_restart(house):
    device = register(house)
    first = device.send(message="msg_1")
    house.gridward.close()

    again = assemble(house.gridward.settings, now=house.clock)
    try:
        second = device.send(message="msg_1", client=create_app(again).test_client())
    finally:
        again.close()

    assert (second.status_code, second.json) == (200, first.json)


def test_a_message_that_arrives_eight_times_at_once_opens_one_case(house):
    device = register(house)

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: device.send(message="msg_1", client=house.client()), range(8))
        )

    house.catch_up()
    assert sorted(answer.status_code for answer in answers) == [*([200] * 7), 201]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(cases(house)) == 1


def test_an_id_that_came_with_another_content_is_a_conflict(lamps):
    lamps.send(message="msg_1")

    assert refusal(lamps.send({"category": "04-02"}, message="msg_1")) == (409, "message-id-reused")
    assert len(cases(lamps.house)) == 1


FORGED = {
    "another key": {"secret": OTHER},
    "another body": {"altered": b'{"type": "incident.report", "data": {}}'},
    "another id": {"webhook_id": "msg_2"},
    "another time": {"webhook_timestamp": "1"},
    "no signature": {"webhook_signature": None},
    "no id": {"webhook_id": None},
    "no time": {"webhook_timestamp": None},
    "another version": {"webhook_signature": "v2,AAAA"},
    "no base64": {"webhook_signature": "v1,*** 你好".encode().decode("latin-1")},
    "an id with a dot too long": {"webhook_id": "m" * 101},
    "nobody's sender": {"code": "nobody"},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_what_is_not_signed_well_is_refused_in_one_sentence(refused, forged):
    other = Device(refused.house, forged.get("secret", SECRET), forged.get("code", LAMPS))
    plain = {name: value for name, value in forged.items() if name not in {"secret", "code"}}

    answer = other.send(message="msg_1", **plain)

    assert refusal(answer) == (401, "signature-not-good")
    told = {name: value for name, value in answer.json.items() if name != "instance"}
    known = Device(refused.house, OTHER).send().json
    assert told == {name: value for name, value in known.items() if name != "instance"}
    assert not cases(refused.house)


@pytest.mark.parametrize("ahead", [-301, 301])
def test_a_message_of_another_time_is_refused_to_whoever_signed_it(refused, ahead):
    assert refusal(refused.send(ahead=ahead)) == (401, "timestamp-not-now")
    stranger = Device(refused.house, OTHER)
    assert refusal(stranger.send(ahead=ahead)) == (401, "signature-not-good")


@pytest.mark.parametrize("ahead", [-299, 299])
def test_a_clock_may_be_off_by_five_minutes(lamps, ahead):
    assert lamps.send(ahead=ahead).status_code == 201


def test_one_good_signature_among_several_is_enough(lamps):
    body = json.dumps({"type": "incident.report", "data": BROKEN}).encode()
    stamp = str(int(lamps.house.clock().timestamp()))
    good = signature(SECRET, "msg_1", stamp, body)

    answer = lamps.send(
        body=body, message="msg_1", webhook_signature=f"v1,AAAA v1a,x {good} v1,BBBB"
    )

    assert answer.status_code == 201


def test_two_keys_are_good_while_they_are_exchanged(lamps):
    house = lamps.house
    rotate = RotateSenderKey(code=LAMPS, overlap=timedelta(hours=24), secret=words(OTHER))
    order(house, rotate)
    renewed = Device(house, OTHER)

    assert {lamps.send().status_code, renewed.send().status_code} == {201}
    house.clock.forward(hours=24)
    assert refusal(lamps.send()) == (401, "signature-not-good")
    assert renewed.send().status_code == 201


def test_never_more_than_two_keys_are_good(lamps):
    house, third = lamps.house, "whsec_" + "REVG" * 10
    for secret in (OTHER, third):
        order(house, RotateSenderKey(code=LAMPS, overlap=timedelta(days=1), secret=words(secret)))

    assert refusal(lamps.send()) == (401, "signature-not-good")
    assert [Device(house, one).send().status_code for one in (OTHER, third)] == [201, 201]


def test_a_registration_runs_out(lamps):
    lamps.house.clock.forward(days=30)

    assert refusal(lamps.send()) == (403, "sender-expired")


def test_a_sender_that_was_ended_is_told_so(lamps):
    order(lamps.house, EndSender(code=LAMPS))

    assert refusal(lamps.send()) == (403, "sender-ended")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"category": "02-01"}, (422, "category-not-for-sender")),
        ({"category": "04-99"}, (422, "unknown-category")),
        ({"category": "0"}, (422, "category-not-for-sender")),
        ({"area": str(QUANYECHANG), "place": None}, (422, "fields-invalid")),
        ({"place": {"lon": 0, "lat": 0}}, (422, "no-grid-here")),
        ({"happened_at": "2031-01-01T00:00:00Z"}, (422, "time-in-the-future")),
        ({"phone": "13800138000"}, (422, "fields-invalid")),
        ({"reference": "王芳 138"}, (422, "fields-invalid")),
    ],
)
def test_what_the_sender_may_not_report_is_said(refused, data, told):
    assert refusal(refused.send(data)) == told
    assert not cases(refused.house)


def test_a_sender_reports_within_its_area_only(refused):
    body = {"category": "04-01", "area": str(QUANYECHANG)}
    told = {"type": "incident.report", "data": body}

    answer = refused.send(body=json.dumps(told).encode())

    assert refusal(answer) == (403, "outside-sender")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type": 1e999}', b"\xff\xfe", b"null"])
def test_a_body_that_is_no_message_is_refused(refused, body):
    assert refused.send(body=body).status_code in {400, 422}


def test_a_message_is_short(refused):
    assert refusal(refused.send(body=b" " * 70_000)) == (413, "message-too-long")


def test_a_role_that_ended_ends_its_senders_too(lamps):
    day = lamps.house.clock().date()
    order(
        lamps.house,
        EndRole(handle=LI.handle, role=LI.role, area=XIAOBAILOU, to_day=day),
    )

    assert refusal(lamps.send())[1] == "role-not-held"


def test_no_fact_holds_a_key(lamps):
    facts = lamps.house.gridward.ledger.facts(sender_id(LAMPS))

    assert SECRET.removeprefix("whsec_") not in repr(facts)
    assert lamps.house.gridward.ledger.load(Sender, sender_id(LAMPS)).keys[0].name == "k1"
