"""Which action of the table each route is; a route that stands nowhere here fails the build."""

from __future__ import annotations

OPEN = "open to everybody"
"""Signing in, the language, the files of the pages, and what operators' own tools ask."""

_ACTIONS: dict[str, tuple[str, ...]] = {
    OPEN: (
        "static",
        "tell_health",
        "tell_metrics",
        "who.home",
        "who.speak",
        "who.choose",
        "entry.sign_in",
        "entry.send_password",
        "entry.factor",
        "entry.send_code",
        "entry.passkey_wish",
        "entry.sign_out",
        "entry.link",
        "entry.use_link",
        "api-docs.openapi_json",
        "flows.style",
    ),
    "keep one's own account": (
        "people.whoami",
        "account.show",
        "account.act_as",
        "account.change_password",
        "account.add_totp",
        "account.add_passkey",
        "account.passkey_wish",
        "account.remove_factor",
        "account.issue_key",
        "account.revoke_key",
        "account.sign_out_everywhere",
    ),
    "report an incident": ("incidents.report", "report.form", "report.send"),
    "look at a case": (
        "incidents.show",
        "incidents.history",
        "duplicates.followed_by",
        "duplicates.suggestions",
        "whistles.of_case",
        "case.show",
        "case.show_json",
        "case.timeline",
        "case.timeline_csv",
        "case.timeline_json",
        "case.by_number",
    ),
    "take a step": ("incidents.take_step", "case.take_step"),
    "unmerge a case": ("duplicates.unmerge", "case.unmerge"),
    "look at the board": (
        "incidents.board",
        "board.board",
        "board.board_csv",
        "board.board_json",
        "flows.workflows",
        "flows.show",
        "flows.show_csv",
        "flows.show_json",
    ),
    "blow a whistle": ("whistles.blow", "whistle.blow"),
    "look at a whistle": (
        "whistles.whistles",
        "whistles.show",
        "whistle.show",
        "whistle.show_json",
        "inbox.whistles",
        "inbox.whistles_csv",
        "inbox.whistles_json",
    ),
    "answer a whistle": (
        "whistles.sign_for",
        "whistles.contact",
        "whistles.check_in",
        "whistles.begin",
        "whistles.finish",
        "whistles.substitute",
    ),
    "judge a whistle": (
        "whistles.approve",
        "whistles.decline",
        "whistles.withdraw",
        "whistles.rate",
        "whistles.confirm",
        "whistles.call_off",
        "whistle.order",
    ),
    "look at measures": (
        "measures.indicators",
        "measures.durations",
        "whistles.answers",
        "times.times",
        "times.times_csv",
        "times.times_json",
    ),
    "look at areas": (
        "areas.find",
        "areas.show",
        "areas.below",
        "tree.home",
        "tree.show",
        "tree.show_csv",
        "tree.show_json",
    ),
    "look at rules": ("rules.categories", "rules.workflows", "rules.workflow"),
    "look at people": ("people.people",),
    "look at units": ("people.units",),
    "look at snags": ("snags.snags",),
}

ROUTES: dict[str, str] = {
    endpoint: action for action, endpoints in _ACTIONS.items() for endpoint in endpoints
}
"""The action of each endpoint."""
