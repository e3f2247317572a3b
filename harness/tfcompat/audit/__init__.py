"""The audit: plans, trials, index, table and published files held against each other; each hole is a sentence."""
