"""What the file of channels may hold, kind by kind; an unknown key is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from ops.notices.mail import PORTS as MAIL_PORTS
from ops.notices.webhook import PORTS, key_of

_LEAST_KEY, _MOST_KEY = 24, 64  # bytes, by the Standard Webhooks scheme
_NAME = validate.Regexp(r"[a-z][a-z0-9-]{0,39}\Z", error="small letters, digits and '-', up to 40")
_SECONDS = validate.Range(1, 30)
_PORT = validate.Range(0, 65_535)
# A line break in one of these would begin a header of its own.
_ONE_LINE = validate.Regexp(r"[^\s\x00-\x1f\x7f]+\Z", error="must not hold blanks or line breaks")
_ADDRESS = validate.And(_ONE_LINE, validate.Regexp(r".+@.+", error="is no e-mail address"))


class ChannelSchema(Schema):
    """What all kinds have; without ``to`` or ``about`` a channel takes everything."""

    name = fields.String(required=True, validate=_NAME)
    to = fields.List(fields.String(), load_default=lambda: ["*"])
    about = fields.List(fields.String(), load_default=lambda: ["*"])


class WebhookSchema(ChannelSchema):
    """A signed POST."""

    url = fields.String(required=True, validate=_ONE_LINE)
    secrets = fields.List(fields.String(), required=True, validate=validate.Length(1, 4))
    allow_private = fields.Boolean(load_default=False)
    seconds = fields.Float(load_default=10.0, validate=_SECONDS)

    @validates_schema
    def _is_sound(self, data: dict[str, Any], **_: Any) -> None:
        """In the open internet a notice goes encrypted or not at all."""
        if not _is_target(data["url"]):
            raise ValidationError("must be https://host/… without user and password", "url")
        if urlsplit(data["url"]).scheme == "http" and not data["allow_private"]:
            raise ValidationError("http:// needs allow_private = true; use https://", "url")
        for secret in data["secrets"]:
            if not _is_secret(secret):
                reason = "must be whsec_ and the base64 of 24 to 64 random bytes"
                raise ValidationError(reason, "secrets")


class MailSchema(ChannelSchema):
    """One mailbox by SMTP."""

    host = fields.String(required=True, validate=_ONE_LINE)
    port = fields.Integer(load_default=0, validate=_PORT)
    security = fields.String(load_default="starttls", validate=validate.OneOf(list(MAIL_PORTS)))
    user = fields.String(load_default="")
    password = fields.String(load_default="")
    sender = fields.String(required=True, validate=_ADDRESS)
    address = fields.String(required=True, validate=_ADDRESS)
    seconds = fields.Float(load_default=10.0, validate=_SECONDS)

    @validates_schema
    def _keeps_the_password(self, data: dict[str, Any], **_: Any) -> None:
        if data["user"] and data["security"] == "none":
            raise ValidationError("a user needs security 'tls' or 'starttls'", "user")


class AppriseSchema(ChannelSchema):
    """Whatever apprise can reach."""

    url = fields.String(required=True, validate=_ONE_LINE)


SCHEMAS: dict[str, type[ChannelSchema]] = {
    "log": ChannelSchema,
    "webhook": WebhookSchema,
    "email": MailSchema,
    "apprise": AppriseSchema,
}


class _KindSchema(Schema):
    class Meta:
        unknown = "include"

    kind = fields.String(required=True, validate=validate.OneOf(list(SCHEMAS)))


class FileSchema(Schema):
    """The file: a list of channels."""

    channel = fields.List(fields.Nested(_KindSchema), load_default=list)


def _is_target(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and parts.scheme in PORTS and parts.username is None and parts.password is None


def _is_secret(secret: str) -> bool:
    try:
        return _LEAST_KEY <= len(key_of(secret)) <= _MOST_KEY
    except ValueError:
        return False
