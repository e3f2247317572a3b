"""The suite that runs inside each cell."""
