"""Strange input: texts, JSON and TOML that nobody means, and whole documents of which something was changed."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.conftest import SECONDS

#: Texts that have broken readers: none, signs, controls, half a surrogate pair, other directions, long numbers, escapes.
SPECIAL = st.sampled_from(
    [
        *("\0", "\x1b[31m", "\u202e", "\ud800", "\ufeff", "\u2028", "9" * 5000, "a" * 5000, "[" * 2000, ""),
        *("::", "..", "../../x", "/", "~", "*", "[", "{}", "{0}", "%s", "=1+1", "<script>"),
        *("-1", "1e999", "NaN", "tf2.9.3-py3.10", ">=2", "!=", "2..3"),
    ]
)
TEXTS = SPECIAL | st.text(max_size=60)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def json_text(value: Any) -> str:
    return json.dumps(value)


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """A text of which a part was taken out, doubled, or replaced by something strange."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 200)))
    return text[:start] + draw(st.sampled_from(["", text[start:end] * 2]) | TEXTS) + text[end:]


@st.composite
def with_value(draw: st.DrawFn, document: dict[str, Any]) -> str:
    """A JSON object with another value, one key less, or one more."""
    name = draw(st.sampled_from(sorted(document)) | TEXTS)
    if draw(st.booleans()):
        return json.dumps({key: value for key, value in document.items() if key != name})
    return json.dumps({**document, name: draw(VALUES)})


def fuzzed(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """Give a test strange input: within its budget of seconds where there is one, else some examples."""

    def decorate(test: Callable[[Any], None]) -> Callable[[], None]:
        over: list[float] = []

        @settings(settings.get_profile("fuzz"))
        @given(st.one_of(*strategies))
        def run(value: Any) -> None:
            over.append(time.monotonic() + SECONDS) if not over else None
            if not SECONDS or time.monotonic() < over[0]:
                test(value)

        @wraps(test)
        def fuzz() -> None:
            run()

        del fuzz.__wrapped__  # pytest would ask for its argument
        return fuzz

    return decorate
