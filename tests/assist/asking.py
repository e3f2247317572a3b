"""Arguments that each tool takes, and arguments that it refuses with what the sentence says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.commands.ask.questions import NAME
from tests.test_ask import CELL, CODE
from tfcompat.assist.arguments import CODE as MOST_CODE
from tfcompat.assist.arguments import NAMES, PASTED


def good(folder: Path) -> dict[str, dict[str, Any]]:
    """Arguments of every tool."""
    return {
        "ask": {"text": "title of mean", "on": "2.6"},
        "where": {"scenarios": ["adapt::*"]},
        "imports": {"name": "Normalization", "tf": ">=2.6,<2.7"},
        "upgrade": {"old": "2.5", "new": "2.6", "paths": [str(folder / "code.py")]},
        "scan": {"code": CODE, "tf": "2.6"},
        "requires": {"scenarios": [NAME], "harm": "silent"},
        "explain": {"cell": CELL, "scenario": NAME},
        "loads": {"writers": "2.5", "readers": "2.6"},
    }


BAD: list[tuple[str, Mapping[str, Any], str]] = [
    ("ask", {}, "ask does not take these arguments: object missing required field 'text'"),
    ("ask", {"text": 3}, "expected 'str', got 'int' - at 'text'"),
    ("ask", {"text": "x" * (PASTED + 1)}, f"expected 'str' of length <= {PASTED} - at 'text'"),
    ("ask", {"text": "x", "why": 1}, "object contains unknown field 'why'"),
    ("ask", {"text": "x", "\x1b[31m" * 1000: 1}, "object contains unknown field"),
    ("ask", {"text": "mean", "on": "of today"}, "'of today' is neither a version, a specifier"),
    ("where", {"scenarios": []}, "expected 'array' of length >= 1 - at 'scenarios'"),
    ("where", {"scenarios": ["a"] * (NAMES + 1)}, f"expected 'array' of length <= {NAMES}"),
    ("where", {"scenarios": "adapt::mean"}, "expected 'array', got 'str' - at 'scenarios'"),
    ("where", {"scenarios": ["adapt::meen"]}, "no scenario is called 'adapt::meen': did you mean adapt::mean"),
    ("where", {"scenarios": ["adapt::*"], "limit": 0}, "expected 'int' >= 1 - at 'limit'"),
    ("where", {"scenarios": ["adapt::*"], "limit": 10**400}, "at 'limit'"),
    (
        "imports",
        {"name": "Normalisation"},
        "no path that was tried ends in 'Normalisation': did you mean Normalization",
    ),
    ("upgrade", {"old": "2.5", "new": "1.0"}, "'1.0'"),
    ("upgrade", {"old": "2.5", "new": "2.6", "paths": ["/nowhere/at/all"]}, "/nowhere/at/all is not there"),
    ("scan", {}, "scan takes either paths or code: give one of them"),
    ("scan", {"code": "x" * (MOST_CODE + 1)}, f"expected 'str' of length <= {MOST_CODE}"),
    ("requires", {"scenarios": ["adapt::mean"], "harm": "small"}, "invalid enum value 'small' - at 'harm'"),
    ("explain", {"cell": "tf1.0-py3.9", "scenario": "adapt::mean"}, "tf1.0-py3.9"),
    ("loads", {"writers": "2.5", "readers": "nothing"}, "'nothing' is neither a version"),
]
