"""What each answer carries whatever it is: headers, cookies, kinds; and where none leads away."""

import re

import pytest

from tests.houses import copied
from tests.journeys.wall import CHEN, Wall
from tests.security.routes import Walk
from tests.web.test_commands import WANG
from tests.web.test_pages import Browser
from tests.web.test_sign_in import PASSWORD, Visitor, quick_hashes, with_password
from web.account.sample import SAMPLE
from web.pages import local

__all__ = ["quick_hashes"]
HTTPS = "https://localhost"
ALWAYS = {
    "Content-Security-Policy": r"default-src 'none'; (?!.*unsafe).*frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": r".*camera=\(\), microphone=\(\)",
    "Cache-Control": "no-store|private, no-cache|no-cache|.*max-age=.*",
}
ODD = (
    ("GET", "/nothing"),
    ("GET", "/static/nothing"),
    ("GET", "/static/"),
    ("DELETE", "/board"),
    ("TRACE", "/board"),
    ("GET", "/board?limit=x"),
    ("GET", "/api/v1/incidents/x"),
    ("POST", "/api/v1/incidents"),
    ("POST", "/sign-in"),
    ("GET", "/areas/%00"),
    ("GET", "/" + "x" * 5000),
    ("GET", "/open311/v2/requests/x.xml"),
)
ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    " //evil.example",
    "\t//evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:/\\evil.example",
    "//evil.example/%2f..",
    "//localhost@evil.example",
    "http://localhost@evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    ".evil.example",
    "@evil.example",
    "/\u3002/evil.example\x00",
    "/\x00/evil.example",
    "//\u2044evil.example",
    "/%0d%0aLocation: https://evil.example\r\n",
)


@pytest.fixture(scope="module")
def walk(city_on_sqlite, tmp_path_factory):
    with copied(city_on_sqlite, tmp_path_factory.mktemp("walk")) as house:
        wall = Wall(house)
        wall.report_and_dispatch()
        wall.blow()
        yield Walk(house, incident=wall.incident, whistle=wall.whistle)


@pytest.fixture
def city(small_house):
    """A house where people sign in."""
    small_house.app.extensions[SAMPLE] = False
    return small_house


def lacking(answer):
    """Give the headers that are missing or otherwise."""
    return [
        name
        for name, wanted in ALWAYS.items()
        if not re.fullmatch(wanted, answer.headers.get(name, ""))
    ]


def test_every_answer_of_every_address_carries_the_headers(walk):
    browser = Browser(walk.house, CHEN)
    asked = [("GET", path) for _, path in walk.reading()]
    asked += [(method, path) for _, method, path in walk.changing()]
    for method, path in (*asked, *ODD):
        answer = browser.client.open(path, method=method, headers={"Accept": "text/html"})
        answer.close()
        assert answer.status_code < 500, path
        assert lacking(answer) == [], (method, path, answer.status_code)
        assert "Server" not in answer.headers
        if answer.content_length:
            assert re.search(r"charset=utf-8|image/|json|javascript", answer.content_type), path


def test_an_error_of_our_own_carries_the_headers_too(walk, monkeypatch):
    def broken(*_args, **_more):
        raise ZeroDivisionError

    monkeypatch.setitem(walk.house.app.view_functions, "board.board", broken)

    answer = Browser(walk.house, CHEN).get("/board")

    assert answer.status_code == 500
    assert lacking(answer) == []
    assert "ZeroDivision" not in answer.text


def test_pages_are_kept_by_no_browser_and_no_proxy(walk):
    browser = Browser(walk.house, CHEN)
    for path in ("/board", f"/incidents/{walk.known['incident']}", "/account", "/board.csv"):
        assert browser.get(path).headers["Cache-Control"] == "no-store", path


def test_by_https_browsers_are_told_to_stay_there(walk):
    safe, plain = (
        walk.house.client().get("/nothing", base_url=base) for base in (HTTPS, "http://localhost")
    )

    assert safe.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in plain.headers


def test_passwords_do_not_travel_unencrypted(city):
    object.__setattr__(city.gridward.settings, "hosts", ("grid.example.city",))

    plain, safe = (
        city.client().get("/sign-in", base_url=f"{way}://grid.example.city")
        for way in ("http", "https")
    )

    assert plain.status_code == 400
    assert "https" in plain.text
    assert "Set-Cookie" not in plain.headers
    assert safe.status_code == 200


