"""Tests of the frames: each exception's traceback as its trial has it, those of reused outcomes included."""

from pathlib import Path

import pytest

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.record.lines import Line, ReusedLine, trial_line, verdict_line
from tfcompat.trials import frames
from tfcompat.trials.store import Store

CELL = "tf2.9.3-py3.10"
FIRST, SECOND = f"{CELL}/20260101T000000Z-local.jsonl.gz", f"{CELL}/20260102T000000Z-local.jsonl.gz"


def keep(store: Store, day: int, *lines: Line) -> None:
    subject = fakes.subject(CELL, started=f"2026-01-0{day}T00:00:00Z")
    with store.begin(subject) as writer:
        for line in (trial_line(subject), *fakes.said(subject, *lines), verdict_line(None, "", 1.0)):
            writer.write(line)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two trials: what is missing and what works; the second reuses the first's outcome of what is missing."""
    facts = [fakes.scenario_facts(name) for name in ("a::missing", "a::works")]
    fakes.keep_suite(tmp_path, *facts)
    made = Store(tmp_path)
    header, works = fakes.header_line(*facts), fakes.outcome_line("a::works", observed=1)
    missing = fakes.outcome_line("a::missing", "missing", type="AttributeError", traceback="Traceback …")
    keep(made, 1, header, missing, works, fakes.end_line(2))
    reused = ReusedLine(trial="20260101T000000Z-local", scenarios=["a::missing"])
    keep(made, 2, header, reused, works, fakes.end_line(1))
    return made


def test_what_was_raised_has_its_frames_and_what_returned_has_none(store: Store) -> None:
    assert frames.of_files(store, [FIRST, FIRST]) == {FIRST: {"a::missing": "Traceback …"}}


def test_a_reused_outcome_has_the_frames_of_the_trial_that_measured_it(store: Store) -> None:
    assert frames.of_file(store, SECOND) == {"a::missing": "Traceback …"}


def test_a_trial_that_is_not_there_is_one_sentence(store: Store) -> None:
    with pytest.raises(DataError, match="is not there"):
        frames.of_files(store, [f"{CELL}/20250101T000000Z-local.jsonl.gz"])
