"""The nights: those that took place, and how many a cell has waited since it was measured."""

from pathlib import Path

import pytest

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.outcomes import Reason, Status, Trial
from tfcompat.select.rotation import Turn
from tfcompat.trials import nights
from tfcompat.trials.nights import Night

FIRST, SECOND = (Night(started=f"2026-01-0{day}T03:17:00Z", cells=day) for day in (1, 2))


def test_a_folder_that_has_had_no_night_has_none(tmp_path: Path) -> None:
    assert nights.load(tmp_path) == []


def test_nights_are_kept_a_line_each_in_the_order_of_time(tmp_path: Path) -> None:
    cut = Night(started="2025-12-31T03:17:00Z", cells=3, missing=("2/4", "4/4"))
    for night in (SECOND, FIRST, cut):
        nights.add(night, tmp_path)
    assert nights.load(tmp_path) == [cut, FIRST, SECOND]
    assert (tmp_path / "nights.jsonl").read_text().splitlines()[:2] == [
        '{"started":"2025-12-31T03:17:00Z","cells":3,"missing":["2/4","4/4"]}',
        '{"started":"2026-01-01T03:17:00Z","cells":1,"missing":[]}',
    ]


def test_a_night_that_is_merged_again_is_one_night(tmp_path: Path) -> None:
    for night in (FIRST, SECOND, Night(started=FIRST.started, cells=7)):
        nights.add(night, tmp_path)
    assert [night.cells for night in nights.load(tmp_path)] == [7, 2]


@pytest.mark.parametrize("line", ["{", "[]", '{"started":"yesterday","cells":1}', '{"started":"2026-01-01T03:17:00Z"}'])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, line: str) -> None:
    nights.add(FIRST, tmp_path)
    with (tmp_path / "nights.jsonl").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(DataError, match=r"nights\.jsonl is damaged \(.*\): restore it with git checkout, or remove"):
        nights.load(tmp_path)


def measured(cell: str, engine: str, *moments: str) -> Trial:
    outcomes = [fakes.outcome(f"a::{number}", measured=moment) for number, moment in enumerate(moments)]
    return fakes.trial(fakes.subject(cell, engine=engine), *outcomes, fakes.outcome("a::b", Status.UNKNOWN))


def test_a_cell_is_as_old_as_its_oldest_outcome_and_as_young_as_its_youngest_trial() -> None:
    trials = [
        measured("tf2.9.3-py3.10", "docker", "2026-01-05", "2026-01-03"),
        measured("tf2.9.3-py3.10", "local", "2026-01-04"),
        measured("tf2.9.3-py3.10", "docker", "2026-01-06", "2026-01-02"),
        measured("tf2.9.3-py3.10", "docker"),
        measured("tf2.8.4-py3.10", "docker"),
    ]
    assert nights.measured(trials) == {"tf2.9.3-py3.10": "2026-01-04"}


def test_only_nights_that_began_afterwards_have_passed() -> None:
    both = [FIRST, SECOND]
    assert [nights.passed(since, both) for since in ("", FIRST.started, "2026-01-01T03:16:59Z", SECOND.started)] == [
        2,
        1,
        2,
        0,
    ]
    assert nights.passed("", both, until=FIRST.started) == 1
    assert nights.passed("", both, until="2026-01-01T03:16:59Z") == 0


def test_the_turn_of_a_cell_is_of_its_newest_answers_and_whether_its_newest_trial_has_any() -> None:
    answered, partly, silent = "tf2.9.3-py3.10", "tf2.8.4-py3.10", "tf2.7.4-py3.9"
    trials = [
        *(measured(cell, "docker", "2026-01-01T00:00:00Z") for cell in (answered, partly, silent)),
        measured(partly, "docker", "2026-01-01T12:00:00Z"),
        fakes.trial(silent, fakes.outcome("a::0", Status.UNKNOWN), reason=Reason.CANARY_FAILED),
    ]
    assert nights.turns(trials, [FIRST, SECOND]) == {
        answered: Turn(measured="2026-01-01T00:00:00Z", passed=2, hole=False),
        partly: Turn(measured="2026-01-01T12:00:00Z", passed=1, hole=False),
        silent: Turn(measured="2026-01-01T00:00:00Z", passed=2, hole=True),
    }
    assert nights.turns([fakes.trial(silent)], [FIRST]) == {silent: Turn(measured="", passed=1, hole=True)}
