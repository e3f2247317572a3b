"""What a run does in each cell: which outcomes are still valid and reused, and what is new and runs."""
