"""Real records of other cities' systems, carried through their life by ordinary commands."""
