"""Trying rules before they are in force: paths, a city on a virtual clock, and what-if."""
