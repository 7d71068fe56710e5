"""Administration over the API: within one's area, tried out first, recorded with who did it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.account.account import account_id
from domain.kernel.reasons import ReasonGiven
from domain.people.person import Person, person_id
from tests.city import CITY, HEPING, HEXI, SANITATION, XIAOBAILOU
from tests.house import House
from tests.keys import give_key, header_of
from tests.web.test_commands import LI, RUBBISH, WANG, refusal
from tests.web.test_sign_in import Visitor, account, order
from web.account.sample import SAMPLE
from workflows.people.commands import EnrolPerson, GrantRole
from workflows.rulebook.reading import BOOK

BOSS = "p-boss"
DAY = "2026-11-16"
TOMORROW = "2026-11-17"


@pytest.fixture
def city(small_house):
    """Liu keeps the district of Heping."""
    small_house.app.extensions[SAMPLE] = False
    appoint(small_house, BOSS, HEPING)
    return small_house


def appoint(house: House, handle, area):
    order(house, EnrolPerson(handle=handle, name="柳青", key=bytes(32)))
    day = house.clock().date()
    order(house, GrantRole(handle=handle, role="administrator", area=area, from_day=day))
    give_key(house.gridward.desk, handle, "administrator", area=CITY, at=house.clock())
    house.catch_up()


def do(house, path, body=None, *, dry=False, who=BOSS, role="administrator", key=None):
    """Order something of the API."""
    headers = {**header_of(who, role), "Idempotency-Key": key or str(uuid4())}
    query = "?dry_run=true" if dry else ""
    answer = house.client().post(f"/api/v1/admin{path}{query}", json=body or {}, headers=headers)
    house.catch_up()
    return answer


def person(house, handle):
    return house.gridward.ledger.load(Person, person_id(handle))


def accounts(house, query=""):
    path = f"/api/v1/admin/accounts?{query}"
    answer = house.client().get(path, headers=header_of(BOSS, "administrator"))
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_person_is_enrolled_granted_and_invited(city):
    assert do(city, "/people", {"handle": "p-new", "name": "新人"}).status_code == 200
    grant = {"role": "acceptor", "area": str(XIAOBAILOU), "from_day": DAY}
    assert do(city, "/people/p-new/roles", grant).status_code == 200
    assert do(city, "/accounts/p-new/open").status_code == 200

    told = do(city, "/accounts/p-new/invite")

    assert told.headers["Cache-Control"] == "no-store"
    visitor = Visitor(city)
    visitor.get(told.json["secret"])
    assert visitor.post(told.json["secret"], password="vier worte im gitter").status_code == 303
    assert visitor.sign_in("p-new").status_code == 303
    found = {one["handle"]: one["state"] for one in accounts(city)["items"]}
    assert found["p-new"] == "ready"


def test_every_change_says_who_ordered_it(city):
    do(city, f"/people/{WANG.handle}/absences", {"from_day": DAY, "to_day": TOMORROW})

    fact = city.gridward.ledger.facts(person_id(WANG.handle))[-1]
    assert (fact.act.person, fact.act.role) == (BOSS, "administrator")


def test_a_dry_run_tells_what_would_change_and_records_nothing(city):
    assert city.post("/incidents", RUBBISH, WANG).status_code == 201
    city.catch_up()
    before = person(city, WANG.handle).version
    leaving = {"from_day": DAY}

    told = do(city, f"/people/{WANG.handle}/leave", leaving, dry=True)

    assert told.json["dry_run"] is True
    assert told.json["changes"] == 1
    assert person(city, WANG.handle).version == before
    closing = do(city, f"/areas/{XIAOBAILOU}/rename", {"name": "新名", "from_day": DAY}, dry=True)
    assert closing.json["open_cases"] == 1


def test_a_dry_run_refuses_what_the_order_would(city):
    far = {"role": "acceptor", "area": str(XIAOBAILOU), "unit": "u-none", "from_day": DAY}

    assert refusal(do(city, f"/people/{LI.handle}/roles", far, dry=True)) == (404, "no-such-unit")
    assert refusal(do(city, f"/people/{LI.handle}/roles", far)) == (404, "no-such-unit")


def test_the_same_order_twice_is_carried_out_once(city):
    away = {"from_day": DAY, "to_day": TOMORROW}
    first = do(city, f"/people/{WANG.handle}/absences", away, key="once")
    second = do(city, f"/people/{WANG.handle}/absences", away, key="once")

    assert first.json["version"] == second.json["version"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/people/p-li-na/roles", {"role": "commander", "area": str(CITY), "from_day": DAY}),
        ("/people/p-li-na/roles", {"role": "commander", "area": str(HEXI), "from_day": DAY}),
        ("/people/p-zheng-shuang/leave", {"from_day": DAY}),
        ("/accounts/p-zheng-shuang/disable", {}),
        ("/accounts/p-zheng-shuang/reset", {}),
        (
            "/units",
            {"code": "u-x", "name": "x", "kind": "squad", "area": str(HEXI), "from_day": DAY},
        ),
        (f"/areas/{HEXI}/close", {"from_day": DAY}),
        ("/rules/limits/first", {"toml": "a = 1"}),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_outside_the_area_nothing_is_kept_and_nothing_is_told(city, path, body, dry):
    assert refusal(do(city, path, body, dry=dry)) == (403, "outside-your-area")


@pytest.mark.parametrize("role", ["acceptor", "grid_member"])
def test_only_administrators_administer(city, role):
    who = city.city.who(role)

    told = do(city, "/people", {"handle": "p-x", "name": "x"}, who=who.handle, role=role)

    assert refusal(told) == (403, "not-for-your-role")


def test_a_key_that_only_reads_orders_nothing(city):
    give_key(
        city.gridward.desk, "p-boss", "administrator", area=CITY, at=city.clock(), scopes=("read",)
    )
    headers = {**header_of(BOSS, "administrator", "k2"), "Idempotency-Key": "x"}

    told = city.client().post("/api/v1/admin/accounts/p-li-na/disable", json={}, headers=headers)

    assert refusal(told) == (403, "scope-missing")


def test_who_is_disabled_is_out_at_once(city):
    key = header_of(LI.handle, LI.role)
    assert city.client().get("/api/v1/whoami", headers=key).status_code == 200

    do(city, f"/accounts/{LI.handle}/disable")

    assert city.client().get("/api/v1/whoami", headers=key).status_code == 401
    assert do(city, f"/accounts/{LI.handle}/enable").status_code == 200
    assert city.client().get("/api/v1/whoami", headers=key).status_code == 200


def test_a_key_is_issued_shown_once_and_revoked(city):
    wish = {"label": "screen", "role": LI.role, "area": str(XIAOBAILOU), "scopes": ["read"]}
    assert do(city, f"/accounts/{LI.handle}/keys", wish, dry=True).json["secret"] is None

    told = do(city, f"/accounts/{LI.handle}/keys", wish).json["secret"]

    header = {"Authorization": f"Bearer {told}"}
    assert city.client().get("/api/v1/whoami", headers=header).json["handle"] == LI.handle
    key = account(city, LI.handle).keys[-1].name
    assert do(city, f"/accounts/{LI.handle}/keys/{key}/revoke").status_code == 200
    assert city.client().get("/api/v1/whoami", headers=header).status_code == 401
    assert do(city, f"/accounts/{LI.handle}/factors/totp/remove").status_code == 200
    assert refusal(do(city, f"/accounts/{LI.handle}/praise")) == (404, "no-such-order")


def test_rotas_deputies_and_returns(city):
    post = {"role": "acceptor", "area": str(XIAOBAILOU)}
    deputy = {**post, "from_day": DAY, "to_day": TOMORROW, "deputy_for": LI.handle}
    assert do(city, f"/people/{WANG.handle}/roles", deputy).status_code == 200
    duty = {**post, "hours": "08:00-18:00", "from_day": DAY}
    assert do(city, f"/people/{LI.handle}/duties", duty).status_code == 200
    ending = {**post, "to_day": TOMORROW}
    assert do(city, "/duties/1/end", ending).status_code == 200
    away = {"from_day": DAY, "to_day": "2026-11-20"}
    assert do(city, f"/people/{LI.handle}/absences", away).status_code == 200
    assert do(city, f"/people/{LI.handle}/back", {"to_day": TOMORROW}).status_code == 200
    end = {"role": "acceptor", "area": str(XIAOBAILOU), "to_day": TOMORROW}
    assert do(city, f"/people/{LI.handle}/roles/end", end).status_code == 200
    later = city.clock().date() + timedelta(days=1)
    assert not person(city, LI.handle).holds("acceptor", XIAOBAILOU, later)


def test_units_and_areas_change_from_a_day_on(city):
    unit = {"code": "u-lamps", "name": "路灯队", "kind": "squad", "area": str(HEPING)}
    assert do(city, "/units", {**unit, "from_day": DAY}).status_code == 200
    answers = {"categories": ["01"], "from_day": DAY}
    assert do(city, "/units/u-lamps/categories", answers).status_code == 200
    assert do(city, "/units/u-lamps/close", {"from_day": TOMORROW}).status_code == 200
    told = do(city, f"/units/{SANITATION}/close", {"from_day": DAY}, dry=True)
    assert told.json["open_cases"] == 0
    new = {"code": "120101001009", "name": "新社区", "kind": "community", "from_day": DAY}
    assert do(city, "/areas", new).status_code == 200
    assert do(city, "/areas/120101001009/rename", {"name": "更新", "from_day": TOMORROW}).json
    assert do(city, "/areas/120101001009/close", {"from_day": "2026-11-18"}).status_code == 200


def test_rules_are_published_by_administrators_of_the_whole_city(city):
    appoint(city, "p-top", CITY)
    file = next((BOOK / "limits").glob("*.toml"))
    body = {"toml": file.read_text("utf-8")}
    path = f"/rules/limits/{file.stem}"

    told = do(city, path, body, dry=True, who="p-top")

    assert told.status_code == 200, told.text
    assert told.json["changes"] == 0
    broken = do(city, path, {"toml": "limits ="}, who="p-top")
    assert refusal(broken)[1] == "not-toml"


WHY = "搬到河西区去了"
EXPLAINED = [
    (f"/people/{WANG.handle}/leave", {"from_day": DAY}),
    ("/people", {"handle": "p-new", "name": "新人"}),
    (f"/units/{SANITATION}/close", {"from_day": TOMORROW}),
    (f"/areas/{XIAOBAILOU}/rename", {"name": "新名", "from_day": TOMORROW}),
    (f"/accounts/{LI.handle}/disable", {}),
]


@pytest.mark.parametrize(("path", "body"), EXPLAINED, ids=[path for path, _ in EXPLAINED])
def test_why_a_change_was_ordered_is_recorded_with_it_and_its_words_lie_in_the_vault(
    city, path, body
):
    answer = do(city, path, {**body, "reason": WHY}, key="once")

    assert answer.status_code == 200, answer.text
    stream, ledger = UUID(answer.json["record"]), city.gridward.ledger
    changed, said = ledger.facts(stream)[-2:]
    assert isinstance(said, ReasonGiven)
    assert said.act == changed.act
    assert (said.act.person, said.act.role) == (BOSS, "administrator")
    assert WHY not in repr(said)
    assert ledger.words(stream, said.originator_version, "reason") == WHY
    again = do(city, path, {**body, "reason": "another"}, key="once")
    assert again.json["version"] == answer.json["version"]


def test_rules_are_published_with_a_reason_and_read_as_before(city):
    appoint(city, "p-top", CITY)
    file = next((BOOK / "limits").glob("tianjin*.toml"))
    changed = file.read_text("utf-8").replace('zh = "', 'zh = "新', 1)

    told = do(city, f"/rules/limits/{file.stem}", {"toml": changed, "reason": WHY}, who="p-top")

    assert told.status_code == 200, told.text
    published, said = city.gridward.ledger.facts(UUID(told.json["record"]))[-2:]
    assert (published.TOPIC, said.TOPIC) == ("rulebook.published", "kernel.reason-given")
    assert city.post("/incidents", RUBBISH, WANG).status_code == 201


def test_a_field_that_an_order_does_not_know_is_refused(city):
    body = {"from_day": DAY, "role": "administrator"}

    assert do(city, f"/people/{WANG.handle}/leave", body).status_code == 422


def test_a_wish_that_changes_nothing_needs_no_reason(city):
    do(city, f"/accounts/{LI.handle}/disable")

    told = do(city, f"/accounts/{LI.handle}/disable", {"reason": WHY})

    facts = city.gridward.ledger.facts(UUID(told.json["record"]))
    assert not any(isinstance(fact, ReasonGiven) for fact in facts)


def test_a_dry_run_counts_the_changes_alone(city):
    leaving = {"from_day": DAY, "reason": WHY}

    assert do(city, f"/people/{WANG.handle}/leave", leaving, dry=True).json["changes"] == 1


def keeper(house):
    """Liu, signed in on the pages with a second factor."""
    visitor = Visitor(house)
    epoch = account(house, BOSS).epoch
    begun = {"handle": BOSS, "role": "administrator", "epoch": epoch, "factor": True}
    token = house.gridward.sessions.begin(**begun, at=house.clock())
    visitor.client.set_cookie("gridward-session", token)
    return visitor


def press(visitor, path, **fields):
    return visitor.post(path, key=str(uuid4()), **fields)


def test_the_page_shows_who_serves_and_how_the_accounts_stand(city):
    page = keeper(city).get("/admin").text

    assert WANG.name in page
    assert "Wang" not in page
    assert "p-zheng-shuang" not in page
    assert f'action="/admin/accounts/{LI.handle}/disable"' in page


def test_a_link_is_made_on_the_page_and_shown_once(city):
    visitor = keeper(city)
    visitor.get("/admin")

    answer = press(visitor, f"/admin/accounts/{LI.handle}/invite")

    assert answer.headers["Cache-Control"] == "no-store"
    assert f"http://localhost/link/{LI.handle}/" in answer.text
    assert f"/link/{LI.handle}/" not in visitor.get("/admin").text
    assert "link sent" in visitor.page.text


def test_the_page_asks_why_and_keeps_it_with_the_change(city):
    visitor = keeper(city)
    assert 'name="reason"' in visitor.get("/admin").text

    press(visitor, f"/admin/accounts/{LI.handle}/disable", reason="on long leave")

    ledger, record = city.gridward.ledger, account_id(LI.handle)
    (given,) = [one for one in ledger.facts(record) if isinstance(one, ReasonGiven)]
    assert ledger.words(record, given.originator_version, "reason") == "on long leave"
    assert given.act.person == BOSS


def test_an_account_is_disabled_and_enabled_on_the_page(city):
    visitor = keeper(city)
    visitor.get("/admin")
    assert press(visitor, f"/admin/accounts/{LI.handle}/disable").status_code == 303
    assert account(city, LI.handle).disabled

    assert press(visitor, f"/admin/accounts/{LI.handle}/enable").status_code == 303
    assert press(visitor, f"/admin/accounts/{LI.handle}/keys", name="k1").status_code == 303

    assert not account(city, LI.handle).disabled
    assert account(city, LI.handle).key("k1").revoked
    assert press(visitor, f"/admin/accounts/{LI.handle}/factors", name="x").status_code == 303


def test_what_is_refused_is_said_on_the_page(city):
    visitor = keeper(city)
    visitor.get("/admin")

    answer = press(visitor, "/admin/accounts/p-zheng-shuang/disable")

    assert answer.status_code == 403
    assert "outside" in answer.text
    assert press(visitor, f"/admin/accounts/{LI.handle}/praise").status_code == 404


def test_who_also_serves_elsewhere_is_shown_without_orders(city):
    day = city.clock().date()
    order(city, GrantRole(handle=LI.handle, role="auditor", area=HEXI, from_day=day))
    city.catch_up()

    page = keeper(city).get("/admin").text

    assert f'action="/admin/accounts/{LI.handle}/disable"' not in page
    assert "kept by an administrator above you" in page


def test_the_page_is_for_administrators(city):
    visitor = keeper(city)
    who = city.city.who("acceptor")
    begun = {"handle": who.handle, "role": who.role, "factor": True}
    epoch = account(city, who.handle).epoch
    token = city.gridward.sessions.begin(**begun, epoch=epoch, at=city.clock())
    visitor.client.set_cookie("gridward-session", token)

    assert visitor.get("/admin").status_code == 403
    key = header_of(who.handle, who.role)
    listed = city.client().get("/api/v1/admin/accounts", headers=key)
    assert refusal(listed) == (403, "not-for-your-role")
    far = city.client().get(
        f"/api/v1/admin/accounts?area={HEXI}", headers=header_of(BOSS, "administrator")
    )
    assert refusal(far) == (403, "outside-your-area")


def changes(house, query, who=BOSS, role="administrator"):
    answer = house.client().get(f"/api/v1/admin/changes?{query}", headers=header_of(who, role))
    return answer.json if answer.status_code == 200 else refusal(answer)[1]


def test_changes_of_a_record_are_listed_by_pages_with_who_when_what_and_why(city):
    code = f"kind=person&code={WANG.handle}"
    before = len(changes(city, code)["items"])
    leave = {"from_day": TOMORROW, "reason": "moves to the coast"}
    assert do(city, f"/people/{WANG.handle}/leave", leave).status_code == 200

    first = changes(city, f"{code}&limit={before}")
    (last,) = changes(city, f"{code}&after={first['next']}")["items"]

    assert len(first["items"]) == before
    assert (last["by"], last["role"], last["why"]) == (BOSS, "administrator", "moves to the coast")
    assert last["what"].startswith("people.")
    assert changes(city, f"{code}&after={first['next']}")["next"] is None


def test_changes_of_rules_and_rotas_are_listed_too(city):
    duty = {
        "role": "acceptor",
        "area": str(XIAOBAILOU),
        "hours": "22:00-06:00",
        "from_day": TOMORROW,
        "reason": "nights",
    }
    assert do(city, f"/people/{LI.handle}/duties", duty).status_code == 200
    appoint(city, "p-mayor", CITY)
    rules = "kind=rules&code=limits/tianjin-grid"

    (given,) = changes(city, f"kind=rota&code=acceptor@{XIAOBAILOU}")["items"]
    (published,) = changes(city, rules, who="p-mayor")["items"]

    assert (given["by"], given["why"]) == (BOSS, "nights")
    assert published["what"].startswith("rulebook.")
    assert changes(city, rules) == "outside-your-area"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("kind=person&code=p-nobody", "no-such-record"),
        ("kind=unit&code=u-none", "no-such-record"),
        ("kind=area&code=12", "invalid-area-code"),
        (f"kind=area&code={HEXI}", "outside-your-area"),
        ("kind=case&code=1", "fields-invalid"),
    ],
)
def test_changes_that_cannot_be_listed_are_refused(city, query, code):
    assert changes(city, query) == code
