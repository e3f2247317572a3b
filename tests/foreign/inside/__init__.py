"""Tests of what runs the user's code inside a cell."""
