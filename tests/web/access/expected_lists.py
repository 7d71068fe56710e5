"""Who may open which list, page and form, and who may order what of an area; written by hand.

It imports nothing. Cells stand by role as in ``expected_cases``; what is asked of is an area, or
somebody or something that lies in it.
"""

ANYWHERE = "obaspf"

#           member    handler   accept duty  disp  comm  hotl  super audit admin
ALL =      (ANYWHERE,) * 10  # fmt: skip
BOARD =    ("ob",     ANYWHERE, "ob",  "ob", "ob", "ob", "ob", "ob", "ob", "-")  # fmt: skip
WHISTLES = ("-",      ANYWHERE, "ob",  "ob", "ob", "ob", "ob", "ob", "ob", "-")  # fmt: skip
MEASURES = ("ob",) * 10  # fmt: skip
PEOPLE =   ("oba",) * 10  # fmt: skip
SNAGS =    ("-",) * 7 + (ANYWHERE,) * 3  # fmt: skip
REPORT =   ("ob",     "-",      "ob",  "ob", "ob", "ob", "-",  "-",  "-",  "-")  # fmt: skip
CALL =     ("-", "-", "ob", *("-",) * 3, "ob", *("-",) * 3)  # fmt: skip
KEEPER =   ("-",) * 9 + ("ob",)  # fmt: skip
ENROL =    ("-",) * 9 + (ANYWHERE,)  # fmt: skip
SHEET = (ANYWHERE, "-", *(ANYWHERE,) * 6, "-", "-")
SEEK = ("-", "-", ANYWHERE, ANYWHERE, "-", "-", ANYWHERE, "-", "-", "-")
CHANGED =  ("-",) * 8 + ("ob",) * 2  # fmt: skip
LOOKED =   ("-",) * 7 + ("ob",) * 3  # fmt: skip
NOBODY =   ("-",) * 10  # fmt: skip
NAME =     ("oba",    "oba",    "oba", "oba", "oba", "oba", "oba", "oba", "oba", "oba")  # fmt: skip

LISTS = {
    "GET /api/v1/incidents": BOARD,
    "GET /board": BOARD,
    "GET /board.json": BOARD,
    "GET /board.csv": BOARD,
    "GET /api/v1/whistles": WHISTLES,
    "GET /whistles": WHISTLES,
    "GET /whistles.json": WHISTLES,
    "GET /whistles.csv": WHISTLES,
    "GET /api/v1/indicators": MEASURES,
    "GET /api/v1/durations": MEASURES,
    "GET /api/v1/requests": MEASURES,
    "GET /api/v1/responses": MEASURES,
    "GET /times": MEASURES,
    "GET /times.json": MEASURES,
    "GET /times.csv": MEASURES,
    "GET /workflows": MEASURES,
    "GET /workflows/<reference>": MEASURES,
    "GET /workflows/<reference>.csv": MEASURES,
    # The definition alone: it counts nothing.
    "GET /workflows/<reference>.json": ALL,
    "GET /api/v1/workflows": ALL,
    "GET /api/v1/workflows/<reference>": ALL,
    "GET /api/v1/categories": ALL,
    "GET /api/v1/people": PEOPLE,
    "GET /api/v1/units": ALL,
    "GET /api/v1/calls/alike": CALL,
    "GET /api/v1/areas": ALL,
    "GET /api/v1/areas/<code>": ALL,
    "GET /api/v1/areas/<code>/children": ALL,
    "GET /api/v1/areas/<code>/outline": ALL,
    "GET /areas": ALL,
    "GET /areas/<code>": ALL,
    "GET /areas/<code>.json": ALL,
    "GET /areas/<code>.csv": ALL,
    "GET /api/v1/whoami": ALL,
    "GET /api/v1/snags": SNAGS,
    "GET /api/v1/admin/accounts": KEEPER,
    "GET /api/v1/admin/changes": CHANGED,
    "GET /admin": KEEPER,
    "GET /admin/outline": KEEPER,
    "GET /account": ALL,
    # The table itself, and one's own posts.
    "GET /rights": ALL,
    "GET /rights.json": ALL,
    "GET /rights.csv": ALL,
    "GET /report": ALL,
    "GET /report/sheet": SHEET,
    "GET /hotline": SHEET,
    # An empty form; who may not look is told so by it.
    "GET /callers": ALL,
    "GET /api/v1/admin/senders": KEEPER,
    "GET /api/v1/people/<handle>/searches": LOOKED,
}

