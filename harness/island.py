"""Islands: data that a page reads from a file of its own, written so that no text in them can mean anything to a browser."""

import json
from typing import Any

#: What could end a script or a line of it, as JSON may write it as well. JSON has these characters inside texts only.
DANGEROUS = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029\x7f"}


def script(function: str, *arguments: Any) -> str:
    """A script that hands JSON values to a function: pages that are opened from a file may load scripts, but fetch nothing."""
    return f"{function}({', '.join(map(dump, arguments))});\n"


def dump(value: Any) -> str:
    """A value as JSON that is safe inside a script, in a file or in a page."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return "".join(DANGEROUS.get(character, character) for character in text)
