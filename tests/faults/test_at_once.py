"""What happens beside a run that goes on: somebody stops all of it for a while, or writes the reports."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from tests.faults.test_interrupted import children, wait_for
from tests.stand_in_project import start, tfcompat
from tfcompat.trials.store import Store

RUN = ("run", "--engine", "local", "--jobs", "1", "--fresh", "--tf", "9.0,9.4")
#: Seconds for which a run is stopped: longer than the limit of each scenario of the golden suite.
STOPPED = 6.0


def statuses(project: Path) -> dict[tuple[str, str], list[str]]:
    """What each trial of each cell and scenario came to, oldest first."""
    found: dict[tuple[str, str], list[str]] = {}
    for trial in Store(project / "reports" / "trials").read():
        for outcome in trial.outcomes:
            found.setdefault((trial.subject.cell, outcome.scenario), []).append(str(outcome.status))
    return found


def family(pid: int) -> list[int]:
    """A process, and all that it and they have started."""
    return [pid, *(grandchild for child in children(pid) for grandchild in family(int(child)))]


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Inside of this block a process and all that it has started do not go on."""
    pids = family(pid)
    for number in pids:
        os.kill(number, signal.SIGSTOP)
    yield
    for number in pids:
        os.kill(number, signal.SIGCONT)


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.fault(
    "SIGSTOP (Ctrl-Z) of a run and all that it started in the middle of a cell, and SIGCONT later",
    group="person",
    reads="nothing: time in which nothing ran is not counted",
    code=0,
    kept="all outcomes, the same as without it",
)
def test_a_run_that_is_stopped_for_a_while(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    assert tfcompat(stand_in_project, index, *RUN, home=tmp_path).returncode == 0
    trials = stand_in_project / "reports" / "trials"
    with start(stand_in_project, index, *RUN, home=tmp_path) as process:
        wait_for(lambda: list(trials.glob("tf9.4*/*.partial")), process)
        with stopped(process.pid):
            time.sleep(STOPPED)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert all(len(set(told)) == 1 for told in statuses(stand_in_project).values())


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
@pytest.mark.fault(
    "The reports are written while a run measures",
    group="person",
    reads="nothing: the reports have the cells that had finished",
    code=0,
    kept="the run, and every report whole",
)
def test_the_reports_are_written_beside_a_run(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    """The run is stopped in the middle of its second cell, so that it does not end before the reports are written."""
    reports, trials = stand_in_project / "reports", stand_in_project / "reports" / "trials"
    build = ("images", "build", "--engine", "local", "--tf", "9.0,9.4")
    assert tfcompat(stand_in_project, index, *build, home=tmp_path).returncode == 0
    with start(stand_in_project, index, *RUN, home=tmp_path) as process:
        wait_for(lambda: list(trials.glob("tf9.0*/*.gz")) and list(trials.glob("tf9.4*/*.partial")), process)
        with stopped(process.pid):
            report = tfcompat(stand_in_project, index, "report", home=tmp_path)
        _, errors = process.communicate(timeout=120)
    assert (report.returncode, process.returncode) == (0, 0), report.stderr + errors
    assert releases(reports) == {"9.0.0"}
    assert tfcompat(stand_in_project, index, "report", home=tmp_path).returncode == 0
    assert releases(reports) == {"9.0.0", "9.4.0"}


def releases(reports: Path) -> set[str]:
    return set(pd.read_csv(reports / "outcomes.csv", dtype=str)["tensorflow"])
