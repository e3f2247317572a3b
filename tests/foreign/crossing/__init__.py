"""Tests of crossing two releases."""
