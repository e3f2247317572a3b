"""The index: every outcome of every trial file as columns, so that a trial is read once and never again."""
