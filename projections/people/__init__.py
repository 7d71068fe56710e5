"""The roster as pages ask for it: who holds what, and which unit answers. Handles, never names."""
