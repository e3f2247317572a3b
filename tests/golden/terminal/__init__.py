"""Terminal output as it has to be, a file a screen; TFCOMPAT_ACCEPT=terminal writes what is there now."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent


def is_golden(name: str, text: str) -> bool:
    """Whether a text is the one that was accepted under a name."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("TFCOMPAT_ACCEPT") == "terminal":
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text
