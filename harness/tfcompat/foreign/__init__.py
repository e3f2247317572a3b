"""The user's own code in cells: a script or pytest files, run in the sandbox of each, and what came of it."""
