"""The plugin: what it writes is a record that the harness reads. Whole runs are in test_cell."""

import json
import os
from pathlib import Path

import msgspec
import pytest

from scenarios.runner.answer import described_failure
from scenarios.runner.environment import versions
from scenarios.runner.plugin import Recorder, header
from scenarios.runner.rounds import outcome
from tfcompat.record.lines import EndLine, HeaderLine, OutcomeLine, parse_line


def test_what_is_written_is_a_line_that_the_harness_reads(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    plugin = Recorder(writing, {"scratch": str(tmp_path)})
    line = outcome(Item("a::x"), {"seconds": 0.25, **described_failure(ValueError("é\n\x00"))})  # type: ignore[arg-type]
    plugin.write(line)
    plugin.write({"kind": "end", "outcomes": 1, "seconds": 0.5})
    os.close(writing)
    with os.fdopen(reading) as channel:
        lines = [parse_line(line) for line in channel.read().split("\n")[:-1]]
    assert isinstance(lines[0], OutcomeLine)
    assert lines[0].message == "é\n\x00"
    assert lines[1:] == [EndLine(outcomes=1, seconds=0.5)]


def test_the_header_is_one_that_the_harness_reads() -> None:
    line = header([], versions(), "0123456789abcdef")
    assert {"scenarios": [], **msgspec.to_builtins(parse_line(json.dumps(line)))} == line
    assert line["suite"] == "0123456789abcdef"


class Item:
    """As much of a scenario as a header needs."""

    def __init__(self, name: str) -> None:
        self.id = name


def test_the_header_names_all_scenarios_in_their_order() -> None:
    line = header([Item("b::x"), Item("a::x")], versions(), "0123456789abcdef")  # type: ignore[list-item]
    parsed = parse_line(json.dumps(line))
    assert isinstance(parsed, HeaderLine)
    assert parsed.scenarios == ["b::x", "a::x"]


def test_two_scenarios_of_one_id_are_refused_by_their_name() -> None:
    items = [Item(name) for name in ("b::x", "a::x", "c::x", "a::x", "b::x")]
    with pytest.raises(pytest.UsageError, match=r"two scenarios share the id a::x, b::x$"):
        header(items, versions(), "0123456789abcdef")  # type: ignore[arg-type]


def test_a_line_is_written_whole_although_a_pipe_takes_it_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    def write(channel: int, data: bytes) -> int:
        written.append(data[:7])
        return len(written[-1])

    monkeypatch.setattr(os, "write", write)
    Recorder(0, {}).write({"kind": "end", "outcomes": 1, "seconds": 0.5})
    assert b"".join(written) == b'{"kind":"end","outcomes":1,"seconds":0.5}\n'


@pytest.mark.parametrize(
    ("settings", "ids"),
    [
        ({}, ["b::x", "a::x"]),
        ({"scenarios": None}, ["b::x", "a::x"]),
        ({"scenarios": ["a::x", "b::x"]}, ["b::x", "a::x"]),
        ({"scenarios": ["a::x", "gone::x"]}, ["a::x"]),
        ({"scenarios": []}, []),
    ],
)
def test_the_scenarios_that_the_settings_list_run_in_the_order_of_the_suite(
    settings: dict[str, list[str]], ids: list[str]
) -> None:
    plugin = Recorder(0, settings)
    assert [scenario.id for scenario in plugin.selected([Item("b::x"), Item("a::x")])] == ids  # type: ignore[list-item]
