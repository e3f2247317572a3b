"""Tests of the user's own code in cells."""
