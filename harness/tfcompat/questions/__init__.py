"""Answers to questions, as pure functions of the table."""
