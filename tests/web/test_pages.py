"""Pages without a browser: forms that work without scripts, and what is kept from doing harm."""

import csv
import io
import re

import pytest

from tests.city import HEPING, HEXI, KAIFENG, PEOPLE, SANITATION, TAISHAN, XIAOBAILOU, grid
from tests.web.test_commands import CHEN, LI, RUBBISH, WANG, ZHANG

WHO = {someone.handle: someone for someone in PEOPLE}


def found(pattern: str, text: str) -> str:
    """Give what a pattern marks in a page."""
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


class Browser:
    """A client that follows forms as a browser without scripts does."""

    def __init__(self, house, who=None, language="en"):
        self.client = house.client()
        self.client.set_cookie("gridward-language", language)
        if who:
            self.be(who)

    def be(self, who):
        self.get("/")
        answer = self.post("/who", handle=who.handle, role=who.role)
        assert answer.status_code == 303

    def get(self, path):
        self.page = self.client.get(path, headers={"Accept": "text/html"})
        return self.page

    def token(self):
        return found(r'name="token" value="([^"]+)"', self.page.text)

    def key(self):
        return found(r'name="key" value="([^"]+)"', self.page.text)

    def post(self, path, headers=None, **fields):
        sent = {"token": self.token(), **fields}
        return self.client.post(path, data=sent, headers={"Accept": "text/html", **(headers or {})})


@pytest.fixture
def reported(small_house):
    return small_house.post("/incidents", RUBBISH, WANG).json["id"]


def test_one_person_of_each_role_can_be_chosen(small_house):
    page = Browser(small_house).get("/").text

    for name in ("刘洋", "李娜", "张伟", "陈静", "赵磊", "孙强", "吴敏", "郑爽"):
        assert name in page


def test_who_chooses_goes_on_to_where_he_wanted(small_house):
    browser = Browser(small_house)
    sent_away = browser.get("/board?light=soon")
    assert sent_away.headers["Location"] == "/?next=/board?light%3Dsoon"
    browser.get(sent_away.headers["Location"])

    answer = browser.post("/who", handle="p-li-na", role="acceptor", next="/board?light=soon")

    assert answer.headers["Location"] == "/board?light=soon"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil", "x", "/a\nb"]
)
def test_nobody_is_sent_to_another_site(small_house, target):
    browser = Browser(small_house)
    browser.get("/")

    answer = browser.post("/who", handle="p-li-na", role="acceptor", next=target)

    assert answer.headers["Location"] == "/"


