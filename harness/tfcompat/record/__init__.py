"""The record: what a cell wrote, line by line, and what it says of each scenario."""
