"""What a desk at a unit may see and order, written by hand; it imports nothing.

A desk at a unit is held at the unit alone, which serves the street: an acceptor, a dispatcher or an
auditor of the roads department, say. ``at`` is a matter that was given to the unit, or summons it;
``else`` is any other matter of the street that the unit serves.
"""

DESKS = ("acceptor", "duty_leader", "dispatcher", "commander", "hotline", "supervisor", "auditor")

_API, _PAGE = "/api/v1/incidents/<uuid:incident>", "/incidents/<uuid:incident>"

# Open as long as the matter is at the unit; all else is as if it were not there.
SEEN_AT_THE_UNIT = (
    f"GET {_API}",
    f"GET {_API}/timeline",
    f"GET {_API}/followers",
    f"GET {_API}/suggestions",
    f"GET {_API}/whistles",
    f"GET {_API}/photos",
    f"GET {_API}/photos/<photo>",
    f"GET {_PAGE}",
    f"GET {_PAGE}.json",
    f"GET {_PAGE}/timeline",
    f"GET {_PAGE}/timeline.json",
    f"GET {_PAGE}/timeline.csv",
    f"POST {_API}/reveal",
)

# For desks of an area, never for those of a unit.
NEVER = (
    f"GET {_API}/reveals",
    f"POST {_API}/photos/<photo>/original",
    f"POST {_API}/whistles",
)

# What is read of a matter at the unit: while it is open, and once it has ended.
FIELDS = ({"place", "words"}, {"place"})
NAMES: tuple[set[str], set[str]] = ({"others"}, set())

# Lists of matters hold what is at the unit and no more, whatever area is asked for.
LISTS = ("/api/v1/incidents", "/board.json", "/api/v1/whistles", "/whistles.json")
