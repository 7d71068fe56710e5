"""The command line asks the table as pages do: who is named may what the person may, no more."""

import pytest

from domain.kernel.record import case_subject
from domain.privacy.dossier import dossier_id
from domain.privacy.events import PersonRevealed
from ops.bootstrap import assemble
from ops.cli.incidents import MASK
from ops.settings import Settings
from tests.ops.access.conftest import ELSEWHERE, PHONE, WORDS
from tests.ops.access.expected import COMMANDS
from tests.ops.test_cli import answer, ask, refused
from tests.ops.town import GRID, NAME, STREET, UNIT

NOBODY = "00000000-0000-7000-8000-000000000000"
PERIOD = ("--from", "2027-01-01", "--to", "2027-02-01")
AT = ("--role", "acceptor", "--area", STREET)
REACH = ("--area", STREET, "--category", "04", "--until", "2027-01-01")
TYPED = {
    "people enrol": ("p-new", "--name", "新人"),
    "people grant": ("p-acceptor", *AT),
    "people end-role": ("p-acceptor", *AT),
    "people leave": ("p-acceptor",),
    "people absent": ("p-acceptor", *PERIOD),
    "people back": ("p-acceptor",),
    "people deputy": ("p-acceptor", "--for", "p-gone", *AT, *PERIOD),
    "people duty": ("p-acceptor", *AT, "--hours", "08:00-18:00", *PERIOD),
    "people end-duty": ("1", *AT, "--to", "2027-01-01"),
    "accounts open": ("p-gone",),
    "accounts invite": ("p-acceptor",),
    "accounts reset": ("p-acceptor",),
    "accounts disable": ("p-acceptor",),
    "accounts enable": ("p-acceptor",),
    "accounts list": (),
    "accounts show": ("p-acceptor",),
    "accounts keys issue": ("p-acceptor", "--label", "x", *AT, "--scope", "read"),
    "accounts keys list": ("p-acceptor",),
    "accounts keys revoke": ("p-acceptor", "k1"),
    "workflow pilot": ("street-incident@1", "--area", STREET),
    "incidents report": ("--area", GRID, "--category", "01-02"),
    "incidents step": (NOBODY, "close"),
    "incidents list": (),
    "incidents show": (NOBODY,),
    "whistles list": (),
    "whistles show": (NOBODY,),
    "whistles blow": (NOBODY, "--cause", "pressing-matter", "--party", UNIT),
    "whistles order": (NOBODY, "sign-for", "--party", UNIT),
    "senders register": ("s-1", "--title", "x", "--handle", "p-acceptor", "--role", "x", *REACH),
    "senders revise": ("s-1", *REACH),
    "senders rotate": ("s-1",),
    "senders end": ("s-1",),
    "senders list": (),
    "notices list": (),
    "notices show": ("n-1",),
    "rules publish": (),
    "changes": ("person", "p-acceptor"),
}
PEOPLE = {
    "grid_member": "p-grid-member",
    "handler": "p-handler",
    "acceptor": "p-acceptor",
    "commander": "p-commander",
    "supervisor": "p-supervisor",
    "administrator": "p-admin",
}
ACCEPTOR, OUTSIDER = ("--as", "p-acceptor"), ("--as", "p-outsider")
ADMIN = ("--as", "p-admin")
LOOK = ("--reason", "to call back")


def looks(home, subject):
    """Give who looked at what of somebody's, and why, as it is recorded."""
    gridward = assemble(Settings(home=home), read_only=True)
    try:
        stream = dossier_id(subject)
        said = gridward.ledger.words_of([stream])
        return [
            (fact.act.person, fact.act.role, fact.field, said[stream, nth, "reason"])
            for nth, fact in enumerate(gridward.ledger.facts(stream), 1)
            if isinstance(fact, PersonRevealed)
        ]
    finally:
        gridward.close()


def test_whoever_has_no_row_is_told_so_before_anything_is_looked_up(case):
    let_in = []
    for name, typed in TYPED.items():
        may = COMMANDS[name][0].split()
        person = next(handle for role, handle in PEOPLE.items() if role not in may)
        if refused(*name.split(), *typed, "--as", person) != "not-for-your-role":
            let_in.append(name)
    assert not let_in


def test_the_operator_orders_nothing_of_a_case(case):
    for typed in (
        ("incidents", "report", "--area", GRID, "--category", "01-02"),
        ("incidents", "step", case, "file"),
        ("incidents", "show", case, *LOOK),
        ("whistles", "blow", case, "--cause", "pressing-matter", "--party", UNIT),
    ):
        assert refused(*typed) == "not-for-your-role"


