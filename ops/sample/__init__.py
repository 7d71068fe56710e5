"""The sample city: made from a seed, with a history and a life that have the shape of records."""
