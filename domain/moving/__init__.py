"""Moving running cases to another version: a plan, and how far it was carried out."""
