"""Tests of what is run again, which answer is believed, and what is kept of the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.compare.tables import outcome_row, side, trial_row
from tests.conftest import ROOT
from tests.fakes import outcome, trial
from tfcompat.compare import flaky
from tfcompat.compare.causes import OutcomeRow
from tfcompat.compare.diff import Change, ChangedOutcome, Pair, compare
from tfcompat.compare.flaky import Flaky, Repetition, expression, keep, load, read_flaky, repetition, suspects
from tfcompat.errors import DataError
from tfcompat.outcomes import Outcome, Reason, Status

CELL = "tf2.6.5-py3.9"
WORKS, FAILS = outcome(observed=[1.0]), outcome(status=Status.FAILS, type="ValueError")
UNKNOWN = outcome(status=Status.UNKNOWN)


def row(after: Outcome | None = FAILS) -> ChangedOutcome:
    ran = trial_row(trial(CELL))
    return ChangedOutcome(
        pair=Pair(before=ran, after=ran, causes=(), scenarios=1),
        scenario="adapt::mean",
        change=Change.REGRESSED,
        before=outcome_row(WORKS),
        after=rows(after)[0],
        causes=(),
        flaky=False,
    )


def rows(*outcomes: Outcome | None) -> list[OutcomeRow | None]:
    return [outcome_row(outcome) if outcome else None for outcome in outcomes]


def test_changed_behaviour_is_suspect_and_nothing_else_is() -> None:
    before = trial(CELL, *(outcome(f"a::{name}") for name in "abcd"), outcome("a::e", Status.FAILS))
    after = trial(
        CELL,
        outcome("a::a", Status.FAILS),
        outcome("a::b", observed=1),
        outcome("a::c", Status.UNKNOWN, reason=Reason.OUT_OF_MEMORY),
        outcome("a::e"),
        outcome("a::new"),
    )
    found = suspects(compare(side(before), side(after)))
    assert [one.scenario for one in found] == ["a::a", "a::b", "a::e"]


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ((FAILS, FAILS), Repetition.REPEATS),
        ((FAILS, WORKS), Repetition.FLAKY),
        ((WORKS, WORKS), Repetition.FLAKY),
        ((UNKNOWN, WORKS), Repetition.FLAKY),
        ((FAILS, UNKNOWN), Repetition.UNANSWERED),
        ((FAILS, None), Repetition.UNANSWERED),
        ((UNKNOWN, None), Repetition.UNANSWERED),
        ((), Repetition.UNANSWERED),
        ((FAILS,), Repetition.UNANSWERED),
        ((outcome(status=Status.FAILS, type="TypeError"), FAILS), Repetition.FLAKY),
    ],
)
def test_only_what_repeats_each_time_is_believed(again: Any, expected: Repetition) -> None:
    assert repetition(row(), rows(*again)) is expected


def test_an_observation_repeats_within_the_tolerance() -> None:
    close, far = outcome(observed=[2.0001]), outcome(observed=[2.1])
    assert repetition(row(outcome(observed=[2.0])), rows(close, close)) is Repetition.REPEATS
    assert repetition(row(outcome(observed=[2.0])), rows(close, far)) is Repetition.FLAKY


SUITE = {
    "test_a.py": "import x\n\n\n@data(\n    'a'\n)\ndef test_one():\n    return 1\n\n\ndef test_two():\n    return 2\n",
    "test_b.py": "def test_three():\n    return 3\n",
}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("test_a.py:4", "test_one"),
        ("test_a.py:7", "test_one"),
        ("test_a.py:8", "test_one"),
        ("test_a.py:11", "test_two"),
        ("test_b.py:1", "test_three"),
        ("test_a.py:9", "test_a"),
        ("test_a.py", "test_a"),
        ("test_gone.py:3", "test_gone"),
    ],
)
def test_a_scenario_is_selected_by_its_function_else_by_its_file(source: str, name: str) -> None:
    assert expression([row(outcome(source=source))], SUITE) == name


def test_several_are_selected_at_once_and_each_once() -> None:
    changed = [row(outcome(source=source)) for source in ("test_b.py:1", "test_a.py:4", "test_a.py:8")]
    assert expression(changed, SUITE) == "test_one or test_three"


def test_nothing_selects_nothing() -> None:
    assert expression([row(outcome(source=""))], SUITE) == ""
    assert expression([row(None)], SUITE) == ""


def test_the_functions_of_the_real_suite_are_found() -> None:
    suite = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "scenarios").glob("*.py")}
    line = suite["test_adapt.py"].splitlines().index("def test_zero_variance():")
    assert expression([row(outcome(source=f"test_adapt.py:{line}"))], suite) == "test_zero_variance"


def one(**changes: Any) -> Flaky:
    facts = {"cell": CELL, "scenario": "a::b", "engine": "local", "suite": "s", "started": "now", "baseline": "works"}
    return Flaky(**{**facts, "seen": ("fails", "works", "works"), **changes})


def test_what_did_not_repeat_says_what_was_seen_in_turn() -> None:
    found = flaky.flaky(row(), rows(WORKS, None, UNKNOWN))
    assert found == one(
        scenario="adapt::mean",
        suite="0123456789abcdef",
        started="2026-01-02T03:04:05Z",
        baseline="works [1.0]",
        seen=("fails ValueError", "works [1.0]", "not asked", "unknown not run"),
    )


def test_what_is_described_is_bounded() -> None:
    assert len(flaky.described(outcome_row(outcome(observed="x" * 900)))) == 500


def test_what_is_kept_is_read_again_and_added_to(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    assert read_flaky(folder) == frozenset()
    assert keep([one()], folder) == folder / "flaky.json"
    keep([one(cell="tf2.5.3-py3.9")], folder)
    keep([one()], folder)
    assert load(folder / "flaky.json") == [one(cell="tf2.5.3-py3.9"), one()]
    assert read_flaky(folder) == {(CELL, "a::b", "now"), ("tf2.5.3-py3.9", "a::b", "now")}
    assert [path.name for path in folder.iterdir()] == ["flaky.json"]


def test_it_is_kept_a_line_each(tmp_path: Path) -> None:
    path = keep([one(seen=("\u2028\n",)), one(started="later")], tmp_path)
    text = path.read_text(encoding="ascii")
    assert len(text.splitlines()) == 4
    assert len(json.loads(text)) == 2


FACTS = '"cell": "a", "scenario": "a::b", "engine": "local", "suite": "s", "started": "now", "baseline": "works"'


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "{}x", '[{"cell": "a"}]', "[1]", '{"a": 1}', "[null]", "["),
        f'[{{{FACTS}, "seen": "fails"}}]',
        f'[{{{FACTS}, "seen": [1]}}]',
        f'[{{{FACTS}, "seen": [], "more": 1}}]',
        f'[{{{FACTS}, "seen": [], "more": {"[" * 100_000}',
        "[" * 100_000,
        f'[{{{FACTS.replace("now", chr(92) + "ud800")}, "seen": []}}]',
    ],
)
def test_a_damaged_file_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "flaky.json").write_text(text)
    with pytest.raises(DataError, match="is not a list of flaky outcomes") as raised:
        read_flaky(tmp_path)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "flaky.json").write_bytes(f'[{{{FACTS}, "seen": ["'.encode() + b'\xff"]}]')
    with pytest.raises(DataError, match="is not a list of flaky outcomes"):
        read_flaky(tmp_path)


def test_a_file_of_the_keys_that_are_known_is_read(tmp_path: Path) -> None:
    (tmp_path / "flaky.json").write_text(f'[{{{FACTS}, "seen": ["fails"]}}]')
    assert load(tmp_path / "flaky.json") == [one(cell="a", seen=("fails",))]
