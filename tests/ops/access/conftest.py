"""A settled town with words in it, an administrator of its street, and somebody of another one."""

import secrets
from datetime import date

import pytest

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from tests.ops.test_cli import ask, home
from tests.ops.town import STREET, a_town
from workflows.account.commands import DisableAccount
from workflows.area.commands import AddArea
from workflows.people.commands import EnrolPerson, GrantRole

__all__ = ["home"]

ELSEWHERE = AreaCode("120101002000")
WORDS, PHONE = "门口有垃圾", "13900001111"
SINCE = date(2020, 1, 1)
NEW = (
    ("p-admin", "administrator", STREET, "柳青"),
    ("p-outsider", "acceptor", ELSEWHERE, "韩梅梅"),
    ("p-gone", "acceptor", STREET, "李雷"),
)


@pytest.fixture
def case(home) -> str:
    """The number of a case of the street; a server is not running."""
    home.mkdir()
    with a_town(f"sqlite:///{home / 'gridward.sqlite'}", home) as town:
        desk = town.gridward.desk

        def order(command):
            act = Act(
                person="operator",
                role="operator",
                area=STREET,
                command_id=secrets.token_hex(8),
                at=town.clock(),
            )
            desk.do(command, act)

        order(AddArea(code=ELSEWHERE, name="别街", kind="street", from_day=SINCE))
        for handle, role, area, name in NEW:
            order(EnrolPerson(handle=handle, name=name, key=secrets.token_bytes(32)))
            order(GrantRole(handle=handle, role=role, area=area, from_day=SINCE))
        order(DisableAccount(handle="p-auditor"))
        incident = town.report(words=WORDS, contact=PHONE)
        town.step(incident, "pass_on", by="acceptor")
    ask("migrate")
    return str(incident)
