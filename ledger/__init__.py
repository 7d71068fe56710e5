"""The immutable log, and what must commit together with it."""
