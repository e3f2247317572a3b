"""Tests of the console: what a run says while it goes and when it ends."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from tests.fakes import cell, outcome, trial
from tfcompat.outcomes import Reason, Status
from tfcompat.run import console
from tfcompat.run.console import Clock, Live
from tfcompat.run.events import Answered, Finished, Noticed, Progressed, Stage, Staged

NAME = "tf2.16.2-py3.12"
DONE = trial(NAME, outcome("a::1"), outcome("a::2"), outcome("a::3", Status.FAILS), seconds=12.4)


class FixedClock(Clock):
    """Stands at a time."""

    @property
    def words(self) -> str:
        return f"{self.finished} of {self.planned}"


def clock_at(monkeypatch: pytest.MonkeyPatch, seconds: float, *, finished: int, planned: int) -> str:
    monkeypatch.setattr("time.monotonic", lambda: 1000.0 + seconds)
    return Clock(planned=planned, finished=finished, started=1000.0).words


@pytest.mark.parametrize(
    ("seconds", "finished", "planned", "words"),
    [
        (5.0, 0, 4, "0 of 4 cells, 0:05"),
        (65.9, 1, 4, "1 of 4 cells, 1:05, about 3:17 left"),
        (120.0, 3, 4, "3 of 4 cells, 2:00, about 0:40 left"),
        (4000.0, 4, 4, "4 of 4 cells, 66:40"),
    ],
)
def test_the_clock_tells_what_is_left(
    seconds: float, finished: int, planned: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clock_at(monkeypatch, seconds, finished=finished, planned=planned) == words


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


def test_without_a_terminal_stages_and_results_are_lines_of_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with console.listening([cell()]) as emit:
        emit(Staged(cell=NAME, stage=Stage.BUILDING))
        emit(Staged(cell=NAME, stage=Stage.WAITING))
        emit(Noticed(cell=NAME, text="it runs alone"))
        emit(Progressed(cell=NAME, done=1, planned=3))
        emit(Answered(cell=NAME, scenario="a::1", seconds=1.0))
        emit(Finished(cell=NAME, trial=DONE))
    said = capsys.readouterr()
    assert said.out == ""
    assert (
        said.err
        == f"{NAME}  building\n{NAME}: it runs alone\n{NAME}  2 works, 1 fails  in 12 s  (1 of 1 cells, 0:00)\n"
    )


@pytest.fixture
def screen() -> Console:
    return Console(file=io.StringIO(), width=200, force_terminal=False)


def live(screen: Console, planned: int = 2) -> Live:
    return Live(Progress(TextColumn("{task.description}"), console=screen), FixedClock(planned=planned))


def test_on_a_terminal_a_cell_under_way_has_a_line_that_says_how_far_it_is(screen: Console) -> None:
    lines = live(screen)
    lines(Staged(cell=NAME, stage=Stage.RUNNING))
    lines(Progressed(cell=NAME, done=3, planned=9))
    everything, line = lines.progress.tasks
    assert everything.description == "all"
    assert (line.description, line.completed, line.total, line.fields["note"]) == (NAME, 3, 9, "3/9")


def test_on_a_terminal_a_stage_is_a_note(screen: Console) -> None:
    lines = live(screen)
    lines(Staged(cell=NAME, stage=Stage.LOCKING))
    assert (lines.progress.tasks[1].fields["note"], lines.progress.tasks[1].total) == ("locking", None)


def test_on_a_terminal_a_notice_is_a_line_that_stays(screen: Console) -> None:
    lines = live(screen)
    lines(Noticed(cell=NAME, text="it [red]runs[/red] alone"))
    lines(Answered(cell=NAME, scenario="a::1", seconds=1.0))
    assert [task.description for task in lines.progress.tasks] == ["all"]
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue() == f"{NAME}: it [red]runs[/red] alone\n"


def test_on_a_terminal_a_finished_cell_loses_its_line_and_counts(screen: Console) -> None:
    lines = live(screen)
    lines(Staged(cell=NAME, stage=Stage.RUNNING))
    lines(Finished(cell=NAME, trial=DONE))
    (everything,) = lines.progress.tasks
    assert (everything.completed, everything.total, everything.fields["note"]) == (1, 2, "1 of 2")
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue() == f"{NAME}  2 works, 1 fails  in 12 s\n"


def test_on_a_terminal_a_cell_may_come_again(screen: Console) -> None:
    lines = live(screen)
    for _ in range(2):
        lines(Staged(cell=NAME, stage=Stage.RUNNING))
        lines(Finished(cell=NAME, trial=DONE))
    assert [(task.description, task.completed) for task in lines.progress.tasks] == [("all", 2)]


def test_the_closing_words_are_of_the_cells_without_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    console.closing([DONE, trial(NAME, reason=Reason.NO_LOCK, message="no solution")])
    assert capsys.readouterr().err == f"{NAME}: no lock (cause: the distributions): no solution\n"


def test_a_closing_message_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    console.closing([trial(NAME, reason=Reason.NO_LOCK, message="x" * 10_000)])
    assert capsys.readouterr().err.count("x") == console.MESSAGE


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
