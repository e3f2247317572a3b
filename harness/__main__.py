"""``python -m harness``: the same as the command ``tfcompat``."""

from harness.cli import main

main()
