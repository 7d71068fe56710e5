"""Who may look at a whistle and order what of it, written by hand; it imports nothing.

The whistle was blown by a street. ``!``: it summons the unit of who asks.
"""

#          member handler accept duty  disp  comm  hotl  super audit admin
LOOK =    ("-",   "!",    "ob", "ob", "ob", "ob", "ob", "ob", "ob", "-")  # fmt: skip
PARTY =   ("-",   "!",    "-",  "-",  "-",  "-",  "-",  "-",  "-",  "-")  # fmt: skip
STREET =  ("-",   "-",    "-",  "o",  "-",  "o",  "-",  "-",  "-",  "-")  # fmt: skip
EITHER =  ("-",   "!",    "-",  "o",  "-",  "o",  "-",  "-",  "-",  "-")  # fmt: skip
ABOVE =   ("-",   "-",    "-",  "-",  "-",  "b",  "-",  "-",  "-",  "-")  # fmt: skip

_API, _PAGE = "/api/v1/whistles/<uuid:whistle>", "/whistles/<uuid:whistle>"
_PARTY = f"{_API}/parties/<party>"

# Where its parties stand, and who.
WHISTLES = {
    f"GET {_API}": ("summoned", LOOK),
    f"GET {_PAGE}": ("summoned", LOOK),
    f"GET {_PAGE}.json": ("summoned", LOOK),
    f"POST {_PARTY}/sign-for": ("summoned", PARTY),
    f"POST {_PARTY}/contact": ("signed", PARTY),
    f"POST {_PARTY}/check-in": ("signed", PARTY),
    f"POST {_PARTY}/begin": ("on site", PARTY),
    f"POST {_PARTY}/finish": ("working", PARTY),
    f"POST {_PARTY}/substitute": ("summoned", EITHER),
    f"POST {_PARTY}/withdraw": ("summoned", STREET),
    f"POST {_PARTY}/rate": ("done", STREET),
    f"POST {_API}/confirm": ("done", STREET),
    f"POST {_API}/call-off": ("summoned", STREET),
    f"POST {_API}/approve": ("asked for", ABOVE),
    f"POST {_API}/decline": ("asked for", ABOVE),
    f"POST {_PAGE}/<word>": ("summoned", STREET),
    f"POST {_PAGE}/parties/<party>/<word>": ("summoned", PARTY),
}
