"""Confirmations: a whole run that repeats a trial is a line, and reads as a trial of its own."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tfcompat.errors import DataError
from tfcompat.outcomes import Outcome, Reason, Status, Trial
from tfcompat.record.lines import Line, OutcomeLine, trial_line, verdict_line
from tfcompat.trials import confirmed
from tfcompat.trials.store import Store

CELL = "tf2.16.2-py3.12"
FIRST, SECOND, THIRD = (fakes.subject(started=f"2026-01-0{day}T03:04:05Z") for day in (1, 2, 3))


@pytest.fixture(autouse=True)
def suite(tmp_path: Path) -> None:
    """The suite that the trials of these tests refer to."""
    fakes.keep_suite(tmp_path)


def keep(store: Store, subject: Any, *outcomes: OutcomeLine, reason: Reason | None = None) -> None:
    lines: list[Line] = [trial_line(subject), *fakes.said(subject, fakes.header_line(), *outcomes)]
    with store.begin(subject) as writer:
        for line in [*lines, verdict_line(reason, "", 1.0)]:
            writer.write(line)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("tf*/*"))


def test_a_run_that_repeats_the_newest_trial_is_kept_as_a_line(tmp_path: Path) -> None:
    store = Store(tmp_path, confirms=True)
    keep(store, FIRST, fakes.outcome_line(observed=1.0, seconds=1.0))
    keep(store, SECOND, fakes.outcome_line(observed=1.00001, seconds=9.0))
    assert files(tmp_path) == ["20260101T030405Z-local.jsonl.gz", "confirmed.jsonl"]
    first, second = store.read()
    assert (first.confirmed, second.confirmed, first.file) == (False, True, second.file)
    assert second.subject.started == SECOND.started
    assert [outcome.measured for outcome in (*first.outcomes, *second.outcomes)] == [FIRST.started, SECOND.started]
    assert [outcome.origin for outcome in second.outcomes] == ["20260101T030405Z-local"]


def test_a_confirmation_is_confirmed_again(tmp_path: Path) -> None:
    store = Store(tmp_path, confirms=True)
    for subject in (FIRST, SECOND, THIRD):
        keep(store, subject, fakes.outcome_line(observed=1))
    assert [trial.confirmed for trial in store.read()] == [False, True, True]
    newest = store.newest(CELL, "local")
    assert newest
    assert newest.subject.started == THIRD.started


def test_what_differs_is_kept_as_a_file_and_is_the_newest(tmp_path: Path) -> None:
    store = Store(tmp_path, confirms=True)
    keep(store, FIRST, fakes.outcome_line(observed=1))
    keep(store, SECOND, fakes.outcome_line(observed=1))
    keep(store, THIRD, fakes.outcome_line(observed=2))
    assert len(files(tmp_path)) == 3
    newest = store.newest(CELL, "local")
    assert newest
    assert (newest.subject.started, newest.outcomes[0].observed) == (THIRD.started, 2)


def test_a_store_that_does_not_confirm_keeps_every_file(tmp_path: Path) -> None:
    for subject in (FIRST, SECOND):
        keep(Store(tmp_path), subject, fakes.outcome_line(observed=1))
    assert len(files(tmp_path)) == 2


def outcome(**changes: Any) -> Outcome:
    return replace(fakes.outcome(observed=[1.0], key="k", seconds=1.0), **changes)


def trial(*outcomes: Outcome, **changes: Any) -> Trial:
    return replace(fakes.trial(FIRST, *(outcomes or (outcome(),)), versions={"numpy": "1"}), **changes)


@pytest.mark.parametrize(
    "again",
    [
        trial(),
        trial(subject=replace(FIRST, started="x", environment="sha256:2", tfcompat="2")),
        trial(outcome(observed=[1.0005], seconds=2.0, message="at 0x7f", traceback="other")),
    ],
)
def test_what_repeats_a_trial(again: Trial) -> None:
    assert confirmed.says_the_same(again, trial())


@pytest.mark.parametrize(
    "other",
    [
        trial(subject=replace(FIRST, suite="f" * 16)),
        trial(subject=replace(FIRST, lock="b" * 64)),
        trial(subject=replace(FIRST, engine="docker")),
        trial(versions={"numpy": "2"}),
        trial(outcome(observed=[1.1])),
        trial(outcome(key="other")),
        trial(outcome(scenario="adapt::other")),
        trial(outcome(status=Status.WRONG)),
        trial(outcome(), outcome(scenario="adapt::more")),
        trial(reason=Reason.TIME_LIMIT),
    ],
)
def test_what_does_not(other: Trial) -> None:
    assert not confirmed.says_the_same(other, trial())
    assert not confirmed.says_the_same(trial(), other)


def test_a_trial_without_an_answer_repeats_nothing_not_even_itself() -> None:
    hole = trial(reason=Reason.TIME_LIMIT)
    assert not confirmed.says_the_same(hole, hole)


def test_another_type_of_error_is_another_answer_and_other_words_are_not() -> None:
    raised = trial(outcome(status=Status.FAILS, type="ValueError", message="no"))
    assert confirmed.says_the_same(trial(outcome(status=Status.FAILS, type="ValueError", message="yes")), raised)
    assert not confirmed.says_the_same(trial(outcome(status=Status.FAILS, type="TypeError", message="no")), raised)


@pytest.mark.fault(
    "A trial is not the one any more that was confirmed",
    group="files",
    reads="FILE is not what confirmed.jsonl confirms: restore both with git checkout",
    code=2,
    kept="all files",
)
def test_a_file_that_is_not_what_was_confirmed_is_said(tmp_path: Path) -> None:
    store = Store(tmp_path, confirms=True)
    for subject in (FIRST, SECOND):
        keep(store, subject, fakes.outcome_line(observed=1))
    (path,) = store.files()
    path.unlink()
    with pytest.raises(DataError, match="is not there, and another trial refers to it"):
        store.read()
    keep(Store(tmp_path), FIRST, fakes.outcome_line(observed=2))
    with pytest.raises(DataError, match=r"is not what .* confirms"):
        store.read()


@pytest.mark.parametrize("text", ["{", '{"kind":"confirmed"}', '{"kind":"other","schema":1}', "\xff"])
def test_a_damaged_file_of_confirmations_is_named(tmp_path: Path, text: str) -> None:
    folder = tmp_path / CELL
    folder.mkdir()
    (folder / confirmed.NAME).write_bytes(text.encode("latin-1") + b"\n")
    with pytest.raises(DataError, match=r"confirmed\.jsonl is damaged .*: restore it"):
        Store(tmp_path).read()


def test_adding_the_same_lines_twice_adds_them_once(tmp_path: Path) -> None:
    line = confirmed.ConfirmedLine(
        schema=1,
        trial="20260101T030405Z-local",
        sha256="0" * 64,
        started=SECOND.started,
        environment="local:1",
        tfcompat="0.1.0",
        seconds=1.0,
    )
    later = confirmed.ConfirmedLine(**{**vars_of(line), "started": THIRD.started})
    confirmed.add(tmp_path, [later])
    confirmed.add(tmp_path, [line, later])
    assert confirmed.read(tmp_path) == [line, later]
    assert (tmp_path / confirmed.NAME).is_file()


def vars_of(line: confirmed.ConfirmedLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__struct_fields__}
