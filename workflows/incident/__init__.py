"""Use cases of an incident: report it, take a step, let a deadline fire."""
