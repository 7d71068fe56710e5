"""Administration: people, units, areas, rules and accounts of one's own area."""
