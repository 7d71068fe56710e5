"""A resident's own page of a case, opened by the link that was given with the report."""
