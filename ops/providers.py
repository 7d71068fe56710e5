"""Reading the file of sign-in providers; a mistake stops the start."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields, post_load, validate

from domain.kernel.refusals import Refused
from ops.settings import LOOPBACK
from web.account.providers import Provider

_NAME = validate.Regexp(r"[a-z][a-z0-9-]{0,39}\Z", error="small letters, digits and '-', up to 40")
_ONE_LINE = validate.Regexp(r"[^\s\x00-\x1f\x7f]+\Z", error="must not hold blanks or line breaks")


class TitleSchema(Schema):
    """What stands on the button."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class ProviderSchema(Schema):
    """One sign-in provider."""

    name = fields.String(required=True, validate=_NAME)
    title = fields.Nested(TitleSchema, required=True)
    issuer = fields.String(required=True, validate=_ONE_LINE)
    client_id = fields.String(required=True, validate=_ONE_LINE)
    client_secret = fields.String(required=True, validate=_ONE_LINE)
    scopes = fields.List(fields.String(validate=_ONE_LINE), load_default=lambda: ["openid"])
    hosts = fields.List(fields.String(validate=_ONE_LINE), load_default=list)
    trusted_handles = fields.Boolean(load_default=False)
    handle_claim = fields.String(load_default="preferred_username", validate=_ONE_LINE)
    second_factor_by_amr = fields.List(fields.String(), load_default=list)
    second_factor_by_acr = fields.List(fields.String(), load_default=list)

    @post_load
    def _sound(self, data: dict[str, Any], **_: Any) -> Provider:
        """Ask for ``https`` everywhere but on this machine, and for the scope ``openid``."""
        parts = urlsplit(data["issuer"])
        encrypted = parts.scheme == "https"
        here = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (encrypted or here) or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValidationError("must be https://host/… without user or query", "issuer")
        if "openid" not in data["scopes"]:
            raise ValidationError("must hold openid", "scopes")
        plain: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in data.items()
        }
        return Provider(**plain)


class FileSchema(Schema):
    """The file."""

    provider = fields.List(fields.Nested(ProviderSchema), load_default=list)


def providers_of(file: str) -> tuple[Provider, ...]:
    """Read the file of ``GRIDWARD_OIDC``; without one people sign in with passwords only.

    Refuses ``providers-not-readable`` and ``providers-malformed``; no value is ever quoted.
    """
    if not file:
        return ()
    try:
        content = tomllib.loads(Path(file).read_text(encoding="utf-8"))
        found: list[Provider] = FileSchema().load(content)["provider"]
    except (OSError, UnicodeError) as error:
        reason = f"The file of sign-in providers {file} cannot be read. Correct GRIDWARD_OIDC."
        raise Refused("providers-not-readable", reason, file=file) from error
    except tomllib.TOMLDecodeError as error:
        raise _malformed(f"it is no TOML: {error}") from error
    except ValidationError as error:
        raise _malformed(_first(error.messages)) from None
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise _malformed("each provider needs a name of its own")
    return tuple(found)


def _first(messages: Any, path: str = "") -> str:
    """Give the first complaint with where it stands."""
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path = f"{path}.{key}" if path else str(key)
    return f"{path}: {messages[0] if isinstance(messages, list) else messages}"


def _malformed(what: str) -> Refused:
    reason = f"The file of sign-in providers (GRIDWARD_OIDC) is not usable: {what}."
    return Refused("providers-malformed", reason)
