"""The page of administrators: who serves in the area, and how their accounts stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from domain.account.account import Account
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.roles import ROLES
from projections.area.around import around
from projections.people.queries import PostRow, posts_of, serving
from web.access import may_see, must_see, viewer
from web.account.proving import account_of
from web.admin import accounts
from web.admin.carrying import Wish, carried_by, why_given
from web.admin.drawing import drawing_of
from web.admin.places import places_of
from web.city import the_city, today
from web.naming import Naming
from web.ordering import LONGEST_WAIT, usable_command_id
from web.pages import must_be_somebody
from web.statuses import status_of
from workflows.account.standing import Standing, standing_of
from workflows.reasons import LONGEST_REASON

blueprint = Blueprint("keeping", __name__, url_prefix="/admin")
PAGE = 40
OFFERED = {
    "none": ("open",),
    "opened": ("invite", "disable"),
    "invited": ("invite", "disable"),
    "ready": ("reset", "disable"),
    "disabled": ("enable",),
}
"""What may be ordered of an account as it stands; who is offered what is no rule, only a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One person on the page; ``orders`` is empty where somebody above keeps the account."""

    handle: str
    name: str
    posts: list[tuple[str, str]]
    standing: Standing
    account: Account
    orders: tuple[str, ...]


@blueprint.route("")
def show() -> Any:
    """Show the people of the area, by handle."""
    must_be_somebody()
    return _page()


@blueprint.route("/accounts/<handle>/<what>", methods=["POST"])
def change(handle: str, what: str) -> Any:
    """Order something of an account; a link that was made is shown this once."""
    if what in accounts.PURPOSES:
        return _ordered(handle, lambda carry: accounts.link(handle, what, carry))
    if what in accounts.PLAIN:
        return _ordered(handle, lambda carry: accounts.change(handle, what, carry))
    raise Refused("no-such-order", "An account knows no such order. Go back and choose one.")


@blueprint.route("/accounts/<handle>/keys", methods=["POST"])
def revoke(handle: str) -> Any:
    """Take a key back."""
    key = request.form.get("name", "")
    return _ordered(handle, lambda carry: accounts.revoke_key(handle, key, carry))


@blueprint.route("/accounts/<handle>/factors", methods=["POST"])
def lose(handle: str) -> Any:
    """Take a second factor away."""
    factor = request.form.get("name", "")
    return _ordered(handle, lambda carry: accounts.lose_factor(handle, factor, carry))


def _ordered(handle: str, order: Callable[[accounts.Carry], dict[str, Any]]) -> Any:
    actor = must_be_somebody()

    def carry(wished: Callable[[], Wish]) -> dict[str, Any]:
        key = usable_command_id(request.form.get("key", ""))
        return carried_by(actor, wished, key=key, wait=LONGEST_WAIT, reason=why_given())

    try:
        told = order(carry)
    except Refused as refusal:
        return _page(refusal=refusal), status_of(refusal)
    if told.get("secret"):
        link = request.host_url.rstrip("/") + str(told["secret"])
        answer = Response(_page(link=link, of=handle))
        answer.headers["Cache-Control"] = "no-store"
        return answer
    query: dict[str, Any] = {
        name: request.values.get(name) or None for name in ("area", "role", "after")
    }
    return redirect(url_for("keeping.show", **query, _anchor=handle), 303)


def _page(*, refusal: Refused | None = None, link: str = "", of: str = "") -> str:
    wanted = request.values.get("area") or None
    area = AreaCode(wanted) if wanted else viewer().area
    must_see(accounts.KEEP, area)
    role, after = request.values.get("role") or None, request.values.get("after") or None
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        found = serving(conn, area, today(), role=role, after=after, limit=PAGE + 1)
        posts = {handle: posts_of(conn, handle, today()) for handle in found[:PAGE]}
        people = [_shown(handle, held, naming) for handle, held in posts.items()]
        known = [(name, naming.role(name)) for name in ROLES]
        near = around(conn, area, today())
        return render_template(
            "admin.html",
            people=people,
            area=area,
            longest=LONGEST_REASON,
            where=naming.area(area),
            roles=known,
            role=role or "",
            after=after or "",
            refusal=refusal,
            link=link,
            of=of,
            more=found[PAGE - 1] if len(found) > PAGE else None,
            since=near.since,
            drawing=drawing_of(area, near, naming.look_up(areas=near.below)),
        )


def _shown(handle: str, held: list[PostRow], naming: Naming) -> Shown:
    account = account_of(handle)
    standing = standing_of(account, handle, the_city().now())
    mine = all(may_see(accounts.KEEP, where) for where in places_of(handle))
    return Shown(
        handle=handle,
        name=naming.person(handle),
        posts=[(naming.role(post.role), _where(post, naming)) for post in held],
        standing=standing,
        account=account,
        orders=OFFERED[standing.state] if mine else (),
    )


def _where(post: PostRow, naming: Naming) -> str:
    unit = naming.unit(post.unit) if post.unit else ""
    return " · ".join(part for part in (unit, naming.area(post.area) if post.area else "") if part)
