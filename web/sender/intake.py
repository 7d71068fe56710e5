"""Taking a signed message: who signed it, whether it may, and the case it opens, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request
from marshmallow import ValidationError

from domain.kernel.ids import incident_number
from domain.kernel.refusals import Refused
from domain.sender.sender import Sender, sender_id
from web.acting import actor_of, within
from web.area.finding import place_at
from web.city import the_city
from web.incident.api import act_of_report, report_command
from web.ordering import Done, carry_out, moment, wait_wished
from web.sender.pictures import add_picture, picture_in
from web.sender.schemas import MessageIn
from web.sender.signing import Message, message_of, must_be_signed

if TYPE_CHECKING:
    from workflows.incident.commands import ReportIncident

LONGEST_MESSAGE = 64 * 1024
_FORM = MessageIn()


def taken(code: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Take a message; refuses ``signature-not-good`` before anything of it is read."""
    now = the_city().now()
    sender = the_city().ledger.load(Sender, sender_id(code))
    message = message_of(request.headers, request.get_data())
    must_be_signed(message, _secrets(sender), at=now)
    sender.must_take(now)
    data = _read(message)
    done, photo = _taken(sender, message, data, data.pop("picture", None))
    told = {"id": done.stream, "number": incident_number(done.stream), "version": done.version}
    told["photo"] = photo
    return told, 200 if done.repeated else 201, done.headers


def _secrets(sender: Sender) -> list[str]:
    """Give the keys that are good now; none where nobody is registered under the code."""
    keys = sender.good_keys(the_city().now())
    words = the_city().ledger.words_of([sender.id]) if keys else {}
    return [words[sender.id, key.version, "secret"] for key in keys]


def _read(message: Message) -> dict[str, Any]:
    given = request.get_json(silent=True)
    if len(message.body) - _length_of_picture(given) > LONGEST_MESSAGE:
        reason = f"Without its picture a message has at most {LONGEST_MESSAGE // 1024} kB."
        raise Refused("message-too-long", reason)
    if not isinstance(given, dict):
        raise Refused("malformed-json", "The body is no JSON object. Correct it and send it again.")
    try:
        found: dict[str, Any] = _FORM.load(given)["data"]
    except ValidationError as error:
        reason = "Some fields are missing, wrong or unknown; correct those named and sign it anew."
        raise Refused("fields-invalid", reason, fields=error.messages) from None
    return found


def _length_of_picture(given: object) -> int:
    data = given.get("data") if isinstance(given, dict) else None
    picture = data.get("picture") if isinstance(data, dict) else None
    return len(picture) if isinstance(picture, str) else 0


def _taken(
    sender: Sender, message: Message, data: dict[str, Any], written: str | None
) -> tuple[Done, str | None]:
    """Report, and add the picture; one that is refused leaves nothing reported.

    A message that was cut off between the two adds its picture when it is sent again.
    """
    command = _command(sender, data)
    assert sender.area is not None  # noqa: S101  # a registered sender has one
    actor = within(actor_of(sender.handle, sender.role), sender.area)
    key, at = f"hook:{sender.code}:{message.id}", moment(data.get("happened_at"))
    act = act_of_report(command, actor, key=key, at=at)
    picture = picture_in(written, actor, key)
    try:
        done = carry_out(command, act, wait=0 if picture else wait_wished())
        if picture:
            wait = wait_wished()
            add_picture(done.stream, picture, actor, area=command.area, key=key, wait=wait)
    except Refused as refusal:
        if refusal.code != "command-id-reused":
            raise
        reason = "This webhook-id came before with another content. Give each message its own."
        raise Refused("message-id-reused", reason) from None
    return done, picture.photo if picture else None


def _command(sender: Sender, data: dict[str, Any]) -> ReportIncident:
    point, reference = data.get("place"), data.get("reference")
    command = report_command(
        area=data.get("area"),
        place=place_at(point["lon"], point["lat"]) if point else None,
        category=data["category"],
        source=sender.channel,
        words=data.get("words"),
        workflow=sender.workflow,
        reference=f"{sender.code}/{reference}" if reference else None,
    )
    sender.must_report(command.category, command.area)
    return command
