"""Tests of the clock: a run whose clock stands before what was measured does not start."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import trial_files
from tfcompat.errors import DataError
from tfcompat.trials import clock
from tfcompat.trials.store import Store

CELL = "tf2.9.3-py3.10"


@pytest.mark.fault(
    "The clock of the machine stands back, or a trial is from the future",
    group="machine",
    reads="the clock of this machine says 2020-01-01 00:00 UTC, and tf2.9.3-py3.10/20260102T030405Z-local was measured at "
    "20260102T030405Z: set the clock; if it is right, remove that trial and run its cell again",
    code=2,
    kept="all trials; nothing runs",
)
def test_a_clock_that_stands_before_a_trial_is_said(tmp_path: Path, fault: dict[str, str]) -> None:
    trial_files.keep(tmp_path, CELL, {"adapt::mean": 1})
    with pytest.raises(DataError) as refused:
        clock.check(Store(tmp_path), datetime(2020, 1, 1, tzinfo=UTC))
    assert str(refused.value) == fault["reads"]


@pytest.mark.parametrize("now", [datetime(2026, 1, 1, 4, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)])
def test_a_clock_of_another_machine_may_be_hours_before(tmp_path: Path, now: datetime) -> None:
    trial_files.keep(tmp_path, CELL, {"adapt::mean": 1})
    clock.check(Store(tmp_path), now)


def test_a_store_without_trials_knows_no_moment(tmp_path: Path) -> None:
    clock.check(Store(tmp_path), datetime(1970, 1, 1, tzinfo=UTC))


def test_a_confirmation_is_a_moment_too(tmp_path: Path) -> None:
    trial_files.keep(tmp_path, CELL, {"adapt::mean": 1})
    line = '"trial":"20260102T030405Z-local","sha256":"' + "0" * 64 + '","started":"2026-05-01T00:00:00Z"'
    (tmp_path / CELL / "confirmed.jsonl").write_text(
        f'{{"kind":"confirmed","schema":2,{line},"environment":"","tfcompat":"1","seconds":1.0}}\n'
    )
    with pytest.raises(DataError, match=r"confirmed\.jsonl was measured at 20260501T000000Z"):
        clock.check(Store(tmp_path), datetime(2026, 3, 1, tzinfo=UTC))
