"""Five hundred scripts written wherever the city takes words: none runs, all are shown as words."""

from collections import Counter
from functools import partial
from urllib.parse import quote

import pytest

from projections.people.queries import units_page
from tests.houses import copied
from tests.journeys.browser import chromium, served
from tests.security.payloads import COUNT, number_of, payloads
from tests.security.planting import BADLANDS, plant
from tests.security.window import STRANGE, Window
from web.admin import page as admin_page
from web.area import pages as area_pages
from web.incident import board_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOME = "\n".join(payloads()[::17])
ADDRESSES = (
    *("/?next={}", "/sign-in?next={}", "/areas?search={}", "/areas/{}", "/times?by={}", "/{}"),
    *("/numbers/{}", "/whistles?state={}", "/workflows/{}", "/follow/{}", "/link/{0}/{0}"),
    *("/sign-in/with/{0}/back?state={0}&error={0}", "/static/{}", "/api/v1/incidents?area={}"),
    *("/open311/v2/requests/{}.xml", "/open311/v2/services/{}.json", "/board.json?area={}"),
)
WHOLE = ("<script>alert(", "<img src=x onerror=alert(", "<svg onload=alert(", "<details open")


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def street(city_on_sqlite, tmp_path_factory):
    """A planted city, served: what was planted, and its address."""
    with copied(city_on_sqlite, tmp_path_factory.mktemp("planted")) as house:
        planted = plant(house)
        with served(house.app) as address:
            yield planted, address


@pytest.fixture
def window(browser, street):
    with Window(browser, street[1]) as opened:
        yield opened


def test_there_are_five_hundred_and_each_says_its_own_number():
    every = payloads()

    assert len(every) == len(set(every)) == COUNT
    assert all(str(number_of(nth)) in text for nth, text in enumerate(every))


def test_the_listener_hears_what_runs_and_what_a_policy_stops(window):
    """The proof of the proof: laid bare into a page, payloads run or wish to, and look strange."""
    bare = [text for text in payloads() if text.startswith(WHOLE) and text.endswith(">")]
    policy = {"Content-Security-Policy": "script-src 'none'"}
    for name, headers in (("free", {}), ("bound", policy)):
        body = "<!doctype html><body>" + "".join(bare) + "<a href=javascript:alert(1)>a</a>"
        window.page.route(f"**/{name}", _laid(body, headers))
        window.go(f"/{name}")
        window.page.wait_for_timeout(200)

    kinds = Counter(one.partition(":")[0] for one in window.heard)
    assert kinds == {"ran": len(bare), "wished": len(bare)}
    assert len(bare) > 2
    assert len(window.page.evaluate(STRANGE)) > len(bare)


def _laid(body, headers):
    told = {"Content-Type": "text/html", **headers}
    return lambda route: route.fulfill(body=body, headers=told)


def test_the_words_of_a_case_are_words(window, street):
    planted, _ = street
    window.be("p-li-na", "acceptor")
    for incident, pack in zip(planted.cases, planted.packs, strict=True):
        window.go(f"/incidents/{incident}?story=full")
        # the report, two remarks and two reasons
        assert window.shows(pack, times=5) == []
        window.is_harmless()


def test_the_words_of_a_whistle_are_words(window, street):
    planted, _ = street
    window.be("p-zhao-lei", "commander")
    for whistle, pack in zip(planted.whistles, planted.packs, strict=True):
        window.go(f"/whistles/{whistle}")
        # what it was blown for, two reasons, a result and a remark
        assert window.shows(pack, times=5) == []
        window.is_harmless()


def test_what_residents_and_other_services_write_is_words(window, street):
    planted, _ = street
    window.be("p-zhang-wei", "duty_leader")
    for incident, pack in zip(planted.residents, planted.packs, strict=True):
        window.go(f"/incidents/{incident}?story=full")
        # half of it was the description, all of it what the resident said of the handling
        assert window.shows(pack[: len(pack) // 2], times=2) == []
        assert window.shows(pack) == []
        window.is_harmless()
    window.go(planted.links[0])
    window.is_harmless()


def test_names_of_people_are_words(window, street, monkeypatch):
    planted, _ = street
    monkeypatch.setattr(admin_page, "PAGE", len(planted.names))
    window.be("p-zhang-wei", "administrator")

    window.go(f"/admin?area={BADLANDS}")

    assert window.shows(planted.names) == []
    window.is_harmless()


def test_names_of_keys_are_words(window, street):
    planted, _ = street
    window.be("p-chen-jing", "dispatcher")

    window.go("/account")

    assert window.shows(planted.labels) == []
    window.is_harmless()


def test_names_of_areas_are_words(window, street, monkeypatch):
    planted, _ = street
    monkeypatch.setattr(area_pages, "_PAGE", len(planted.names))
    window.be("p-zheng-shuang", "auditor")

    window.go(f"/areas/{BADLANDS}")

    assert window.shows(planted.names) == []
    window.is_harmless()


def test_names_of_units_are_words(window, street, monkeypatch):
    planted, _ = street
    every = partial(units_page, limit=len(planted.names) + 20)
    monkeypatch.setattr(
        board_page, "units_page", lambda conn, area, day, **_less: every(conn, area, day)
    )
    window.be("p-chen-jing", "dispatcher")

    window.go("/board")

    assert window.shows(planted.names) == []
    window.is_harmless()


def test_words_of_workflows_and_categories_are_words(window, street):
    planted, _ = street
    window.be("p-zheng-shuang", "auditor")
    for reference, stages in planted.workflow:
        window.go(f"/workflows/{reference}")
        assert window.shows(tuple(stages)) == []
        window.is_harmless()
    for path in ("/workflows", "/times?by=category", "/times?by=unit", "/whistles?state=all"):
        window.go(path)
        window.is_harmless()


def test_what_stands_in_an_address_is_words(window, street):
    """Filters and numbers take all of them, every other place of an address some of each kind."""
    planted, _ = street
    window.be("p-li-na", "acceptor")
    for pack in planted.packs:
        said = quote("\n".join(pack), safe="")
        window.go(f"/board?number={said}&light={said}&area={said}&state=all")
        window.is_harmless()
    for path in ADDRESSES:
        window.go(path.format(quote(SOME, safe="")))
        assert window.heard == [], path
        window.is_harmless()


def test_what_was_typed_into_a_refused_form_is_words(window, street):
    planted, _ = street
    window.be("p-wang-fang", "grid_member")
    window.go("/report")
    assert len(window.shows(planted.names)) < len(planted.names) - 50  # the categories are there
    window.is_harmless()
    for pack in planted.packs:
        said = "\n".join(pack)
        window.send("/report", words=said, area=said, category=said, source=said)
        assert window.shows(pack) == []
        window.is_harmless()
    for path in ("/sign-in", "/who", "/language", "/account/password", "/link/p-li-na/x"):
        window.send(path, handle=SOME, password=SOME, role=SOME, next=SOME, language=SOME)
        window.is_harmless()
