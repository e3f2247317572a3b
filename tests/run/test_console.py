"""Tests of the console: what a run says while it goes, on terminals of any width and in logs."""

import io
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tests.fakes import outcome, trial
from tests.golden.terminal import is_golden
from tests.run.test_estimate import Hand
from tfcompat.outcomes import Reason, Status
from tfcompat.run import console
from tfcompat.run.console import Frame
from tfcompat.run.estimate import Estimate, ExpectedCell
from tfcompat.run.events import Answered, Event, Finished, Noticed, Progressed, Stage, Staged

NAME, OTHER, LATE = "tf2.16.2-py3.12", "tf2.17.1-py3.12+keras-latest", "tf2.18.1-py3.12"
DONE = trial(NAME, outcome("a::1"), outcome("a::2"), outcome("a::3", Status.FAILS), seconds=12.4)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def estimate(*cells: str, hand: Hand | None = None) -> Estimate:
    return Estimate([ExpectedCell(cell=name, run=60) for name in cells or (NAME,)], now=hand or Hand())


def test_a_finished_line_counts_statuses_in_their_order() -> None:
    assert console.finished_line(DONE) == f"{NAME}  2 works, 1 fails  in 12 s"


def test_a_finished_line_says_why_there_is_no_answer() -> None:
    assert console.finished_line(trial(NAME, reason=Reason.NO_WHEEL)) == f"{NAME}  unknown: no wheel  in 0 s"


def test_a_finished_line_has_both_where_only_a_part_has_answers() -> None:
    half = trial(NAME, outcome(), outcome("a::2", Status.UNKNOWN, reason=Reason.TIME_LIMIT), reason=Reason.TIME_LIMIT)
    assert console.finished_line(half) == f"{NAME}  1 works, 1 unknown; unknown: time limit of the cell  in 0 s"


def test_a_finished_line_counts_what_is_reused_of_earlier_trials() -> None:
    now, before = "2026-01-02T03:04:05Z", "2025-12-31T00:00:00Z"
    ran = [outcome(f"a::{n}", measured=now) for n in range(2)]
    reused = [outcome(f"b::{n}", Status.FAILS, measured=before if n else "2025-01-01T00:00:00Z") for n in range(3)]
    lost = outcome("c::1", Status.UNKNOWN, reason=Reason.TIME_LIMIT)
    some = trial(NAME, *ran, *reused, lost, seconds=7)
    assert console.finished_line(some) == f"{NAME}  2 works, 3 fails, 1 unknown; 2 run, 3 reused  in 7 s"
    assert console.finished_line(trial(NAME, *ran)) == f"{NAME}  2 works  in 0 s"
    assert console.finished_line(trial(NAME, *reused)) == f"{NAME}  3 fails; 0 run, 3 reused  in 0 s"


def test_in_a_log_stages_and_results_are_lines_of_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with console.listening(estimate()) as emit:
        emit(Staged(cell=NAME, stage=Stage.BUILDING))
        emit(Staged(cell=NAME, stage=Stage.WAITING))
        emit(Noticed(cell=NAME, text="it runs\x1b[2J alone"))
        emit(Progressed(cell=NAME, done=1, planned=3))
        emit(Answered(cell=NAME, scenario="a::1", seconds=1.0))
        emit(Finished(cell=NAME, trial=DONE))
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "1 cell, about 1:00 by what they took before",
        f"{NAME}  building",
        f"{NAME}: it runs�[2J alone",
        f"{NAME}  2 works, 1 fails  in 12 s  (1 of 1 cells, 0:00)",
    ]


def test_what_was_never_measured_is_said_to_be_a_guess(capsys: pytest.CaptureFixture[str]) -> None:
    cells = [ExpectedCell(cell=NAME, run=60), ExpectedCell(cell=OTHER, run=60, guess=True)]
    with console.listening(Estimate(cells, now=Hand())):
        pass
    assert capsys.readouterr().err == (
        "2 cells, about 2:00 by what they took before; 1 of them never measured here, a guess\n"
    )


def test_where_nothing_is_to_run_nothing_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    with console.listening(Estimate([], now=Hand())):
        pass
    assert capsys.readouterr().err == ""


def test_a_log_that_was_silent_says_how_far_the_run_is(capsys: pytest.CaptureFixture[str]) -> None:
    with console.plain(estimate(NAME, OTHER), quiet=0.0, look=0.01) as emit:
        emit(Staged(cell=NAME, stage=Stage.RUNNING))
        emit(Progressed(cell=NAME, done=3, planned=9))
        time.sleep(0.2)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"{NAME}  running"
    assert f"0 of 2 cells, 0:00, about 1:50 left; under way: {NAME} 3/9" in lines[1:] or lines[1].endswith(
        f"{NAME} 3/9"
    )


