"""The commands that make, lock, list and remove environments."""
