"""What every capability is made of: facts, records, acts, steps, refusals, codes and ids."""
