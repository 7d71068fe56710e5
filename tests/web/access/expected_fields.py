"""What each role reads of a case that it may look at, written by hand; it imports nothing.

First while the case is open, then once it has ended. Handlers look at a case of their unit.
"""

ALL = {"place", "reporter", "words"}

CASE = {
    "grid_member": ({"place", "words"}, {"place"}),
    "handler": ({"place", "words"}, {"place"}),
    "acceptor": (ALL, ALL),
    "duty_leader": (ALL, ALL),
    "dispatcher": (ALL, ALL),
    "commander": (ALL, ALL),
    "hotline": (ALL, ALL),
    "supervisor": (ALL, ALL),
    "auditor": (ALL, ALL),
}

# Whether the story names who did what: the reporter's first fact, and the others.
NAMES = {
    "grid_member": ({"others"}, set()),
    "handler": ({"others"}, set()),
    **{
        role: ({"reporter", "others"}, {"reporter", "others"})
        for role in ("acceptor", "duty_leader", "dispatcher", "commander", "hotline",
                     "supervisor", "auditor")
    },
}  # fmt: skip
