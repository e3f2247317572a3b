"""The trials: the files that keep the records, which of them is current, and what was published."""
