"""Saying what is not as a scenario expects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def differs(what: str, wanted: object, is_now: object) -> str | None:
    """Say it in a sentence; None where all is as it should be."""
    return None if wanted == is_now else f"{what} should be {said(wanted)} but is {said(is_now)}."


def said(value: object) -> str:
    """Write a value as a clerk reads it."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {said(one)}" for key, one in value.items()) or "none"
    if isinstance(value, Sequence):
        return ", ".join(said(one) for one in value) or "none"
    return "none" if value is None else str(value)
