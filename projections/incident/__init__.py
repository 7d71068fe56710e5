"""Read models of incidents: the board, how long things took, and the city's indicators."""
