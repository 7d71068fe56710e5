"""Who may do what: one table, and one pure function over it."""
