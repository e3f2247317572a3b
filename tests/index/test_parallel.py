"""Tests of reading in several processes: what they give back is what one reads."""

from pathlib import Path

import pytest

from tests.fakes import header_line, keep_suite, outcome_line, scenario_facts
from tests.index.made_trials import rows, write
from tfcompat.errors import DataError
from tfcompat.index import parallel
from tfcompat.index.columns import empty

SCENARIOS = [scenario_facts("adapt::mean"), scenario_facts("inventory::tf.nn")]
HEADER = header_line(*SCENARIOS)
CELLS = [f"tf2.{minor}.0-py3.10" for minor in range(7, 13)]


@pytest.fixture
def files(tmp_path: Path) -> list[parallel.File]:
    keep_suite(tmp_path, *SCENARIOS)
    names = []
    for place, cell in enumerate(CELLS):
        listed = outcome_line("inventory::tf.nn", observed={f"tf.nn.norm{place % 2}": "(x)"})
        names += [
            write(tmp_path, turn, HEADER, outcome_line(observed=place + turn), listed, cell=cell) for turn in (0, 1)
        ]
    return [(name, name[::-1]) for name in names]


def test_the_files_of_a_cell_stay_together(files: list[parallel.File], tmp_path: Path) -> None:
    shares = list(parallel.shares(tmp_path, files, 4))
    assert [file for _, share in shares for file in share] == files
    assert len(shares) == 3
    for _, share in shares:
        assert len({name.partition("/")[0] for name, _ in share}) * 2 == len(share)


@pytest.mark.starts
def test_processes_read_what_one_reads(
    files: list[parallel.File], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "WORTH", 1)
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    monkeypatch.setattr(parallel, "read_here", None)  # in this process; those that are started have their own
    there = parallel.read(tmp_path, files[::-1])
    monkeypatch.undo()
    assert rows(there) == rows(parallel.read(tmp_path, files))


@pytest.mark.starts
def test_a_damaged_file_is_named_by_a_process_too(
    files: list[parallel.File], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "WORTH", 1)
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    path = tmp_path / files[-1][0]
    path.write_bytes(b"damaged")
    with pytest.raises(DataError, match=str(path)):
        parallel.read(tmp_path, files)


def test_a_file_that_is_gone_is_named(files: list[parallel.File], tmp_path: Path) -> None:
    path = tmp_path / files[0][0]
    path.unlink()
    with pytest.raises(DataError, match=str(path)):
        parallel.read(tmp_path, files)


def test_without_files_there_are_no_rows(tmp_path: Path) -> None:
    assert rows(parallel.read(tmp_path, [])) == rows(empty())
