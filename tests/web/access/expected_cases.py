"""Who may look at a case and order what of it, written by hand; it imports nothing.

Each row is a route with its method. Cells stand by role, in the order of ``ROLES``, as in
``expected_steps``: ``o`` own, ``b`` below, ``!`` one's own matter wherever it lies, ``-`` never.
"""

ROLES = ("grid_member", "handler", "acceptor", "duty_leader", "dispatcher", "commander", "hotline",
         "supervisor", "auditor", "administrator")  # fmt: skip

#          member  handler accept duty  disp  comm  hotl  super audit admin
LOOK =    ("ob!", "!",    "ob", "ob", "ob", "ob", "ob", "ob", "ob", "-")  # fmt: skip
PHOTO =   ("!",   "-",    "ob", "ob", "ob", "ob", "ob", "ob", "ob", "-")  # fmt: skip
WATCHED = ("-",   "-",    "-",  "-",  "-",  "-",  "-",  "ob", "ob", "ob")  # fmt: skip
REVEAL =  ("!",   "!",    "ob", "ob", "ob", "ob", "ob", "ob", "ob", "-")  # fmt: skip
HANDS =   ("ob!", "!",    "ob", "ob", "ob", "ob", "-",  "-",  "-",  "-")  # fmt: skip
SEEN =    ("!",   "-",    "ob", "ob", "ob", "ob", "-",  "-",  "-",  "-")  # fmt: skip
UNCOVER = ("-",   "-",    "-",  "ob", "-",  "-",  "-",  "-",  "ob", "-")  # fmt: skip
UNMERGE = ("-",   "-",    "ob", "ob", "ob", "-",  "-",  "-",  "-",  "-")  # fmt: skip
CALL =    ("-",   "-",    "ob", "-",  "-",  "-",  "ob", "-",  "-",  "-")  # fmt: skip
BLOW =    ("-",   "-",    "-",  "o",  "-",  "o",  "-",  "-",  "-",  "-")  # fmt: skip
PASS_ON = ("-",   "-",    "ob", "-",  "-",  "-",  "-",  "-",  "-",  "-")  # fmt: skip

_API, _PAGE = "/api/v1/incidents/<uuid:incident>", "/incidents/<uuid:incident>"

# As long as a case is open; then once it has ended, where that differs.
CASES = {
    f"GET {_API}": (LOOK, LOOK),
    f"GET {_API}/timeline": (LOOK, LOOK),
    f"GET {_API}/followers": (LOOK, LOOK),
    f"GET {_API}/suggestions": (LOOK, LOOK),
    f"GET {_API}/whistles": (LOOK, LOOK),
    f"GET {_API}/photos": (LOOK, LOOK),
    f"GET {_API}/photos/<photo>": (LOOK, PHOTO),
    f"GET {_API}/reveals": (WATCHED, WATCHED),
    f"GET {_PAGE}": (LOOK, LOOK),
    f"GET {_PAGE}.json": (LOOK, LOOK),
    f"GET {_PAGE}/timeline": (LOOK, LOOK),
    f"GET {_PAGE}/timeline.json": (LOOK, LOOK),
    f"GET {_PAGE}/timeline.csv": (LOOK, LOOK),
    f"GET {_PAGE}/photos/<photo>": (LOOK, PHOTO),
    "GET /numbers/<number>": (LOOK, LOOK),
    f"POST {_API}/reveal": (REVEAL, REVEAL),
    # What is called in after the end is a matter of its own.
    f"POST {_API}/calls": (CALL, CALL),
    f"POST {_API}/photos": (HANDS, HANDS),
    f"POST {_API}/photos/<photo>/blur": (HANDS, SEEN),
    f"POST {_API}/photos/<photo>/original": (UNCOVER, UNCOVER),
    f"POST {_PAGE}/photos": (HANDS, HANDS),
    f"POST {_PAGE}/photos/<photo>/blur": (HANDS, SEEN),
    f"POST {_PAGE}/photos/<photo>/original": (UNCOVER, UNCOVER),
}

# In one stage only: the stage, and who.
IN_STAGE = {
    f"POST {_API}/unmerge": ("merged", UNMERGE),
    f"POST {_PAGE}/unmerge": ("merged", UNMERGE),
    f"POST {_API}/whistles": ("accepting", BLOW),
    f"POST {_PAGE}/whistles": ("accepting", BLOW),
    f"POST {_PAGE}/steps/<step>": ("accepting", PASS_ON),
}

# Written step by step in expected_steps.
ELSEWHERE = (f"POST {_API}/steps/<step>",)
