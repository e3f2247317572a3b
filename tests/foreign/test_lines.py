"""Tests of the lines of a cell: what is one is read, and nothing else."""

import base64

import pytest

from tfcompat.foreign import lines
from tfcompat.foreign.lines import CaseFound, MalformedError, Output, ScriptEnded


def test_a_script_says_what_it_printed() -> None:
    text = base64.b64encode("é".encode()).decode()
    (line,) = lines.parse(
        [
            '{"kind": "script", "code": 3, "timed_out": false, "seconds": 1.0,'
            f' "stdout": {{"begin": "{text}", "end": "", "left_out": 0}},'
            ' "stderr": {}, "places": {}}'
        ]
    )
    assert isinstance(line, ScriptEnded)
    assert (line.code, line.stdout.text, line.stderr.text) == (3, "é", "")


def test_what_is_left_out_is_said() -> None:
    assert Output(begin=b"a", end=b"b", left_out=7).text == "a\n[7 bytes are left out here]\nb"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "[]",
        '{"kind": "verdict"}',
        '{"kind": "found"}',
        '{"kind": "found", "test": "a", "more": 1}',
        "[" * 9999,
    ],
)
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(MalformedError, match="not a line of its program"):
        lines.parse([text])


def test_a_test_is_found() -> None:
    assert lines.parse(['{"kind": "found", "test": "t::a"}']) == (CaseFound(test="t::a"),)
