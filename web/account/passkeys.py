"""Passkeys as second factor (WebAuthn level 2): the browser signs what the server drew."""

from __future__ import annotations

from urllib.parse import urlsplit

import webauthn
from flask import request
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain.account.account import Account
from domain.account.credentials import PASSKEY
from domain.kernel.refusals import Refused
from ledger.sessions import Session
from web.account.proving import Tries
from web.city import the_city

NAME = "Gridward"


def wish_to_register(account: Account, session: Session) -> str:
    """Give what the browser needs to make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=NAME,
        user_id=account.id.bytes,
        user_name=account.handle,
        exclude_credentials=_known(account),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    the_city().sessions.challenge(session, options.challenge)
    return webauthn.options_to_json(options)


def registered(session: Session, answer: str) -> tuple[str, str]:
    """Give id and public key of a passkey just made (base64url); refuses ``passkey-not-good``."""
    try:
        proved = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=_challenge(session),
            expected_rp_id=_host(),
            expected_origin=_origin(),
        )
    except (WebAuthnException, ValueError) as error:
        raise _not_good() from error
    return bytes_to_base64url(proved.credential_id), bytes_to_base64url(
        proved.credential_public_key
    )


def wish_to_prove(account: Account, session: Session) -> str:
    """Give what the browser needs to prove a passkey, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        allow_credentials=_known(account),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    the_city().sessions.challenge(session, options.challenge)
    return webauthn.options_to_json(options)


def prove(account: Account, session: Session, answer: str) -> None:
    """Take the browser's proof; one that does not fit counts as a wrong code does.

    Refuses ``too-many-tries`` and ``passkey-not-good``, also for a copied authenticator.
    """
    tries = Tries(handle=account.handle)
    tries.must_not_wait()
    try:
        _must_fit(account, session, answer)
    except Refused:
        tries.failed()
        raise
    tries.succeeded()


def _must_fit(account: Account, session: Session, answer: str) -> None:
    factors = the_city().factors
    try:
        name = webauthn.helpers.parse_authentication_credential_json(answer).id
        factor = account.factor(name)
        if factor is None or factor.public_key is None:
            raise _not_good()
        proved = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=_challenge(session),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=base64url_to_bytes(factor.public_key),
            credential_current_sign_count=factors.last(account.handle, name) or 0,
        )
    except (WebAuthnException, ValueError) as error:
        raise _not_good() from error
    counted = proved.new_sign_count
    if counted and not factors.use(account.handle, name, counted):
        raise _not_good()


def _known(account: Account) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(factor.name))
        for factor in account.factors
        if factor.kind == PASSKEY
    ]


def _challenge(session: Session) -> bytes:
    found = the_city().sessions.take_challenge(session)
    if found is None:
        raise _not_good()
    return found


def _host() -> str:
    return urlsplit(request.host_url).hostname or ""


def _origin() -> str:
    return request.host_url.rstrip("/")


def _not_good() -> Refused:
    return Refused("passkey-not-good", "This passkey could not be checked. Try it once more.")
