"""The first page: where to go; in a sample city, who to be. And the language of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from domain.kernel.codes import AreaCode
from domain.kernel.offices import ADMINISTRATOR
from domain.kernel.refusals import Refused
from domain.people.roles import ROLES
from projections.people.queries import PostRow, categories_of, holders, roster_page, unit_on
from web.account.entering import enter
from web.account.sample import is_sample, sample_account
from web.acting import actor_of, page_actor
from web.city import Reading, the_city, today
from web.cookies import keep_cookie
from web.languages import COOKIE as LANGUAGE_COOKIE
from web.languages import LANGUAGES
from web.naming import Naming, current_definition
from web.pages import local
from web.people.api import city_code
from web.rulebook.years import year_hints

blueprint = Blueprint("who", __name__)
_YEAR = 365 * 24 * 3600
_EACH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Somebody to be."""

    handle: str
    name: str
    role: str
    role_name: str
    place: str


@blueprint.route("/")
def home() -> Any:
    """Say where to go; in a sample city, choose who to be."""
    target = request.args.get("next")
    try:
        known = current_definition().roles
    except Refused:
        return render_template("empty.html"), 200
    if not is_sample():
        if page_actor() is None:
            return redirect(url_for("entry.sign_in", next=local(target, "/")), 303)
        hints = _year_hints()
        return render_template("home.html", people=None, target=local(target, ""), year_hints=hints)
    roles = [role for role in ROLES if role in known or role == ADMINISTRATOR]
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        people = samples(conn, roles, naming)
    return render_template(
        "home.html", people=people, target=local(target, ""), year_hints=_year_hints()
    )


@blueprint.route("/who", methods=["POST"])
def choose() -> Any:
    """Become somebody of a sample city; refuses ``not-a-sample-city``."""
    if not is_sample():
        raise Refused("not-a-sample-city", "Nobody is chosen here: sign in with your password.")
    actor = actor_of(request.form.get("handle", "").strip(), request.form.get("role", ""))
    answer = redirect(local(request.form.get("next"), url_for("who.home")), 303)
    enter(answer, sample_account(actor.handle), factor=True, role=actor.role)
    return answer


@blueprint.route("/language", methods=["POST"])
def speak() -> Any:
    """Choose the language of the pages."""
    chosen = request.form.get("language", "")
    answer = redirect(local(request.form.get("next"), "/"), 303)
    if chosen in LANGUAGES:
        keep_cookie(answer, LANGUAGE_COOKIE, chosen, seconds=_YEAR)
    return answer


def _year_hints() -> list[str]:
    """Tell who is signed in which years of his area nobody announced."""
    actor = page_actor()
    if actor is None:
        return []
    with the_city().store.reading() as conn:
        return year_hints([current_definition()], actor.area, Naming(conn))


def samples(conn: Reading, roles: list[str], naming: Naming) -> list[Sample]:
    """Give people who can play one case together: those who act for one and the same grid."""
    day = today()
    city = city_code(conn, day)
    if city is None:
        return []
    grid = _a_grid(conn, city, day)
    posts = [post for role in roles for post in _holders(conn, role, grid, city, day)]
    areas = [post.area for post in posts if post.area]
    naming.look_up(areas=areas, people=[post.handle for post in posts])
    return [_sample(post, naming) for post in posts]


def _a_grid(conn: Reading, city: AreaCode, day: date) -> AreaCode:
    found = roster_page(conn, city, day, role="grid_member", limit=1)
    return next((post.area for post in found if post.area), city)


def _holders(conn: Reading, role: str, grid: AreaCode, city: AreaCode, day: date) -> list[PostRow]:
    if role != "handler":
        found = holders(conn, role, grid, day, limit=_EACH)
        return found or roster_page(conn, city, day, role=role, limit=_EACH)
    within = grid.path[min(1, len(grid.path) - 1)]
    near = roster_page(conn, within, day, role=role, limit=200)
    serving = {post.unit: post for post in reversed(near) if _serves(conn, post, grid, day)}
    widest = [(-len(categories_of(conn, unit or "", day)), unit or "") for unit in serving]
    # Of units that answer for as much, the one that the others are inside of comes first.
    return [serving[unit] for _, unit in sorted(widest)[:_EACH]]


def _serves(conn: Reading, post: PostRow, grid: AreaCode, day: date) -> bool:
    unit = unit_on(conn, post.unit or "", day)
    return unit is not None and unit.area.covers(grid) and (not post.area or post.area.covers(grid))


def _sample(post: PostRow, naming: Naming) -> Sample:
    place = naming.path(post.area) if post.area else ""
    return Sample(
        handle=post.handle,
        name=naming.person(post.handle),
        role=post.role,
        role_name=naming.role(post.role),
        place=" · ".join(part for part in (naming.unit(post.unit), place) if part),
    )
