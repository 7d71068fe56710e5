"""Accounts: how a person of the roster proves who it is; no secret ever stands in a fact."""
