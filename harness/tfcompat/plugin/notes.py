"""What the plugin is called by, and what it notes of a session, in a form that a worker of pytest-xdist can hand over."""

from dataclasses import asdict, dataclass
from typing import Any

import pytest

#: The mark and the option, what is added to the command that the option runs, and the options of a configuration file.
NAME, OPTIONS, UNKNOWN, EXACT = "tfcompat", "tfcompat_run", "tfcompat_unknown", "tfcompat_exact"


@dataclass(frozen=True, kw_only=True)
class Notes:
    """The mistakes in marks, and what the evidence does not know: a sentence each."""

    mistakes: list[str]
    unknown: list[str]

    def packed(self) -> dict[str, Any]:
        """The arguments that make it again, of types that every worker can send."""
        return asdict(self)


#: The notes of a session, and why a test fails without being run.
NOTES: pytest.StashKey[Notes] = pytest.StashKey()
FAILS: pytest.StashKey[str] = pytest.StashKey()