def test_a_report_is_sent_without_scripts_and_once(small_house):
    browser = Browser(small_house, WANG)
    browser.get("/report")
    fields = {"category": "01-02", "area": str(grid(KAIFENG)), "words": "雪", "key": browser.key()}

    first, second = (browser.post("/report", **fields) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert "261116-" in browser.get(first.headers["Location"]).text
    assert len(small_house.get("/incidents").json["items"]) == 1


def test_a_report_from_the_position_finds_its_grid(small_house):
    browser = Browser(small_house, WANG)
    browser.get("/report")

    answer = browser.post(
        "/report", other="01-03", lon="117.191500", lat="39.100500", key=browser.key()
    )

    (item,) = small_house.get("/incidents").json["items"]
    assert answer.status_code == 303
    assert item["area"] == str(grid(KAIFENG))


def test_a_refused_report_keeps_what_was_written(small_house):
    browser = Browser(small_house, WANG)
    browser.get("/report")

    answer = browser.post(
        "/report", category="01-01", area=str(grid(TAISHAN)), words="还没写完", key=browser.key()
    )

    assert answer.status_code == 403
    assert "还没写完" in answer.text
    assert 'value="01-01" checked' in answer.text


def test_a_step_is_taken_by_its_form(small_house, reported):
    browser = Browser(small_house, LI)
    browser.get(f"/incidents/{reported}")

    answer = browser.post(
        f"/incidents/{reported}/steps/pass_on",
        key=browser.key(),
        version="1",
        **{"answer.remark": "属实"},
    )

    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "Awaiting filing" in page
    assert "<blockquote>属实</blockquote>" in page


def test_a_step_on_what_has_moved_shows_the_case_as_it_stands(small_house, reported):
    browser = Browser(small_house, LI)
    browser.get(f"/incidents/{reported}")
    small_house.step(reported, "pass_on", LI)

    answer = browser.post(
        f"/incidents/{reported}/steps/refuse",
        key=browser.key(),
        version="1",
        **{"answer.reason": "x"},
    )

    assert answer.status_code == 412
    assert "Somebody acted on this case" in answer.text
    assert "Awaiting filing" in answer.text


def test_each_offered_form_asks_the_fields_of_its_step(small_house, reported):
    small_house.step(reported, "pass_on", LI)
    page = Browser(small_house, ZHANG).get(f"/incidents/{reported}").text
    assert 'name="answer.category"' in page
    assert '<option value="emergency">' in page
    small_house.step(reported, "file", ZHANG, category="01-02")

    page = Browser(small_house, CHEN).get(f"/incidents/{reported}").text

    assert f'<option value="{SANITATION}" selected>' in page
    assert '<optgroup label="Heping Sanitation">' in page
    assert '<option value="p-sun-qiang">孙强' in page


def test_a_closed_step_says_why(small_house, reported):
    page = Browser(small_house, CHEN).get(f"/incidents/{reported}").text

    assert "Nothing is open to you now" in page
    assert "for: Acceptor" in page


def test_a_role_elsewhere_sees_nothing(small_house, reported):
    answer = Browser(small_house, WHO["p-zhou-jie"]).get(f"/incidents/{reported}")

    assert answer.status_code == 404
    assert "no such incident where you serve" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_another_site_is_refused(small_house, headers):
    browser = Browser(small_house, WANG)
    browser.get("/report")

    answer = browser.post("/report", headers=headers, category="01-02", key=browser.key())

    assert answer.status_code == 403
    assert small_house.get("/incidents").json["items"] == []


@pytest.mark.parametrize("token", ["", "guessed", "ü"])
def test_a_form_without_its_token_is_refused(small_house, token):
    browser = Browser(small_house, WANG)
    browser.get("/report")

    assert browser.post("/report", token=token).status_code == 403
    assert small_house.client().post("/who", data={"token": token}).status_code == 403


def test_words_are_shown_as_words(small_house):
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    incident = small_house.post("/incidents", RUBBISH | {"words": attack}, WANG).json["id"]
    browser = Browser(small_house, LI)

    for path in (f"/incidents/{incident}", "/board"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_sheet_computes_nothing(small_house, words):
    incident = small_house.post("/incidents", RUBBISH | {"words": f"{words}x"}, WANG).json["id"]

    answer = Browser(small_house, LI).get(f"/incidents/{incident}/timeline.csv")

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    cells = [cell for row in rows for cell in row]
    assert answer.content_type == "text/csv; charset=utf-8"
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t＝"))]


def test_the_board_in_its_other_forms_holds_the_same(small_house, reported):
    browser = Browser(small_house, WHO["p-zheng-shuang"])

    as_json = browser.get(f"/board.json?area={HEPING}").json["items"]
    sheet = browser.get(f"/board.csv?area={HEPING}").text
    elsewhere = browser.get(f"/board?area={HEXI}").text

    assert [item["id"] for item in as_json] == [reported]
    assert as_json[0]["number"] in sheet
    assert "Nothing waits here" in elsewhere


def test_every_filter_stays_in_the_address(small_house, reported):
    page = (
        Browser(small_house, LI)
        .get(f"/board?area={XIAOBAILOU}&category=01&source=grid-member&light=on-time")
        .text
    )

    chips = re.findall(r'class="chip[^"]*" href="([^"]+)"', page)
    assert chips
    for chip in chips:
        assert f"area={XIAOBAILOU}" in chip
        assert "category=01" in chip
        assert "source=grid-member" in chip


def test_the_board_goes_on_page_by_page(small_house):
    for number in range(3):
        small_house.clock.forward(minutes=1)
        small_house.post("/incidents", RUBBISH, WANG, key=f"k{number}")
    browser = Browser(small_house, LI)
    first = browser.get("/board?limit=2").text
    following = found(r'rel="next" href="([^"]+)"', first).replace("&amp;", "&")

    second = browser.get(following).text

    numbers = [re.findall(r'class="no">([^<]+)<', page) for page in (first, second)]
    assert [len(one) for one in numbers] == [2, 1]
    assert not set(numbers[0]) & set(numbers[1])


def test_a_case_is_found_by_its_number(small_house, reported):
    browser = Browser(small_house, LI)
    number = small_house.get(f"/incidents/{reported}").json["number"]

    answer = browser.get(f"/numbers/{number.lower()}")

    assert answer.headers["Location"] == f"/incidents/{reported}"


@pytest.mark.parametrize(
    "path",
    ["/board?light=blue", "/board?limit=x", "/times?by=planet", "/board?after=zzz", "/areas/1"],
)
def test_a_wrong_address_says_so_in_the_language(small_house, path):
    answer = Browser(small_house, LI, language="zh").get(path)

    assert answer.status_code == 422
    assert re.search(r"<h1>未能完成</h1>\s*<p>[^a-zA-Z]+</p>", answer.text)


def test_the_language_is_a_choice(small_house):
    browser = Browser(small_house, LI, language="zh")
    assert "待办" in browser.get("/").text

    answer = browser.post("/language", language="en", next="/board")

    assert answer.headers["Location"] == "/board"
    assert '<html lang="en">' in browser.get("/board").text


def test_an_empty_city_says_what_to_do(tmp_path):
    from migrations import migrate
    from ops.bootstrap import assemble
    from ops.settings import Settings
    from web.app import create_app

    settings = Settings(home=tmp_path)
    migrate(settings.database_url)
    gridward = assemble(settings)
    try:
        for reader in gridward.readers:
            reader.prepare()
        answer = create_app(gridward).test_client().get("/")
    finally:
        gridward.close()

    assert answer.status_code == 200
    assert "gridward demo" in answer.text
