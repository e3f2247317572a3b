"""Tests of tfcompat run --repeat."""
