"""Rehearsing a workflow in memory: scenarios in the city's words, with time moved by hand."""
