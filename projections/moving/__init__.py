"""Read models of plans that move running cases."""
