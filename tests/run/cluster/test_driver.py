"""A run on a real cluster on this machine: a scheduler and two workers, one of which is killed in the middle of its cell."""

import csv
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.run.cluster.cluster import cluster
from tests.stand_in_project import PYTHON, folder_of_python
from tfcompat.environments.staging import stage_bundle
from tfcompat.environments.uv import Uv
from tfcompat.errors import ToolError
from tfcompat.outcomes import Trial
from tfcompat.plan.work import Work
from tfcompat.project import Project
from tfcompat.run.cluster import driver
from tfcompat.run.events import Event, Progressed
from tfcompat.run.workshop import Workshop
from tfcompat.select import releases
from tfcompat.select.cells import cells
from tfcompat.trials.store import Store

pytestmark = pytest.mark.local
#: The cells of the run: one that works, one that hangs, a broken distribution, and one that no index has.
ASKED = "9.0,9.1,9.4,9.7,9.9"
HANGS = f"tf9.4.0-py{PYTHON}"


class Killer(threading.Thread):
    """Kills the worker in whose cache a cell's process runs, once that cell has its first outcome."""

    def __init__(self, cell: str, caches: dict[str, Path], workers: dict[str, int]) -> None:
        super().__init__(daemon=True)
        self.cell, self.caches, self.workers = cell, caches, workers
        self.begun = threading.Event()
        self.killed = ""

    def hear(self, event: Event) -> None:
        if isinstance(event, Progressed) and event.cell == self.cell:
            self.begun.set()

    def run(self) -> None:
        self.begun.wait()
        while not self.killed:
            for name, cache in self.caches.items():
                if runs_in(cache, self.cell):
                    os.kill(self.workers[name], signal.SIGKILL)
                    self.killed = name
                    return
            time.sleep(0.05)


def runs_in(cache: Path, cell: str) -> bool:
    """Whether a process of a cell's environment in a cache runs."""
    mark = f"{cache}/environments/{cell}".encode()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(mark):
                return True
        except OSError:
            continue
    return False


def prepared(project: Path, index: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setenv("UV_DEFAULT_INDEX", index)
    monkeypatch.setenv("PATH", f"{folder_of_python(home)}{os.pathsep}{os.environ['PATH']}")
    return Workshop(project=Project(root=project, cache=home / "cache"), engine_name="local", jobs=2)


def asked(workshop: Workshop, which: str) -> list[Work]:
    chosen = releases.select(releases.load(workshop.project.releases), which)
    return [Work(cell=cell) for cell in cells(chosen)]


def answers(trials: list[Trial]) -> set[tuple[str, str, str]]:
    return {(trial.subject.cell, outcome.scenario, outcome.status) for trial in trials for outcome in trial.outcomes}


def known(trials: list[Trial]) -> set[tuple[str, str, str]]:
    """What the golden run says of the scenarios of some trials."""
    names = {trial.subject.cell for trial in trials if trial.outcomes}
    with (ROOT / "tests" / "golden" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["cell"], row["scenario"], row["status"]) for row in csv.DictReader(file)]
    here = {(cell.replace("py3.11", f"py{PYTHON}"), scenario, status) for cell, scenario, status in rows}
    return {row for row in here if row[0] in names}


