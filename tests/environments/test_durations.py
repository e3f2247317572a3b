"""Tests of the durations of environments: kept by engine, and what is not known is taken from what is."""

from pathlib import Path

from tests.fakes import cell, release
from tfcompat.environments import durations
from tfcompat.select.cells import Cell


def test_what_is_kept_is_known_the_next_time(tmp_path: Path) -> None:
    durations.keep(tmp_path, "docker", {"tf2.16.2-py3.12": 61.26})
    durations.keep(tmp_path, "docker", {"tf2.9.3-py3.10": 30.0})
    assert durations.load(tmp_path, "docker") == {"tf2.16.2-py3.12": 61.3, "tf2.9.3-py3.10": 30.0}
    assert durations.load(tmp_path, "local") == {}
    assert durations.expected(cell(), durations.load(tmp_path, "docker")) == 61.3


def test_what_is_damaged_or_cannot_be_written_is_only_not_known(tmp_path: Path) -> None:
    durations.keep(tmp_path, "docker", {"tf2.16.2-py3.12": 61.26})
    durations.path_of(tmp_path, "docker").write_text("{")
    assert durations.load(tmp_path, "docker") == {}
    (tmp_path / "file").touch()
    durations.keep(tmp_path / "file", "docker", {"tf2.16.2-py3.12": 1.0})


def test_a_cell_that_is_not_known_takes_its_time_by_the_size_of_its_wheel() -> None:
    large = Cell(release=release("2.18.1", megabytes=400), python="3.12")
    assert durations.expected(large, {}) == 400 * durations.UNKNOWN
    assert durations.expected(large, {"a": 10.0, "b": 30.0, "c": 20.0}) == 40
