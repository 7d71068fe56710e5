"""Publishing rules: read from the book, checked, recorded as facts."""
