"""Many orders in one request, each carried out by itself."""
