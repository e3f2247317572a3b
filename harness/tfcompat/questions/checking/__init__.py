"""Checking: whether what is published means what it says, and no measured cell contradicts it."""
