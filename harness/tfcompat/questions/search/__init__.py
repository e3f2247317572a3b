"""Searching: a pasted error, traceback, import or question, and the answers that the table has to it, the best first."""
