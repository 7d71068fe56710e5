"""Sheets of reports: tried out first, then recorded row by row."""
