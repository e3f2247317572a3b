"""The commands that run the user's own code."""
