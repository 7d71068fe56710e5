"""What each role may do, written by hand: the other half of the account. It imports nothing.

A cell names where an action is open, as seen from the post: ``o`` its own area, ``b`` below it,
``a`` above, ``s`` a sibling, ``f`` far off; ``!`` wherever the matter is one's own; ``-`` nowhere.
"""

ROLES = (
    "grid_member",
    "handler",
    "acceptor",
    "duty_leader",
    "dispatcher",
    "commander",
    "hotline",
    "supervisor",
    "auditor",
    "administrator",
)

#                                  member handler accept duty  disp  comm  hotl  super audit admin
EXPECTED = {
    "look at a case":             ("ob!", "!",    "ob",  "ob", "ob", "ob", "ob", "ob", "ob", "-"),
    "read a timeline":            ("ob!", "!",    "ob",  "ob", "ob", "ob", "ob", "ob", "ob", "-"),
    "look at the board":          ("ob",  "obasf", "ob", "ob", "ob", "ob", "ob", "ob", "ob", "-"),
    "look at indicators":         ("ob",  "ob",   "ob",  "ob", "ob", "ob", "ob", "ob", "ob", "ob"),
    "look at durations":          ("ob",  "ob",   "ob",  "ob", "ob", "ob", "ob", "ob", "ob", "ob"),
    "look at people":             ("oba",) * 10,
    "look at units":              ("obasf",) * 10,
    "look at an area":            ("obasf",) * 10,
    "list whistles":              ("-",   "obasf", "ob", "ob", "ob", "ob", "ob", "ob", "ob", "-"),
    "list senders":               (*("-",) * 9, "ob"),
    "report":                     ("ob",  "-",    "ob",  "ob", "ob", "ob", "-",  "-",  "-",  "-"),
}  # fmt: skip

# What may be read of a case that one sees: while it is open, and after it has ended.
WORDS_SEEN = {
    "grid_member": (True, False),
    "handler": (True, False),
    "acceptor": (True, True),
    "duty_leader": (True, True),
    "dispatcher": (True, True),
    "commander": (True, True),
    "hotline": (True, True),
    "supervisor": (True, True),
    "auditor": (True, True),
}
