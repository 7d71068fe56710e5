"""What all pages share: the words and times of the reader, and a page's other forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias
from uuid import uuid4

from flask import Blueprint, Flask, Response, g, request, url_for
from marshmallow import EXCLUDE, Schema
from werkzeug.datastructures import MultiDict

from domain.kernel.codes import AreaCode
from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from web import clocks
from web.access import may_at_all, may_list, may_open, may_open_whistle
from web.account.id_tokens import provider_titles
from web.account.sample import is_sample
from web.acting import Actor, page_actor
from web.again import Unchosen, register_again
from web.city import the_city
from web.languages import LANGUAGES, catalogue, language, named, say, word
from web.naming import Naming
from web.watching import note

Form: TypeAlias = Literal["html", "json", "csv"]
View: TypeAlias = Callable[..., Any]
_CHOICES = re.compile("^Must be one of: ")
_STATIC = Path(__file__).parent / "static"


def register_pages(app: Flask) -> None:
    """Give templates the words, the times, who reads, and where files lie."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=say,
        word=word,
        named=named,
        when=clocks.time_tag,
        exact=clocks.exact,
        lasting=clocks.lasting,
        worked=clocks.worked,
        due_words=clocks.due_words,
        in_city_time=clocks.in_city_time,
        reason=reason,
        finding=finding,
        asset=asset,
        here=here,
        may_list=may_list,
        may_open=may_open,
        may_open_whistle=may_open_whistle,
        new_key=new_key,
        language=language,
        languages=LANGUAGES,
        actor=page_actor,
        is_sample=is_sample,
        is_for=is_for,
        providers=provider_titles,
        other_form=other_form,
        my_name=my_name,
        number_of=incident_number,
        translated_reason=translated,
        now=lambda: the_city().now(),
    )
    app.jinja_env.filters["area_code"] = AreaCode
    register_again(app)
    app.after_request(keep_assets)


def in_forms(blueprint: Blueprint, path: str, *forms: Form) -> Callable[[View], View]:
    """Serve a page at its path, and the same as ``.json`` and ``.csv`` where it has them."""

    def decorator(view: View) -> View:
        for form in ("html", *forms):
            rule = path if form == "html" else f"{path}.{form}"
            name = view.__name__ if form == "html" else f"{view.__name__}_{form}"
            blueprint.add_url_rule(rule, name, view, defaults={"form": form})
        return view

    return decorator


def asked(schema: Schema) -> dict[str, Any]:
    """Read the query of a page; an empty field of a form asks nothing."""
    given = MultiDict(
        (name, value) for name, value in request.args.items(multi=True) if value.strip()
    )
    found: dict[str, Any] = schema.load(given.to_dict(), unknown=EXCLUDE)
    return found


def must_be_somebody() -> Actor:
    """Give who reads; nobody yet is sent to choose (by ``Unchosen``)."""
    actor = page_actor()
    if actor is None:
        raise Unchosen
    g.viewer = actor
    return actor


def local(target: str | None, otherwise: str) -> str:
    """Give a target that stays on this server.

    >>> local("//elsewhere.example", "/"), local("/board?light=soon", "/")
    ('/', '/board?light=soon')
    """
    is_ours = target and target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if target and is_ours and target.isprintable() else otherwise


def here(**changes: object) -> str:
    """Give the address of this page with some words of its query changed; None takes one out."""
    query = {**request.args.to_dict(), **changes}
    query.pop("after", None) if "after" not in changes else None
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept})


def other_form(form: Form, **changes: object) -> str:
    """Give the address of this page in another form, with the same query."""
    view = (request.endpoint or "").removesuffix("_json").removesuffix("_csv")
    query = {**request.args.to_dict(), **changes}
    values = {name: value for name, value in (request.view_args or {}).items() if name != "form"}
    return url_for(view if form == "html" else f"{view}_{form}", **{**values, **query})


def reason(refusal: Refused) -> str:
    """Say why not in the reader's language; what has no translation stays as it was said."""
    note(refusal.code)
    unmet = refusal.facts.get("unmet")
    if isinstance(unmet, list):
        return " ".join(say(str(sentence)) for sentence in unmet)
    found = catalogue(language()).get(f"refusal.{refusal.code}")
    return found.format(**refusal.facts) if found else refusal.reason


def finding(name: str, found: object) -> str:
    """Say what is wrong with a field: ``found`` is what a schema or a view said of it.

    >>> _CHOICES.sub("", "Must be one of: open, over.")
    'open, over.'
    """
    said = found if isinstance(found, (list, tuple)) else [found]
    words = " ".join(_found(str(one)) for one in said)
    return words if name.startswith("_") else f"{word('form', name)}: {words}"


def _found(sentence: str) -> str:
    if _CHOICES.match(sentence):
        return say("Must be one of: {choices}.", choices=_CHOICES.sub("", sentence).rstrip("."))
    return say(sentence)


def translated(problem: Mapping[str, Any]) -> str:
    """Say a problem in the reader's language."""
    return reason(Refused(problem["code"], problem["reason"], **problem["facts"]))


def is_for(action: str) -> bool:
    """Tell whether who reads may do something somewhere, by the role and where it is held."""
    actor = page_actor()
    return actor is not None and may_at_all(action, actor)


def my_name() -> str:
    """Name who reads: the person, and the role acted in."""
    actor = page_actor()
    if actor is None:
        return ""
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        return f"{naming.person(actor.handle)} · {naming.role(actor.role)}"


def new_key() -> str:
    """Give a form the id of the command it will send: sent twice, it is done once."""
    return str(uuid4())


@cache
def asset(name: str) -> str:
    """Give the address of a file, with its digest so that it may be kept for a year."""
    digest = sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=digest)


def keep_assets(answer: Response) -> Response:
    """Let browsers keep files that are named with their digest."""
    if request.endpoint == "static" and request.args.get("v"):
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
