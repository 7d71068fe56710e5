"""Accounts: opened by administrators, kept by the people themselves."""
