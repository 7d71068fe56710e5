"""Whistles over HTTP: blow one, answer it, judge it, and read how it stands."""