@pytest.mark.parametrize(
    ("stream", "term", "is_live"),
    [(Terminal(), "xterm", True), (Terminal(), "dumb", False), (Terminal(), "", True), (io.StringIO(), "xterm", False)],
)
def test_lines_change_only_on_a_terminal_that_has_such(
    stream: io.StringIO, term: str, is_live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", term)
    assert console.is_live() is is_live


def test_a_dumb_terminal_gets_no_control_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "dumb")
    with console.listening(estimate()) as emit:
        emit(Staged(cell=NAME, stage=Stage.RUNNING))
        emit(Finished(cell=NAME, trial=DONE))
    assert all(letter.isprintable() or letter == "\n" for letter in stream.getvalue())


def screen(width: int) -> Console:
    return Console(file=io.StringIO(), width=width, height=24, force_terminal=True, color_system=None, record=True)


def halfway(hand: Hand) -> Estimate:
    """A run of five cells: one is over, one runs, one is late, one is being made, and one waits."""
    cells = [
        ExpectedCell(cell="tf2.9.3-py3.10", run=42.0),
        ExpectedCell(cell=NAME, run=75.0),
        ExpectedCell(cell=LATE, run=20.0),
        ExpectedCell(cell=OTHER, build=40.0, run=80.0),
        ExpectedCell(cell="tf2.19.1-py3.12", build=35.0, run=80.0, guess=True),
    ]
    run = Estimate(cells, jobs=2, now=hand)
    events: tuple[tuple[float, Event], ...] = (
        (0, Staged(cell="tf2.9.3-py3.10", stage=Stage.RUNNING)),
        (1, Staged(cell=LATE, stage=Stage.RUNNING)),
        (41, Finished(cell="tf2.9.3-py3.10", trial=trial("tf2.9.3-py3.10"))),
        (1, Staged(cell=NAME, stage=Stage.RUNNING)),
        (10, Staged(cell=OTHER, stage=Stage.BUILDING)),
        (20, Progressed(cell=NAME, done=412, planned=982)),
    )
    for seconds, event in events:
        hand.at += seconds
        run(event)
    return run


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_lines_of_a_run_that_is_under_way(width: int) -> None:
    hand = Hand()
    frame = Frame(halfway(hand))
    on = screen(width)
    on.print(frame)
    hand.at += 5  # nothing happened, and it counts down
    on.print(frame)
    assert is_golden(f"frame-{width}", on.export_text())


@settings(deadline=None)
@given(width=st.integers(10, 250), number=st.integers(0, 20))
def test_no_frame_is_wider_than_the_terminal(width: int, number: int) -> None:
    hand = Hand()
    run = halfway(hand)
    for index in range(number):
        run(Staged(cell=f"tf2.{index}.0-py3.99+a-very-long-variant", stage=Stage.RUNNING))
    on = screen(width)
    on.print(Frame(run))
    lines = on.export_text().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert len(lines) <= console.LINES + 2


def test_a_live_run_leaves_a_line_for_each_cell_and_nothing_else() -> None:
    on = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    with console.live(estimate(NAME, OTHER), on) as emit:
        emit(Staged(cell=NAME, stage=Stage.RUNNING))
        emit(Noticed(cell=NAME, text="it [red]runs[/red] alone"))
        emit(Finished(cell=NAME, trial=DONE))
    assert isinstance(on.file, io.StringIO)
    printed = on.file.getvalue()
    assert f"{NAME}: it [red]runs[/red] alone" in printed
    assert f"{NAME}  2 works, 1 fails  in 12 s" in printed
    assert "\x1b[?25h" in printed, "the cursor is shown again"


def test_without_unicode_the_bar_is_of_ascii() -> None:
    assert console.bar(0.5, 8, ascii_only=True) == "####...."
    assert console.bar(2.0, 4, ascii_only=False) == "━━━━"


def test_what_is_needed_is_said_before_it_is_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    console.needs(1_000_000_000, 3_000_000_000, 9_000_000_000, 2)
    assert capsys.readouterr().err == (
        "2 environments are to be made: about 1.0 GB to download, 3.0 GB of disk (9.0 GB free)\n"
    )


def test_more_than_is_free_is_said_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    console.needs(1_000_000_000, 3_000_000_001, 3_000_000_000, 2)
    advice = capsys.readouterr().err.splitlines()[1]
    assert "--prune" in advice
    assert "--disk" in advice


def test_where_nothing_is_to_be_made_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    console.needs(0, 0, 0, 0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0 MB"), (1_499_999, "1 MB"), (499_999_999, "500 MB"), (5 * 10**8, "0.5 GB")]
)
def test_sizes(amount: int, text: str) -> None:
    assert console.size(amount) == text
