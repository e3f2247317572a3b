"""Mutation: the code changed in small ways, one at a time, and whether a test fails."""
