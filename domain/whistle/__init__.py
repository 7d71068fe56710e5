"""Whistles: a street summons departments to a case; they sign for it, check in on site, work."""
