"""The rule book: calendars, categories, limits and workflows, published in numbered versions."""
