"""The two suites of the save/load grid: what one release writes, the others read."""
