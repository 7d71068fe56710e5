"""Sign-in: passwords, second factors, sessions, keys of machines."""
