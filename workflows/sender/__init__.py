"""Registering senders, and giving them keys."""
