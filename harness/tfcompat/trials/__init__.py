"""The evidence: the lines of a trial, what they mean, and the files that keep them."""
