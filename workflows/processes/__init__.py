"""Processes: facts in, orders out, each effect once however often the process is killed."""
