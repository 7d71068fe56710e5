"""The tree of areas: five levels, names and places with the days they hold."""
