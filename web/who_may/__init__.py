"""The page of who may do what, told from the table itself."""
