"""Evidence: photos sent, made harmless, kept, shown to who may see the case, and blurred."""
