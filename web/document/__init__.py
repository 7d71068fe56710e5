"""The document of the API: complete with every status, error and example, and a page to read it."""
