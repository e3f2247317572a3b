"""Tests of repeated runs."""
