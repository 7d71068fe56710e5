"""The roster: people and the roles they hold, units and the categories they answer for."""
