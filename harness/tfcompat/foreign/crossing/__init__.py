"""Crossing: which distribution decides between two releases, by locks of the one with versions of the other."""
