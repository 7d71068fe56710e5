"""Another service as it speaks to us: its key in the form, its answers parsed."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from tests.city import KAIFENG as COMMUNITY
from tests.city import PEOPLE, centre, grid
from tests.keys import header_of

WHO = {someone.handle: someone for someone in PEOPLE}
LI = WHO["p-li-na"]
LON, LAT = centre(grid(COMMUNITY))
MATTER = {
    "service_code": "01-02",
    "lat": f"{LAT:.6f}",
    "long": f"{LON:.6f}",
    "description": "门口有一张旧沙发",
}
WHERE = {"Host": "localhost"}


def key_of(someone):
    """The key of somebody, as a form carries it."""
    return header_of(someone.handle, someone.role)["Authorization"].removeprefix("Bearer ")


LI_KEY = key_of(LI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A service that sends reports of residents by the key of the street's acceptor."""

    house: Any

    def get(self, path, **query):
        return self.house.client().get(f"/open311/{path}", query_string=query)

    def send(self, path, form=None, *, key=LI_KEY, how=None, **headers):
        sent = {**({"api_key": key} if key else {}), **(form or {})}
        return self.house.client().post(
            f"/open311/v2/{path}", data=sent, headers=headers, content_type=how
        )

    def report(self, form=None, **more):
        """Send the sofa, and give what was answered for it."""
        answer = self.send("requests.json", {**MATTER, **(form or {})}, **more)
        assert answer.status_code == 201, answer.text
        return answer.json[0]

    def updates(self, incident):
        answer = self.get("v2/servicerequestupdates.json", service_request_id=incident)
        return [one["status"] for one in answer.json]


def parsed(answer):
    """XML as lists of children and texts, under the name of its root."""
    assert answer.content_type == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.data)
    return root.tag, _plain(root)


def _plain(element):
    children = list(element)
    if not children:
        return element.text
    names = [child.tag for child in children]
    if len(set(names)) == 1 and element.tag != children[0].tag and element.tag.endswith("s"):
        return [_plain(child) for child in children]
    return {child.tag: _plain(child) for child in children}


def errors(answer):
    """Status and descriptions of an answer in the shape of GeoReport v2."""
    assert answer.content_type == "application/json; charset=utf-8"
    assert isinstance(answer.json, list)
    assert answer.json
    for one in answer.json:
        assert set(one) == {"code", "description"}
        assert one["code"] == answer.status_code
        assert one["description"]
    return answer.status_code, [one["description"] for one in answer.json]
