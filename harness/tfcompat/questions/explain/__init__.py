"""Explaining: all that is known of one outcome, where it is so, and the command that measures it again."""
