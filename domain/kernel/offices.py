"""The words for the roles of the city, as facts and definitions write them."""

from __future__ import annotations

GRID_MEMBER = "grid_member"
ACCEPTOR = "acceptor"
DUTY_LEADER = "duty_leader"
DISPATCHER = "dispatcher"
COMMANDER = "commander"
HANDLER = "handler"
SUPERVISOR = "supervisor"
AUDITOR = "auditor"
HOTLINE = "hotline"
ADMINISTRATOR = "administrator"

WITH_SECOND_FACTOR = frozenset({COMMANDER, AUDITOR, ADMINISTRATOR})
"""Roles in which nobody acts who proved a password alone."""
