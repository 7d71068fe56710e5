"""Coarse limits: how much one sender, and one address, may ask in a minute."""
