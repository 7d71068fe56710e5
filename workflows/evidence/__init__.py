"""Evidence: photos of a case, added, blurred, and opened unblurred for a reason."""
