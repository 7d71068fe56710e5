"""Areas: the tree of divisions and grids, and the grid of a point."""
