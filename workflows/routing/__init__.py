"""Routing: which unit a matter is suggested to, and why; the rules are data."""
