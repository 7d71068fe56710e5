"""What can be wrong with a definition, found before it can do harm."""