ORDERS = {
    "POST /api/v1/incidents": REPORT,
    "POST /report": REPORT,
    "POST /api/v1/people/<handle>/reveal": NAME,
    # Each row of a sheet and each order of many is asked as one sent alone.
    "POST /api/v1/incidents/sheet": ALL,
    "POST /report/sheet": SHEET,
    "POST /hotline": SHEET,
    "POST /callers": SEEK,
    "POST /api/v1/bulk": ALL,
    "POST /api/v1/bulk/photos": ALL,
    "POST /api/v1/searches": SEEK,
    "POST /account/data": ALL,
    "POST /account/role": ALL,
    "POST /account/password": ALL,
    "POST /account/totp": ALL,
    "POST /account/passkey": ALL,
    "POST /account/passkey/wish": ALL,
    "POST /account/factor/remove": ALL,
    "POST /account/keys": ALL,
    "POST /account/keys/revoke": ALL,
    "POST /account/sign-out-everywhere": ALL,
    "POST /api/v1/admin/people": ENROL,
    "POST /api/v1/admin/people/<handle>/roles": KEEPER,
    "POST /api/v1/admin/people/<handle>/roles/end": KEEPER,
    "POST /api/v1/admin/people/<handle>/leave": KEEPER,
    "POST /api/v1/admin/people/<handle>/absences": KEEPER,
    "POST /api/v1/admin/people/<handle>/back": KEEPER,
    "POST /api/v1/admin/people/<handle>/duties": KEEPER,
    "POST /api/v1/admin/duties/<int:number>/end": KEEPER,
    "POST /api/v1/admin/units": KEEPER,
    "POST /api/v1/admin/units/<code>/categories": KEEPER,
    "POST /api/v1/admin/units/<code>/close": KEEPER,
    "POST /api/v1/admin/senders": KEEPER,
    "POST /api/v1/admin/senders/<code>/key": KEEPER,
    "POST /api/v1/admin/senders/<code>/revise": KEEPER,
    "POST /api/v1/admin/senders/<code>/end": KEEPER,
    "POST /api/v1/admin/areas": KEEPER,
    "POST /api/v1/admin/areas/<code>/rename": KEEPER,
    "POST /api/v1/admin/areas/<code>/move": KEEPER,
    "POST /api/v1/admin/areas/<code>/merge": KEEPER,
    "POST /api/v1/admin/areas/<code>/close": KEEPER,
    "POST /api/v1/admin/areas/<code>/outline": KEEPER,
    "POST /admin/outline": KEEPER,
    # Rules hold in the whole city: whoever keeps less of it publishes none.
    "POST /api/v1/admin/rules/<kind>/<name>": NOBODY,
    "POST /api/v1/admin/accounts/<handle>/<what>": KEEPER,
    "POST /api/v1/admin/accounts/<handle>/keys": KEEPER,
    "POST /api/v1/admin/accounts/<handle>/keys/<key>/revoke": KEEPER,
    "POST /api/v1/admin/accounts/<handle>/factors/<factor>/remove": KEEPER,
    "POST /admin/accounts/<handle>/<what>": KEEPER,
    "POST /admin/accounts/<handle>/keys": KEEPER,
    "POST /admin/accounts/<handle>/factors": KEEPER,
}

# Open to whoever comes, without a session: they ask for a password, a key or a link themselves.
OPEN = (
    "GET /",
    "GET /static/<path:filename>",
    "GET /diagram.css",
    "GET /health",
    "GET /metrics",
    "GET /api/v1/openapi.json",
    "GET /reference",
    "POST /language",
    "POST /who",
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/factor",
    "POST /sign-in/factor",
    "POST /sign-in/passkey",
    "POST /sign-in/with/<name>",
    "GET /sign-in/with/<name>/back",
    "POST /sign-out",
    "GET /link/<handle>/<secret>",
    "POST /link/<handle>/<secret>",
    "GET /follow/<token>",
    "POST /follow/<token>/rate",
    "POST /follow/<token>/erasure",
    "POST /follow/<token>/data",
    "POST /api/v1/intake/<sender>",
    "GET /open311/discovery.<any(json, xml):form>",
    "GET /open311/v2/services",
    "GET /open311/v2/services.<any(json, xml):form>",
    "GET /open311/v2/services/<code>",
    "GET /open311/v2/services/<code>.<any(json, xml):form>",
    "GET /open311/v2/requests",
    "GET /open311/v2/requests.<any(json, xml):form>",
    "POST /open311/v2/requests",
    "POST /open311/v2/requests.<any(json, xml):form>",
    "GET /open311/v2/requests/<incident>",
    "GET /open311/v2/requests/<incident>.<any(json, xml):form>",
    "GET /open311/v2/tokens/<token>",
    "GET /open311/v2/tokens/<token>.<any(json, xml):form>",
    "GET /open311/v2/servicerequestupdates",
    "GET /open311/v2/servicerequestupdates.<any(json, xml):form>",
    "POST /open311/v2/servicerequestupdates",
    "POST /open311/v2/servicerequestupdates.<any(json, xml):form>",
)
