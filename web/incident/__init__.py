"""Incidents: reported, moved step by step, shown on the board, told as a story, measured."""
