"""Sending notices: who is told over which channel, and that each word arrives at least once."""
