"""How the roster is changed: people, the roles they hold, units and what they answer for."""