def test_the_operator_sees_that_a_case_stands_and_not_who_is_in_it(case):
    shown = answer("incidents", "show", case)

    assert shown["case"]["stage"] == "awaiting_filing"
    assert {one["person"] for one in shown["timeline"]} == {""}
    assert WORDS not in ask("incidents", "show", case).output


def test_words_are_masked_until_a_reason_is_given_and_then_the_look_is_on_record(case, home):
    masked = answer("incidents", "show", case, *ACCEPTOR)
    assert masked["timeline"][0]["words"] == {"words": MASK, "contact": MASK}
    assert looks(home, case_subject_of(case)) == []

    shown = answer("incidents", "show", case, *ACCEPTOR, *LOOK)

    assert shown["timeline"][0]["words"] == {"words": WORDS, "contact": PHONE}
    assert looks(home, case_subject_of(case)) == [
        ("p-acceptor", "acceptor", "words", "to call back"),
        ("p-acceptor", "acceptor", "contact", "to call back"),
    ]


def case_subject_of(case):
    from uuid import UUID

    return case_subject(UUID(case))


def test_an_empty_reason_opens_nothing(case, home):
    assert refused("incidents", "show", case, *ACCEPTOR, "--reason", " ") == "reason-missing"
    assert looks(home, case_subject_of(case)) == []


def test_a_name_is_read_with_a_reason_on_record(case, home):
    assert NAME not in ask("people", "show", "p-handler", *ACCEPTOR).output

    assert answer("people", "show", "p-handler", *ACCEPTOR, *LOOK)["name"] == NAME
    assert looks(home, "p-handler") == [("p-acceptor", "acceptor", "name", "to call back")]


def test_a_case_out_of_reach_is_as_if_it_were_not(case):
    assert refused("incidents", "show", case, *OUTSIDER) == "no-such-incident"
    assert refused("incidents", "show", case, *OUTSIDER, *LOOK) == "no-such-incident"
    assert refused("incidents", "step", case, "file", *OUTSIDER) == "no-such-incident"
    number = answer("incidents", "list")["items"][0]["number"]
    hidden = ask("incidents", "show", number, *OUTSIDER, status=2).stderr
    missing = ask("incidents", "show", "261101-NONE0000", *OUTSIDER, status=2).stderr
    assert hidden.replace(number, "") == missing.replace("261101-NONE0000", "")
    assert answer("incidents", "list", *OUTSIDER)["items"] == []
    assert len(answer("incidents", "list", *ACCEPTOR)["items"]) == 1


@pytest.mark.parametrize(
    "typed",
    [
        ("incidents", "list", "--area", STREET, *OUTSIDER),
        ("incidents", "report", "--area", GRID, "--category", "01-02", *OUTSIDER),
        ("indicators", "--area", STREET, *OUTSIDER),
        ("people", "list", "--area", STREET, *OUTSIDER),
        ("people", "show", "p-handler", *OUTSIDER, *LOOK),
        ("people", "leave", "p-outsider", *ADMIN),
        ("people", "grant", "p-gone", "--role", "acceptor", "--area", ELSEWHERE, *ADMIN),
        ("accounts", "list", "--area", ELSEWHERE, *ADMIN),
        ("accounts", "open", "p-outsider", *ADMIN),
        ("changes", "person", "p-outsider", *ADMIN),
        ("rules", "publish", *ADMIN),
        ("notices", "list", *ADMIN),
        ("persons", "export", "p-handler", "--basis", "pipl-45", *ACCEPTOR),
    ],
)
def test_what_lies_elsewhere_is_refused(case, typed):
    assert refused(*typed) == "outside-your-area"


def test_an_administrator_orders_in_the_own_street_and_stands_in_the_record(case):
    ask("people", "leave", "p-gone", *ADMIN)

    last = answer("changes", "person", "p-gone", *ADMIN)[-1]
    assert (last["by"], last["role"]) == ("p-admin", "administrator")


def test_who_is_named_must_hold_the_role_and_an_account_that_is_not_disabled(case):
    assert refused("incidents", "list", "--as", "p-nobody") == "person-unknown"
    wrong = ("--as", "p-acceptor", "--role", "commander")
    assert refused("incidents", "list", *wrong) == "role-not-held"
    assert refused("incidents", "list", "--as", "p-auditor") == "account-disabled"
    assert ask("incidents", "list", "--role", "commander", status=2).stderr.endswith(
        "Say who acts in this role: --as and a handle.\n"
    )


def test_the_operator_reads_a_name_on_record_too(case, home):
    ask("people", "show", "p-gone", *LOOK)

    assert looks(home, "p-gone") == [("operator", "operator", "name", "to call back")]
