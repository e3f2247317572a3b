"""The commands that advise by the evidence."""
