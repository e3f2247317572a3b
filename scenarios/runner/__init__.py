"""What runs inside a cell: the program that a sandbox starts, and the pytest plugin that records what happens."""
