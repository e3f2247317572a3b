"""Repeated runs: the settings in which a cell runs again, what differs between them, and what is known to."""
