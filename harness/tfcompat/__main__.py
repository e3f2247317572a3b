"""``python -m tfcompat``: the same as the command ``tfcompat``."""

from tfcompat.cli import main

main()
