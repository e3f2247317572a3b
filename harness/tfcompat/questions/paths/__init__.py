"""Import paths: the fewest that find a name on a whole range of releases, as code to paste."""
