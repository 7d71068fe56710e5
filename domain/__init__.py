"""Pure facts and rules of the city: no database, no web, no clock of its own."""
