"""Scanning: the normalization APIs and traps in a user's code, by its syntax alone, and on which releases each works."""
