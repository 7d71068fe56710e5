"""Drawing a definition: as Mermaid text, and as a picture of our own with figures and paths."""