def cookies_of(answer):
    return answer.headers.getlist("Set-Cookie")


def test_by_https_every_cookie_is_bound_to_this_very_host(city):
    with_password(city, WANG.handle)
    client = city.client()
    first = client.get("/sign-in", base_url=HTTPS)
    token = client.get_cookie("__Host-gridward-token").value
    sent = {"token": token, "handle": WANG.handle, "password": PASSWORD, "language": "zh"}
    second = client.post("/sign-in", data=sent, base_url=HTTPS)
    third = client.post("/language", data=sent, base_url=HTTPS)

    given = [*cookies_of(first), *cookies_of(second), *cookies_of(third)]
    assert second.status_code == third.status_code == 303
    assert {one.partition("=")[0] for one in given} == {
        f"__Host-gridward-{name}" for name in ("token", "session", "language")
    }
    for one in given:
        parts = {part.strip() for part in one.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert "Domain" not in one
    assert client.get("/account", base_url=HTTPS).status_code == 200


def test_a_cookie_that_came_without_https_is_nobody_with_it(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)

    answer = visitor.client.get("/account", base_url=HTTPS)

    assert answer.status_code == 401


def test_signing_out_lets_the_browser_forget_what_it_kept(city):
    visitor = with_password(city, WANG.handle)
    visitor.sign_in(WANG.handle)

    assert visitor.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
    visitor.sign_in(WANG.handle)
    assert visitor.post("/account/sign-out-everywhere").headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_target_leads_to_another_site(target):
    assert local(target, "/") == "/"


def test_no_form_and_no_address_sends_anybody_to_another_site(city):
    with_password(city, WANG.handle)
    for target in ELSEWHERE:
        visitor = Visitor(city)
        page = visitor.get(f"/sign-in?next={target!r}")
        assert "evil" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page.text))
        spoken = visitor.post("/language", language="en", next=target)
        assert spoken.headers["Location"] == "/"
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", handle=WANG.handle, password=PASSWORD, next=ELSEWHERE[0])
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/....//x"),
        *("/static//etc/passwd", "/static/%2fetc%2fpasswd", "/static/..%5capp.py", "/static/.%00"),
        *("/static/gridward.css%00.js", "/static/../templates/base.html"),
    ],
)
def test_no_file_is_served_but_those_of_the_pages(walk, path):
    answer = walk.house.client().get(path, follow_redirects=True)
    answer.close()

    assert answer.status_code in (400, 404)


@pytest.mark.parametrize("photo", ["..%2f..%2fmaster.keys", "%2e%2e", "x" * 64, "..", "a%00b"])
def test_no_photo_is_found_outside_its_case(walk, photo):
    path = f"/api/v1/incidents/{walk.known['incident']}/photos/{photo}"

    assert Browser(walk.house, CHEN).get(path).status_code == 404


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Prefix", "/evil"),
        ("X-Original-URL", "/admin"),
        ("X-Rewrite-URL", "/admin"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("Forwarded", "host=evil.example;proto=https"),
        ("X-User-ID", "p-zhao-lei"),
    ],
)
def test_no_header_of_a_proxy_that_we_do_not_know_changes_anything(walk, header, value):
    client = walk.house.client()

    plain, given = client.get("/sign-in"), client.get("/sign-in", headers={header: value})

    assert plain.status_code == given.status_code == 200
    assert "evil" not in given.text + str(given.headers)
    assert "__Host-" not in str(given.headers)


def test_a_field_given_twice_counts_once_and_the_same_everywhere(walk):
    browser = Browser(walk.house, CHEN)
    both = browser.get(f"/board.json?area={CHEN.area}&area=120103000000&state=all&state=open")
    first = browser.get(f"/board.json?area={CHEN.area}&state=all")
    assert both.json == first.json
    browser.get("/")
    sent = [("handle", "p-li-na"), ("handle", "p-zhao-lei"), ("role", "acceptor")]
    fields = {"token": browser.token(), "handle": [], "role": "acceptor"}
    fields["handle"] = [value for name, value in sent if name == "handle"]

    browser.client.post("/who", data=fields)

    assert browser.client.get("/api/v1/whoami").json["handle"] == "p-li-na"
