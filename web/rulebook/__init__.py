"""The rule book: workflows and categories as they were published."""
