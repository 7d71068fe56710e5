"""Binding identities of sign-in providers to people of the roster."""

from __future__ import annotations

from domain.account.account import Account, account_id
from domain.account.identity import Identity
from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from ledger.ledger import Answer
from workflows.account.commands import BindIdentity, UnbindIdentity
from workflows.account.handlers import must_keep
from workflows.claiming import changing
from workflows.office import Office


def change_identity(command: BindIdentity | UnbindIdentity, office: Office, act: Act) -> Answer:
    """Bind an identity to a person, or free it; the person's account must be there."""
    claim = changing(command, act.command_id, stream=command.identity)
    if answer := office.records.answered(command.identity, claim):
        return answer
    must_keep(command, office, act)
    account = office.records.load(Account, account_id(command.handle))
    if not account.usable:
        reason = f"{command.handle} has no account, or it is disabled. Open it first."
        raise Refused("no-such-account", reason, handle=command.handle)
    identity = office.records.load(Identity, command.identity)
    if isinstance(command, BindIdentity):
        identity.bind(act, handle=command.handle, provider=command.provider)
    elif identity.handle == command.handle:
        identity.unbind(act)
    return office.records.save(identity, claim=claim)


HANDLERS = dict.fromkeys((BindIdentity, UnbindIdentity), change_identity)
