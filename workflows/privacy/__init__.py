"""Orders about personal data, and what carries them out."""
