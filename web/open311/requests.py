"""Requests: a resident's report, sent by another service, and the public's view of what came."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from flask import Response, request, url_for

from domain.kernel.codes import AreaCode
from domain.kernel.places import Place
from domain.kernel.refusals import Refused
from projections.incident.published import PUBLIC, Published, published
from web.account.keys import good_key
from web.acting import Actor, machine_actor
from web.area.finding import place_at
from web.city import the_city
from web.following.token import digest_of, secret_for, token_of
from web.incident.api import act_of_report, report_command
from web.languages import say
from web.open311.asking import (
    MOST_ROWS,
    degrees,
    given_fields,
    given_query,
    invalid,
    must_be_our_jurisdiction,
    required,
    window,
    words_in,
)
from web.open311.rendering import rendered
from web.open311.services import chosen_condition, service_of
from web.open311.standing import CLOSED, OPEN
from web.open311.telling import public_case, told_cases, unknown_request
from web.ordering import KEY, carry_out, usable_command_id
from workflows.incident.answers import LONGEST_WORDS

SCOPE = "report"
OWN_NUMBERS = ("attribute[external_id]", "attribute[fixmystreet_id]")
"""Where a sender's own number of a report may stand: sent again, it is the same report."""
CONTACT = ("first_name", "last_name", "phone", "email")
_LONGEST_NUMBER = 100
_LONGEST_CONTACT = 200
_MOST_IDS = 100


def create() -> Response:
    """Take a report; sent again under its own number or ``Idempotency-Key``, it is taken once."""
    fields = given_fields()
    actor, secret_key = sender(fields)
    must_be_our_jurisdiction(fields)
    command_id = own_id(actor, _own_number(fields))
    service = service_of(required(fields, "service_code"))
    secret = secret_for(secret_key, command_id)
    command = report_command(
        area=_area_in(fields),
        place=_place_in(fields),
        category=service.code,
        source=PUBLIC,
        words=_words_in(fields, service.code),
        contact=_contact_in(fields),
        follow=digest_of(secret),
    )
    act = act_of_report(command, actor, key=command_id, at=the_city().now())
    incident = carry_out(command, act).stream
    link = url_for("following.show", token=token_of(incident, secret), _external=True)
    if "respond-async" in request.headers.get("Prefer", ""):
        return rendered("service_requests", [{"token": incident.hex}], status=201)
    told = {
        "service_request_id": str(incident),
        "service_notice": say("Follow your report here: {link}", link=link),
        "follow_up": link,
        "account_id": None,
    }
    return rendered("service_requests", [told], status=201)


def listed() -> Response:
    """List what residents reported: at most 90 days and 1,000 rows, the newest first."""
    fields = given_query()
    must_be_our_jurisdiction(fields)
    ids = words_in(fields, "service_request_id")
    if len(ids) > _MOST_IDS:
        raise invalid(f"Ask for at most {_MOST_IDS} ids at once.")
    with the_city().store.reading() as conn:
        # Ids take precedence over everything else, as the specification says.
        found = [public_case(one) for one in ids] or published(conn, _wanted(fields))
        return rendered("service_requests", told_cases(conn, found))


def shown(text: str) -> Response:
    """Show one request, in a list of one."""
    must_be_our_jurisdiction(given_query())
    incident = public_case(text)
    with the_city().store.reading() as conn:
        told = told_cases(conn, [incident])
    if not told:
        raise unknown_request()
    return rendered("service_requests", told)


def token(text: str) -> Response:
    """Give the request that a token stands for: it is there as soon as the token was given."""
    must_be_our_jurisdiction(given_query())
    incident = public_case(text)
    with the_city().store.reading() as conn:
        if not told_cases(conn, [incident]):
            raise Refused("no-such-request-id", "token was not found.")
    told = {"service_request_id": str(incident), "token": text}
    return rendered("service_requests", [told])


def sender(fields: Mapping[str, str]) -> tuple[Actor, str]:
    """Give whom the key in the form stands for, and the key; refuses ``key-not-good``."""
    bearer = request.headers.get("Authorization", "").partition(" ")[2]
    key = (fields.get("api_key") or request.args.get("api_key") or bearer).strip()
    if not key:
        raise Refused("key-not-good", "api_key required")
    return machine_actor(good_key(key), SCOPE), key


def own_id(actor: Actor, number: str | None) -> str:
    """Give the id of the command: that of the sender, apart from those of other senders."""
    given = request.headers.get(KEY) or number
    return usable_command_id(f"open311:{actor.handle}:{given or uuid4()}")


def _own_number(fields: Mapping[str, str]) -> str | None:
    found = next((fields[name] for name in OWN_NUMBERS if fields.get(name, "").strip()), None)
    if found is not None and len(found) > _LONGEST_NUMBER:
        raise invalid(f"{OWN_NUMBERS[0]} has at most {_LONGEST_NUMBER} characters.")
    return found


def _wanted(fields: Mapping[str, str]) -> Published:
    states = words_in(fields, "status")
    if not set(states) <= {OPEN, CLOSED}:
        raise invalid("status is open or closed, or both with a comma.", field="status")
    first, last = window(fields)
    return Published(
        first=first,
        last=last,
        services=words_in(fields, "service_code"),
        open=states[0] == OPEN if len(set(states)) == 1 else None,
        limit=MOST_ROWS,
    )


def _place_in(fields: Mapping[str, str]) -> Place | None:
    lon, lat = degrees(fields, "long", 180), degrees(fields, "lat", 90)
    if (lon is None) != (lat is None):
        raise invalid("lat and long required together")
    return None if lon is None or lat is None else place_at(lon, lat)


def _area_in(fields: Mapping[str, str]) -> AreaCode | None:
    code = fields.get("address_id", "").strip()
    if code:
        return AreaCode(code)
    if not fields.get("lat", "").strip():
        raise invalid("lat and long required, or an address_id: the code of an area")
    return None


def _words_in(fields: Mapping[str, str], code: str) -> str | None:
    """Give the description, with what else describes the matter on lines of its own."""
    condition, media = chosen_condition(fields, code), fields.get("media_url", "").strip()
    if media and not media.startswith(("https://", "http://")):
        raise invalid("media_url begins with https://", field="media_url")
    parts = (fields.get("description", ""), fields.get("address_string", ""), condition, media)
    words = "\n".join(part.strip() for part in parts if part and part.strip())
    if len(words) > LONGEST_WORDS:
        raise invalid(f"description and address together have at most {LONGEST_WORDS} characters.")
    return words or None


def _contact_in(fields: Mapping[str, str]) -> str | None:
    """Give how the resident can be reached, a line each, for the vault."""
    given = {name: fields.get(name, "").strip() for name in CONTACT}
    if any(len(value) > _LONGEST_CONTACT for value in given.values()):
        raise invalid(f"A name, a phone number, an address: {_LONGEST_CONTACT} characters each.")
    return "\n".join(f"{name}: {value}" for name, value in given.items() if value) or None
