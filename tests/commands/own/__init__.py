"""Tests of the commands that run the user's own code."""
