"""The files that readers get, derived from the table."""
