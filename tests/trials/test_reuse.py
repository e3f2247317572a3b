"""Reused outcomes: a trial takes them from earlier files of its cell, and is judged by its own header."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.outcomes import Status
from tfcompat.record.lines import Line, OutcomeLine, ReusedLine, trial_line, verdict_line
from tfcompat.trials.store import Store

CELL = "tf2.16.2-py3.12"
FIRST, SECOND = (fakes.subject(started=f"2026-01-0{day}T03:04:05Z") for day in (1, 2))
FIRST_FILE = "20260101T030405Z-local"
MEAN, VARIANCE = fakes.scenario_facts(), fakes.scenario_facts("adapt::variance")


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> None:
    """The suite that the trials of these tests refer to."""
    fakes.keep_suite(tmp_path, MEAN, VARIANCE)


def keep(folder: Path, subject: object, *lines: Line) -> None:
    assert isinstance(subject, type(FIRST))
    with Store(folder).begin(subject) as writer:
        for line in (trial_line(subject), *fakes.said(subject, *lines), verdict_line(None, "", 1.0)):
            writer.write(line)


def first(folder: Path, *outcomes: OutcomeLine) -> None:
    lines = outcomes or (fakes.outcome_line(observed=1, key="k1"), fakes.outcome_line("adapt::variance", observed=2))
    keep(folder, FIRST, fakes.header_line(MEAN, VARIANCE), *lines, fakes.end_line())


def reused(*scenarios: str, trial: str = FIRST_FILE, measured: str = "") -> ReusedLine:
    return ReusedLine(trial=trial, scenarios=list(scenarios), measured=measured)


def test_a_reused_outcome_is_that_of_the_earlier_file(tmp_path: Path) -> None:
    first(tmp_path)
    header = fakes.header_line(MEAN, VARIANCE)
    keep(tmp_path, SECOND, header, fakes.outcome_line("adapt::variance", observed=3), reused("adapt::mean"))
    trial = Store(tmp_path).read()[-1]
    mean, variance = trial.outcomes
    assert (mean.observed, mean.key, mean.origin, mean.measured) == (1, "k1", FIRST_FILE, FIRST.started)
    assert (variance.observed, variance.origin, variance.measured) == (3, "20260102T030405Z-local", SECOND.started)
    assert trial.reason is None


def test_when_it_was_confirmed_last_is_kept(tmp_path: Path) -> None:
    first(tmp_path)
    keep(tmp_path, SECOND, fakes.header_line(MEAN), reused("adapt::mean", measured="2026-01-01T12:00:00Z"))
    (mean,) = Store(tmp_path).read()[-1].outcomes
    assert mean.measured == "2026-01-01T12:00:00Z"


def test_a_reused_outcome_is_judged_by_the_header_of_the_later_trial(tmp_path: Path) -> None:
    first(tmp_path)
    changed = fakes.scenario_facts(title="Another title", documented=7)
    fakes.keep_suite(tmp_path, changed, suite="of another title")
    second = replace(SECOND, suite="of another title")
    keep(tmp_path, second, fakes.header_line(changed, suite="of another title"), reused("adapt::mean"))
    before, after = (trial.outcomes[0] for trial in Store(tmp_path).read())
    assert (before.status, after.status, after.title) == (Status.WORKS, Status.WRONG, "Another title")


def test_the_earlier_file_may_be_in_another_folder(tmp_path: Path) -> None:
    fakes.keep_suite(tmp_path / "reports", MEAN, VARIANCE)
    first(tmp_path / "reports")
    keep(tmp_path / "shard", SECOND, fakes.header_line(MEAN), reused("adapt::mean"))
    (trial,) = Store(tmp_path / "shard", [tmp_path / "reports"]).read()
    assert trial.outcomes[0].observed == 1
    with pytest.raises(DataError, match="is not there, and another trial refers to it"):
        Store(tmp_path / "shard").read()


def test_a_suite_may_be_in_another_folder(tmp_path: Path) -> None:
    fakes.keep_suite(tmp_path / "reports", MEAN, VARIANCE)
    keep(tmp_path / "shard", FIRST, fakes.header_line(MEAN), fakes.outcome_line(observed=1))
    assert len(Store(tmp_path / "shard", [tmp_path / "reports"]).read()) == 1
    with pytest.raises(DataError, match=r"suites/0123456789abcdef\.jsonl is not there, and another trial refers to it"):
        Store(tmp_path / "shard").read()


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (reused("adapt::other"), "reuses an outcome of adapt::other, which 20260101T030405Z-local does not have"),
        (reused("adapt::variance", "adapt::variance"), "a scenario has two outcomes"),
        (reused("adapt::mean"), "a scenario has two outcomes"),
    ],
)
def test_what_cannot_be_reused(tmp_path: Path, line: ReusedLine, wrong: str) -> None:
    first(tmp_path)
    keep(tmp_path, SECOND, fakes.header_line(MEAN, VARIANCE), fakes.outcome_line(observed=1), line)
    with pytest.raises(DataError, match=f"20260102T030405Z-local.*{wrong}"):
        Store(tmp_path).read()


def test_only_the_file_in_which_it_ran_can_be_named(tmp_path: Path) -> None:
    first(tmp_path)
    keep(tmp_path, SECOND, fakes.header_line(MEAN), reused("adapt::mean"))
    third = fakes.subject(started="2026-01-03T03:04:05Z")
    keep(tmp_path, third, fakes.header_line(MEAN), reused("adapt::mean", trial="20260102T030405Z-local"))
    with pytest.raises(DataError, match="which 20260102T030405Z-local does not have"):
        Store(tmp_path).read()


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path).begin(SECOND) as writer:
        for line in (trial_line(SECOND), fakes.header_line(MEAN), verdict_line(None, "", 1.0)):
            writer.write(line)
        writer.write(reused("adapt::mean", trial="../../20260101T030405Z-local"))
    with pytest.raises(DataError, match="is not a whole trial"):
        Store(tmp_path).read()
