"""Two sides, what changed between them, and whether the newer one may be published."""
