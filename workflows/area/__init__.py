"""How the tree of areas is changed: single orders, imports with a dry run, grids made or read."""
