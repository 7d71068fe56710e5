"""Who may take which step of a street case, written by hand; it imports nothing.

A row: the stage a case is in, the step, and by role where it is open, as seen from the post of
who asks: ``o`` the case lies in the own area, ``b`` below it, ``a`` above, ``s`` in a sibling,
``p`` in a sibling whose code begins alike, ``f`` far off. ``!`` wherever it lies, if it is one's
own matter: reported by oneself, or given to the own unit. A role that is not named may not.
"""

ACCEPTOR, DUTY, DISPATCHER = {"acceptor": "ob"}, {"duty_leader": "ob"}, {"dispatcher": "ob"}
COMMANDER, SUPERVISOR = {"commander": "ob"}, {"supervisor": "ob"}
MEMBER, OWN_REPORT, UNIT = {"grid_member": "ob"}, {"grid_member": "!ob"}, {"handler": "!"}

STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("accepting", "send_to_verify", ACCEPTOR),
    ("verifying", "confirm_true", MEMBER),
    ("verifying", "find_untrue", MEMBER),
    ("accepting", "pass_on", ACCEPTOR),
    ("accepting", "refuse", ACCEPTOR),
    ("accepting", "handle_on_spot", MEMBER),
    ("awaiting_audit", "archive", DUTY),
    ("awaiting_audit", "archive_unsampled", {}),
    ("awaiting_audit", "find_invalid", DUTY),
    ("awaiting_audit", "send_on", DUTY),
    ("awaiting_filing", "file", DUTY),
    ("awaiting_filing", "hand_back", DUTY),
    ("awaiting_filing", "decline", DUTY),
    ("awaiting_dispatch", "dispatch", {**DISPATCHER, **COMMANDER}),
    ("awaiting_dispatch", "ask_void", DISPATCHER),
    ("void_decision", "grant_void", DUTY),
    ("void_decision", "refuse_void", DUTY),
    ("handling", "ask_deferral", UNIT),
    ("deferral", "grant_deferral", {**DISPATCHER, **DUTY, "commander": "b"}),
    ("deferral", "refuse_deferral", {**DISPATCHER, **DUTY, "commander": "b"}),
    ("handling", "ask_return", UNIT),
    ("return", "grant_return", {**DISPATCHER, **DUTY}),
    ("return", "refuse_return", {**DISPATCHER, **DUTY}),
    ("handling", "ask_suspension", UNIT),
    ("suspension", "grant_suspension", {**DISPATCHER, **DUTY}),
    ("suspension", "refuse_suspension", {**DISPATCHER, **DUTY}),
    ("suspended", "to_backlog", {}),
    ("suspended", "resume", DISPATCHER),
    ("handling", "report_limit_step", UNIT),
    ("handling", "done", UNIT),
    ("awaiting_check", "send_to_check", ACCEPTOR),
    ("checking", "pass_check", MEMBER),
    ("checking", "fail_check", MEMBER),
    ("awaiting_closing", "close", DUTY),
    ("closed", "rate", {**ACCEPTOR, **MEMBER}),
    ("rated", "ask_reopening", {**ACCEPTOR, **MEMBER}),
    ("reopening", "grant_reopening", {**DUTY, **COMMANDER}),
    ("reopening", "refuse_reopening", {**DUTY, **COMMANDER}),
    ("accepting", "mark_duplicate", {**ACCEPTOR, **MEMBER}),
    ("marked", "unmark_duplicate", ACCEPTOR),
    ("marked_filing", "unmark_duplicate", DUTY),
    ("marked_dispatch", "unmark_duplicate", DISPATCHER),
    ("accepting", "merge", ACCEPTOR),
    ("verifying", "merge", ACCEPTOR),
    ("awaiting_filing", "merge", DUTY),
    ("awaiting_dispatch", "merge", DISPATCHER),
    ("handling", "merge", DISPATCHER),
    ("handling", "supervise", {**SUPERVISOR, **COMMANDER}),
    ("ordered", "withdraw_orders", {**SUPERVISOR, **COMMANDER}),
    ("handling", "raise", DISPATCHER),
    ("awaiting_filing", "raise_important", DUTY),
    ("awaiting_dispatch", "unclear_owner", DISPATCHER),
    ("handling", "dispatch_within", {}),
    ("called", "acknowledge", {"commander": "b"}),
    ("handling", "escalate", COMMANDER),
)
