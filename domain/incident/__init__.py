"""Incidents: reported in a grid, moved by their workflow, closed with an outcome."""
