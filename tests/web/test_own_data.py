"""A person's own data as one file: complete, proved against the log, recorded, for nobody else."""

import io
import json
import re
from uuid import UUID
from zipfile import ZipFile

import pytest

from domain.kernel.act import OPERATOR, Act
from domain.kernel.confiding import confided
from domain.kernel.refusals import Refused
from domain.privacy.dossier import dossier_id
from tests.city import CITY, SANITATION
from tests.web.evidence.hostile import jpeg
from tests.web.open311.partner import Partner
from tests.web.open311.test_journey import PERSON, Resident
from tests.web.test_commands import CHEN, LI, WHO, ZHANG
from tests.web.test_pages import Browser
from tests.web.test_sign_in import with_password
from web.account.sample import SAMPLE
from workflows.privacy.commands import ErasePerson, ExportPerson

ZHAO, SUN = WHO["p-zhao-lei"], WHO["p-sun-qiang"]


class Report:
    """A report by a resident, worked on, with a whistle and a photo."""

    def __init__(self, house):
        self.house = house
        sent = Partner(house=house).report({**PERSON, "description": "门口有旧沙发"})
        self.case, self.resident = sent["service_request_id"], Resident(house, sent["follow_up"])

    def work(self):
        for step, who, answers in (
            ("send_to_verify", LI, {}),
            ("confirm_true", WHO["p-wang-fang"], {}),
            ("pass_on", LI, {}),
            ("file", ZHANG, {"category": "01-02"}),
            ("dispatch", CHEN, {"unit": SANITATION}),
            ("ask_deferral", SUN, {"minutes": 60, "reason": "等车"}),
        ):
            assert self.house.step(self.case, step, who, **answers).status_code == 200
        blown = {"kind": "work", "cause": "pressing-matter", "parties": [SANITATION]}
        self.house.post(f"/incidents/{self.case}/whistles", {**blown, "words": "请到场"}, ZHAO)
        browser = Browser(self.house, ZHANG)
        browser.get(f"/incidents/{self.case}")
        form = {"picture": (io.BytesIO(jpeg()), "x.jpg"), "kind": "before"}
        browser.post(f"/incidents/{self.case}/photos", key=browser.key(), **form)

    def erase(self):
        at = self.house.clock()
        act = Act(person=OPERATOR, role=OPERATOR, area=CITY, command_id="erase", at=at)
        self.house.gridward.desk.do(ErasePerson(subject=f"case:{self.case}", basis="pipl-47"), act)


def opened(answer):
    """The file of an answer: its data, and the bytes of each photo."""
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    with ZipFile(io.BytesIO(answer.data)) as file:
        names = [name for name in file.namelist() if name != "data.json"]
        return json.loads(file.read("data.json")), {name: file.read(name) for name in names}


def words_in(data):
    return {
        one["words"]
        for record in data["records"]
        for fact in record["facts"]
        for one in fact["words"].values()
        if "words" in one
    }


def test_a_resident_gets_all_that_is_kept_with_the_report(house):
    report = Report(house)
    report.work()

    data, photos = opened(report.resident.send("data"))

    words = words_in(data)
    assert {"门口有旧沙发", "等车", "请到场"} <= words
    assert any(PERSON["phone"] in one and PERSON["email"] in one for one in words)
    assert [photos[one["file"]][:3] for one in data["photos"]] == [b"\xff\xd8\xff"]
    kept = house.gridward.eraser.kept_of(f"case:{report.case}")
    assert words == {one.words for one in kept.values()}
    topics = {fact["what"] for record in data["records"] for fact in record["facts"]}
    assert {"incident.reported", "whistle.blown", "person.exported"} <= topics


def test_every_word_is_proved_against_the_log_and_no_colleague_is_named(small_house):
    report = Report(small_house)
    report.work()

    data, _ = opened(report.resident.send("data"))

    [case] = [one for one in data["records"] if one["record"] == report.case]
    said = case["facts"][0]["words"]["words"]
    [reported, *_] = small_house.gridward.ledger.facts(UUID(report.case))
    assert confided(said["words"], bytes.fromhex(said["commitment_key"])) == reported.words
    assert "p-li-na" not in json.dumps([fact["role"] for fact in case["facts"]])
    assert not any("person" in fact for fact in case["facts"])


def test_that_data_were_handed_out_is_recorded(small_house):
    report = Report(small_house)
    report.resident.send("data")

    told = small_house.gridward.ledger.facts(dossier_id(f"case:{report.case}"))
    assert [(one.TOPIC, one.basis, one.act.role) for one in told] == [
        ("person.exported", "pipl-45", "resident")
    ]


def test_after_the_erasure_there_is_nothing_to_hand_out(small_house):
    report = Report(small_house)
    report.erase()

    assert report.resident.send("data").status_code == 409


def test_a_wrong_link_hands_out_nothing(small_house):
    report = Report(small_house)
    report.resident.path = re.sub(r".{5}$", "xxxxx", report.resident.path)

    answer = report.resident.client.post(
        f"{report.resident.path}/data", data={"key": "k"}, headers={"Accept": "text/html"}
    )

    assert answer.status_code in (403, 404)


def test_staff_get_their_own_data_without_what_proves_who_they_are(small_house):
    small_house.app.extensions[SAMPLE] = False
    visitor = with_password(small_house, LI.handle)
    visitor.sign_in(LI.handle)
    visitor.get("/account")

    data, photos = opened(visitor.post("/account/data"))

    topics = {fact["what"] for record in data["records"] for fact in record["facts"]}
    assert {"people.person-enrolled", "people.role-granted", "account.opened"} <= topics
    assert LI.name in words_in(data)
    assert "argon2" not in json.dumps(data)
    assert "withheld" in json.dumps(data)
    assert photos == {}


def test_a_member_of_staff_gets_a_list_of_own_acts_in_cases(house):
    report = Report(house)
    report.work()
    house.app.extensions[SAMPLE] = False
    visitor = with_password(house, LI.handle)
    visitor.sign_in(LI.handle)
    visitor.get("/account")

    data, _ = opened(visitor.post("/account/data"))

    mine = [one for one in data["acts"] if one["record"] == report.case]
    assert mine[0]["what"] == "incident.reported"
    assert [one["step"] for one in mine[1:]] == ["send_to_verify", "pass_on"]
    assert {one["role"] for one in mine} == {LI.role}
    assert "门口有旧沙发" not in json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("who", [LI, ZHANG], ids=lambda who: who.handle)
def test_nobody_hands_out_the_data_of_others(small_house, who):
    at = small_house.clock()
    act = Act(person=who.handle, role=who.role, area=str(who.area), command_id="x", at=at)
    for subject in ("p-wang-fang", "case:" + "0" * 8 + "-0000-0000-0000-" + "0" * 12):
        order = ExportPerson(subject=subject, basis="pipl-45", fields=1)
        with pytest.raises(Refused) as refusal:
            small_house.gridward.desk.do(order, act)
        assert refusal.value.code == "wrong-role"
