"""Snags: what could not be carried out, for operators."""
