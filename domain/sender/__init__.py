"""Senders: devices and partner systems that sign what they report."""
