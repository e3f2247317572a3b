"""The commands that derive reports, merge runs and publish them."""