@pytest.mark.usefixtures("staged_bundle")
def test_a_lost_worker_costs_only_what_it_runs(
    stand_in_project: Path, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop = prepared(stand_in_project, index, tmp_path, monkeypatch)
    caches = {name: tmp_path / name for name in ("first", "second")}
    for cache in caches.values():
        monkeypatch.delenv("UV_DEFAULT_INDEX")
        stage_bundle(stand_in_project / "images", cache, Uv())  # the stand-ins' index has no pytest
        monkeypatch.setenv("UV_DEFAULT_INDEX", index)
    with cluster(tmp_path / "cluster", caches) as (address, workers):
        killer = Killer(HANGS, caches, {name: process.pid for name, process in workers.items()})
        killer.start()
        matrix = workshop.matrix(killer.hear)
        trials = list(driver.run(matrix, asked(workshop, ASKED), workshop=workshop, scheduler=address))
        killer.join(10)
        assert killer.killed
        assert workers[killer.killed].wait(10) == -signal.SIGKILL
    assert Counter(trial.subject.cell for trial in trials) == Counter(
        f"tf{version}-py{PYTHON}" for version in ("9.0.0", "9.1.0", "9.4.0", "9.7.0", "9.9.0")
    )
    assert answers(trials) == known(trials)
    kept = Store(stand_in_project / "reports" / "trials").read()
    assert sorted(map(identity, kept)) == sorted(map(identity, trials))
    assert not list(stand_in_project.rglob("*.partial"))
    made = Counter(path.name.partition("-py")[0] for cache in caches.values() for path in environments(cache))
    assert made == {"tf9.0.0": 1, "tf9.1.0": 1, "tf9.4.0": 2, "tf9.7.0": 1}


@pytest.mark.usefixtures("staged_bundle")
def test_where_the_scheduler_is_lost_the_run_says_so_and_keeps_what_had_finished(
    stand_in_project: Path, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = stand_in_project / "scenarios" / "test_golden.py"
    suite.write_text(suite.read_text().replace("limit=3", "limit=500"))
    workshop = prepared(stand_in_project, index, tmp_path, monkeypatch)
    with cluster(tmp_path / "cluster", {"first": workshop.project.cache}) as (address, processes):
        trials = driver.run(workshop.matrix(), asked(workshop, "9.0,9.4"), workshop=workshop, scheduler=address)
        first = next(iter(trials))
        processes["scheduler"].kill()
        with pytest.raises(ToolError, match="the Dask scheduler is gone: what had finished is kept"):
            next(iter(trials))
    assert [trial.subject for trial in workshop.store.read()] == [first.subject]
    wait_for(lambda: not runs_in(workshop.project.cache, HANGS))


@pytest.mark.usefixtures("staged_bundle")
def test_without_a_scheduler_the_workers_are_processes_that_end_with_the_run(
    stand_in_project: Path, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = stand_in_project / "scenarios" / "test_golden.py"
    suite.write_text(suite.read_text().replace("limit=3", "limit=500"))
    workshop = prepared(stand_in_project, index, tmp_path, monkeypatch)
    begun = threading.Event()

    def hear(event: Event) -> None:
        if isinstance(event, Progressed) and event.cell == HANGS:
            begun.set()

    trials = driver.run(workshop.matrix(hear), asked(workshop, "9.0,9.4"), workshop=workshop, scheduler=None)
    first = next(iter(trials))
    assert (first.subject.cell, first.reason) == (f"tf9.0.0-py{PYTHON}", None)
    assert begun.wait(60)
    assert runs_in(workshop.project.cache, HANGS)
    close(trials)
    wait_for(lambda: not runs_in(workshop.project.cache, HANGS))
    assert [path.parent.name for path in workshop.store.files()] == [f"tf9.0.0-py{PYTHON}"]


def close(trials: Iterator[Trial]) -> None:
    """Leave a run, as an interruption does."""
    assert isinstance(trials, Generator)
    trials.close()


def wait_for(condition: Callable[[], object], limit: float = 30.0) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "what the test waits for did not happen"
        time.sleep(0.1)


def test_where_no_scheduler_answers_the_run_says_so(stand_in_project: Path, tmp_path: Path) -> None:
    workshop = Workshop(project=Project(root=stand_in_project, cache=tmp_path / "cache"), engine_name="local")
    with (
        pytest.raises(
            ToolError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9 .*: start one with dask scheduler"
        ),
        driver.connected("tcp://127.0.0.1:9", answer=1, workshop=workshop),
    ):
        pass


def environments(cache: Path) -> list[Path]:
    return [path for path in (cache / "environments").iterdir() if path.is_dir()]


def identity(trial: Trial) -> tuple[str, str, str]:
    return trial.subject.cell, trial.subject.started, trial.subject.environment
