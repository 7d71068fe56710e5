"""Signed webhooks in: reports of registered senders, and keeping those senders."""
