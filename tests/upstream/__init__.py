"""What upstream says of itself, by its own tests and by its public API, and whether the rows agree."""
