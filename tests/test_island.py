"""The islands: JSON that is whole, and that a browser can read as nothing but data."""

import json

import pytest

from harness import island


@pytest.mark.parametrize("text", ["</script>", "<!--", "]]>", "\u2028\u2029", "&amp;", 'a"\\b', "é ≠ 数", "\x7f\x00"])
def test_what_is_dangerous_is_written_otherwise_and_read_the_same(text: str) -> None:
    made = island.dump({text: [text]})
    assert json.loads(made) == {text: [text]}
    assert not set(made) & set("<>&\u2028\u2029\x7f\x00")


def test_a_script_is_one_call() -> None:
    assert island.script("tfcompat.take", "minors", [1, None]) == 'tfcompat.take("minors", [1,null]);\n'


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        island.dump(float("nan"))
