"""A definition is told everything that is wrong with it, before it can do harm."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.refusals import Refused
from workflows.checking import check_text, must_be_sound
from workflows.checks.whole import longest_handling
from workflows.engine import Engine
from workflows.reading import BOOK, definition_files, read_content
from workflows.rulebook.reading import read_rules

CALENDARS = {"tianjin-government", "tianjin-always", "utc-always"}
SHIPPED = definition_files()
LONGEST = longest_handling(read_rules(BOOK / "limits" / "tianjin-grid.toml").content)


def street() -> str:
    """The definition that ships, to be broken in one place."""
    return (BOOK / "street-incident.v1.toml").read_text(encoding="utf-8")


def codes(text: str) -> set[str]:
    return check_text(text, calendars=CALENDARS, longest=LONGEST)[1].codes()


def without(block: str) -> Callable[[str], str]:
    """Remove one [[stage]] or [[step]] by its name."""

    def remove(text: str) -> str:
        table, name = block.split()
        begins = text.index(f'[[{table}]]\nname = "{name}"')
        ends = text.find("\n[", begins + 2)
        return text[:begins] + text[ends + 1 :]

    return remove


def swapped(old: str, new: str, *, count: int = 1) -> Callable[[str], str]:
    def swap(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, count)

    return swap


def without_table(name: str) -> Callable[[str], str]:
    """Remove one [table] by its name."""

    def remove(text: str) -> str:
        begins = text.index(f"[{name}]")
        return text[:begins] + text[text.index("\n[", begins) + 1 :]

    return remove


def added(text_to_add: str) -> Callable[[str], str]:
    return lambda text: text + "\n" + text_to_add


LIMBO = '[[stage]]\nname = "limbo"\nlabel = { zh = "空", en = "Limbo" }\nowner = "acceptor"\n'
SPIN = (
    '[[step]]\nname = "{name}"\nlabel = {{ zh = "转", en = "Spin" }}\n'
    'from = ["{source}"]\nto = "{target}"\nby = ["clockwork"]\n'
)
STRAY = SPIN.replace("clockwork", "acceptor")
TWICE = (
    '[[step]]\nname = "pass_on"\nlabel = { zh = "又", en = "Again" }\n'
    'from = ["accepting"]\nto = "struck_off"\nby = ["acceptor"]\nneeds = ["verified_when_public"]\n'
)

BROKEN: dict[str, Callable[[str], str]] = {
    "not-toml": swapped("[[stage]]", "[[stage"),
    "wrong-shape": swapped('owner = "acceptor"', 'ownr = "acceptor"'),
    "unknown-stage": swapped('from = ["checking"]', 'from = ["chekcing"]'),
    "unknown-target": swapped('to = "checking"', 'to = "chekcing"'),
    "unknown-role": swapped('by = ["duty_leader"]', 'by = ["duty_leader", "night_shift"]'),
    "unknown-guard": swapped('needs = ["own_report"]', 'needs = ["own_reprot"]'),
    "unknown-field": swapped('asks = ["outcome", "remark"]', 'asks = ["result"]'),
    "unknown-calendar": swapped('calendar = "tianjin-government"', 'calendar = "moon"'),
    "emergency-unknown": swapped('limits = "tianjin-grid"\n', ""),
    "two-free-texts": swapped('asks = ["outcome", "remark"]', 'asks = ["reason", "remark"]'),
    "unreachable": added(LIMBO),
    "dead-end": without("step close"),
    "no-way-to-end": added(
        LIMBO
        + LIMBO.replace('"limbo"', '"limbo_two"')
        + STRAY.format(name="stray", source="accepting", target="limbo")
        + STRAY.format(name="wander", source="limbo", target="limbo_two")
        + STRAY.format(name="wander_back", source="limbo_two", target="limbo")
    ),
    "no-end": lambda text: "\n".join(
        line for line in text.splitlines() if not line.startswith("final = ")
    ),
    "leaves-final-stage": swapped('from = ["suspended"]', 'from = ["suspended", "closed"]'),
    "ambiguous-step": added(TWICE),
    "deadline-target-missing": swapped('then = "archive_unsampled"', 'then = "archive_everything"'),
    "clock-may-not-fire": swapped('by = ["clockwork", "commander"]', 'by = ["commander"]'),
    "no-human-can-act": swapped(
        'from = ["suspended"]\nto = "handling"\nby = ["dispatcher"]',
        'from = ["suspended"]\nto = "handling"\nby = ["clockwork"]',
    ),
    "reader-may-act": swapped('by = ["duty_leader"]', 'by = ["auditor"]'),
    "ladder-skips-level": swapped(
        '  { level = "district", owner = "commander", grace = "1 working day" },\n', ""
    ),
    "ladder-has-no-top": swapped('  { level = "city", owner = "commander" },\n', ""),
    "rung-without-grace": swapped(', grace = "1 working day"', ""),
    "no-ladder": lambda text: text[: text.index("[ladder]")],
    "clock-only-loop": added(
        SPIN.format(name="spin", source="accepting", target="verifying")
        + SPIN.format(name="spin_back", source="verifying", target="accepting")
    ),
    "owner-cannot-act": swapped('owner = "duty_leader"', 'owner = "supervisor"'),
    "no-deadline": swapped('deadline = { within = "case limit", then = "escalate" }\n', ""),
    "idle-role": swapped(
        "[roles.clockwork]",
        '[roles.watchman]\nlabel = { zh = "守", en = "W" }\nlevel = "street"\n\n[roles.clockwork]',
    ),
    "role-nobody-holds": swapped(
        'en = "Grid member" }\nlevel = "grid"', 'en = "Grid member" }\nlevel = "city"'
    ),
    "request-nobody-asks": swapped('requests = "deferral"\n', ""),
    "request-never-decided": without("step grant_return"),
    "grant-not-carried-out": swapped('on_grant = "adds"', 'on_grant = "restarts"'),
    "grant-contradicts-stage": swapped("stops_clock = true\n", ""),
    "void-half-made": swapped('to = "void"', 'to = "struck_off"'),
    "amount-never-asked": swapped('asks = ["minutes", "reason"]', 'asks = ["reason"]'),
    "evidence-never-asked": swapped('asks = ["photo", "reason"]', 'asks = ["reason"]'),
    "bound-never-asked": swapped(
        "[requests.return]\non_grant", "[requests.return]\nmost_minutes = 60\non_grant"
    ),
    "approver-may-not-act": swapped(
        '{ role = "duty_leader", times = 1 },', '{ role = "acceptor", times = 1 },'
    ),
    "decider-is-no-approver": swapped('  { role = "commander", level = "district" },\n', ""),
    "restart-never-begins": swapped('marks = ["dispatched"]\n', ""),
    "reopening-half-made": swapped('marks = ["reopened"]\n', ""),
    "rating-not-asked": swapped('asks = ["service", "handling", "said"]', 'asks = ["said"]'),
    "backlog-misplaced": swapped(
        'from = ["suspended"]\nto = "="\nby = ["clockwork"]',
        'from = ["suspended"]\nto = "="\nby = ["clockwork", "dispatcher"]',
    ),
    "limit-step-not-asked": swapped('asks = ["limit_step"]\n', ""),
    "answer-not-hidden": swapped('kind = "unit"\n', 'kind = "unit"\nread_by = ["duty_leader"]\n'),
    "unknown-way-down": swapped('way_down = ["awaiting_check"', 'way_down = ["awaiting_chekc"'),
    "way-down-nowhere": swapped('way_down = ["awaiting_check"', 'way_down = ["closed"'),
    "level-has-no-holder": swapped(
        '{ level = "district", owner = "commander"', '{ level = "district", owner = "grid_member"'
    ),
    "rise-off-the-ladder": swapped('raises_to = "district"', 'raises_to = "grid"'),
    "cause-without-rise": swapped("raises_level = true\ncause", "cause"),
    "rise-without-reason": swapped(
        'asks = ["reason"]\nraises_level', 'asks = ["remark"]\nraises_level'
    ),
    "nobody-can-acknowledge": without("step acknowledge"),
    "word-moves-case": swapped(
        'to = "="\nby = ["commander"]\nneeds = ["owner_called"]',
        'to = "accepting"\nby = ["commander"]\nneeds = ["owner_called"]',
    ),
    "sub-unit-not-asked": swapped('asks = ["sub_unit", ', 'asks = ["unit", '),
    "undo-of-itself": swapped('undo = "unmark_duplicate"', 'undo = "mark_duplicate"'),
    "undo-leads-elsewhere": swapped(
        'marks = ["accepted"]', 'marks = ["accepted"]\nundo = "decline"'
    ),
    "mark-never-undone": without("step unmark_duplicate"),
    "longer-than-the-case": swapped('within = "60 working minutes"', 'within = "21 working days"'),
    "label-missing": swapped('en = "Handled on the spot"', 'en = " "'),
    "one-person-chain": lambda text: text.replace(
        'by = ["grid_member"]\nneeds = ["not_own_handling"]', 'by = ["grid_member"]'
    ),
    "leading-not-asked": swapped('asks = ["leading"]\n', ""),
    "merge-half-made": swapped('to = "merged"', 'to = "void"'),
    "mark-moves-case": swapped(
        'to = "="\nby = ["grid_member", "acceptor"]', 'to = "verifying"\nby = ["acceptor"]'
    ),
    "night-without-rota": swapped(
        'en = "Dispatcher" }\nlevel = "street"\nnights = true\n',
        'en = "Dispatcher" }\nlevel = "street"\n',
    ),
    "idle-field": swapped('asks = ["outcome", "remark"]', 'asks = ["remark"]'),
}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_has_nothing_wrong(path):
    text = path.read_text(encoding="utf-8")
    _, findings = check_text(text, calendars=CALENDARS, longest=LONGEST)

    assert [str(finding) for finding in findings.found] == []


@pytest.mark.parametrize("code", BROKEN)
def test_each_way_to_break_a_definition_is_found(code):
    assert code in codes(BROKEN[code](street()))


def test_a_role_that_the_city_does_not_know_can_be_held_by_nobody():
    assert "role-nobody-holds" in codes(BROKEN["idle-role"](street()))


def test_nothing_but_a_reopening_leaves_an_end():
    stays_closed = swapped('requests = "reopening"', 'requests = "return"')

    unwritten = without_table("requests.reopening")

    assert "leaves-final-stage" in codes(stays_closed(street()))
    assert "leaves-final-stage" in codes(unwritten(street()))


def test_a_role_that_may_read_an_answer_is_known():
    misspelt = swapped('read_by = ["acceptor"', 'read_by = ["aceptor"')

    assert "unknown-role" in codes(misspelt(street()))


def test_an_approver_can_be_held_at_its_level():
    at_the_grid = swapped(
        '{ role = "commander", level = "district" }', '{ role = "commander", level = "grid" }'
    )

    assert "role-nobody-holds" in codes(at_the_grid(street()))


def test_the_case_limit_warns_as_the_limits_say_and_not_as_a_stage_does():
    louder = swapped('within = "case limit"', 'within = "case limit", warn_percent = 50')

    assert "wrong-shape" in codes(louder(street()))


def test_a_reopening_is_asked_for_within_days_and_not_working_days():
    working = swapped('within = "15 clock days"', 'within = "15 working days"')

    assert "wrong-shape" in codes(working(street()))


@pytest.mark.parametrize(
    "key", ["calendar_areas = { 120101000000 = 'moon' }", "emergency_calendar = 'moon'"]
)
def test_calendars_of_areas_and_of_emergencies_are_known(key):
    text = street().replace('emergency_calendar = "tianjin-always"', key)

    assert "unknown-calendar" in codes(text)


def test_a_calendar_is_given_to_an_area_and_to_nothing_else():
    given = 'emergency_calendar = "tianjin-always"\ncalendar_areas = { heping = "tianjin-always" }'

    assert "wrong-shape" in codes(street().replace('emergency_calendar = "tianjin-always"', given))


def test_a_finding_names_line_sentence_and_hint():
    broken = BROKEN["unknown-target"](street())

    found = check_text(broken, calendars=CALENDARS)[1]
    finding = next(each for each in found.found if each.code == "unknown-target")

    assert broken.splitlines()[(finding.line or 0) - 1] == "[[step]]"
    assert broken.splitlines()[finding.line or 0] == 'name = "send_to_check"'
    assert finding.hint == "Did you mean 'checking'?"


@pytest.mark.parametrize("within", ["30 clock minutes", "23 clock hours"])
def test_a_short_deadline_by_the_clock_needs_somebody_at_night(within):
    daily = street().replace('emergency_calendar = "tianjin-always"\n', "")
    daily = daily.replace("nights = true\n", "")
    urgent = swapped('within = "60 working minutes"', f'within = "{within}"')

    found = check_text(urgent(daily), calendars=CALENDARS)[1].found

    assert codes(daily) == set()
    assert [(one.code, one.severity) for one in found] == [("night-without-rota", "warning")]
    assert urgent(daily).splitlines()[(found[0].line or 0) - 1] == "[roles.acceptor]"
    assert "'accepting'" in found[0].sentence
    assert "nights = true" in found[0].hint


@pytest.mark.parametrize("mark", ["resumed", "not-duplicate"])
def test_what_marks_a_case_can_be_taken_back(mark):
    unmarked = street().replace(f'marks = ["{mark}"]\n', "")

    assert "mark-never-undone" in codes(unmarked)


def test_what_stays_for_good_says_why():
    stays = without("step unmark_duplicate")(street()).replace(
        'undo = "unmark_duplicate"\n',
        'undo = "none"\nbecause = { zh = "不撤", en = "It stays" }\n',
    )

    assert codes(stays) == set()


def test_an_ordinary_step_may_name_the_one_that_takes_it_back():
    named = swapped('marks = ["accepted"]', 'marks = ["accepted"]\nundo = "hand_back"')
    stray = swapped('marks = ["accepted"]', 'marks = ["accepted"]\nundo = "resume"')

    assert codes(named(street())) == set()
    assert "undo-target-missing" in codes(stray(street()))


def test_no_stage_takes_longer_than_the_longest_case():
    whole = swapped('within = "60 working minutes"', 'within = "20 working days"')
    unknown = check_text(BROKEN["longer-than-the-case"](street()), calendars=CALENDARS)[1]

    assert LONGEST == 20 * 480
    assert codes(whole(street())) == set()
    assert unknown.codes() == set()  # nobody knows the limits yet


def test_all_findings_come_at_once():
    broken = BROKEN["unknown-guard"](BROKEN["unknown-role"](street()))

    assert {"unknown-guard", "unknown-role"} <= codes(broken)


def test_a_broken_definition_is_not_published():
    content, _ = read_content(BROKEN["unknown-target"](street()))

    with pytest.raises(Refused) as refusal:
        must_be_sound(content, calendars=CALENDARS)

    assert refusal.value.code == "definition-refused"
    assert any("chekcing" in str(finding) for finding in refusal.value.facts["findings"])


@settings(max_examples=500)
@given(st.data())
def test_random_damage_neither_crashes_the_checker_nor_is_published(data):
    lines = street().splitlines()
    wounds = data.draw(st.lists(st.sampled_from(range(len(lines))), min_size=1, max_size=4))
    for line in wounds:
        wound = data.draw(st.sampled_from(["gone", "twice", "garbled", "emptied"]))
        lines[line] = {
            "gone": "",
            "twice": f"{lines[line]}\n{lines[line]}",
            "garbled": lines[line][::-1],
            "emptied": lines[line].split("=")[0] + '= ""',
        }[wound]

    definition, findings = check_text("\n".join(lines), calendars=CALENDARS)

    assert definition is not None or findings.errors
    if definition is not None and not findings.errors:
        Engine(definition)  # what passes the checks can be run
