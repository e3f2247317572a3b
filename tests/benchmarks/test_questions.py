"""Tests of the benchmark of questions: the trials that it makes are such as a store reads."""

import shutil
from pathlib import Path

import pytest

from benchmarks import questions
from tests.trial_files import keep
from tfcompat.trials.store import Store


@pytest.mark.parametrize("lines", [False, True])
def test_the_trials_that_are_made_say_what_the_newest_of_each_cell_says(tmp_path: Path, lines: bool) -> None:
    for cell in ("tf2.9.3-py3.10", "tf2.10.1-py3.10"):
        keep(tmp_path, cell, {"adapt::mean": 1.0})
    questions.copy(tmp_path, 7, lines)
    assert questions.number_of_trials(tmp_path) == 7
    trials = Store(tmp_path).read()
    assert len(trials) == 7
    assert [[outcome.observed for outcome in trial.outcomes] for trial in trials] == [[1.0]] * 7
    assert len({(trial.subject.cell, trial.subject.started) for trial in trials}) == 7


def test_what_cannot_be_made_ends_the_benchmark(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="rmtree ended with 1"):
        questions.apart(shutil.rmtree, tmp_path / "nothing")
