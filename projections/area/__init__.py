"""The tree of areas as pages ask for it: names on a day, children, places, the grid of a point."""
