"""A session: what is said before anything is made, and what an interruption leaves."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.command import InterruptedSandbox, speaking, use
from tests.fakes import FakeEngine, FakeUv, cell, lock
from tfcompat.commands.measure.session import announce, measure
from tfcompat.environments import locks
from tfcompat.errors import InterruptedRunError
from tfcompat.process import Completed
from tfcompat.project import Project
from tfcompat.run.console import size
from tfcompat.run.workshop import Workshop, needs

CELLS = [cell("2.9.3", "3.10"), cell("2.16.2", "3.12"), cell("2.17.1", "3.12")]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A workshop with an engine that has room for nothing, and the locks of three cells."""

    workshop: Workshop
    engine: FakeEngine


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prepared:
    project = Project(root=tmp_path / "project", cache=tmp_path / "cache")
    for each in CELLS:
        locks.save(lock(each), project.locks / f"{each.id}.txt")
    engine = FakeEngine(name="docker", sandbox=speaking, free=0)
    use(monkeypatch, engine)
    uv = FakeUv(lambda asked: Completed(code=1, output=""))
    return Prepared(workshop=Workshop(project=project, engine_name="docker", jobs=2, uv=uv), engine=engine)


def test_no_more_is_announced_than_the_disk_may_have(prepared: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    announce(prepared.workshop, CELLS, disk=600_000_000)
    assert ", 0.6 GB of disk (0 MB free)\n" in capsys.readouterr().err


@pytest.mark.parametrize(("jobs", "at_once"), [(None, 3), (1, 2), (2, 3), (9, 3)])
def test_with_prune_one_environment_more_than_jobs_is_on_the_disk_at_once(
    prepared: Prepared, jobs: int | None, at_once: int, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(replace(prepared.workshop, jobs=jobs or 1), CELLS, prune=jobs is not None)
    download, disk = needs(CELLS)
    assert capsys.readouterr().err.splitlines()[0] == (
        f"3 environments are to be made: about {size(download)} to download, {size(disk * at_once // 3)} of disk (0 MB free)"
    )


def test_only_what_is_missing_is_announced(prepared: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    prepared.engine.made = {each.id: speaking() for each in CELLS}
    announce(prepared.workshop, CELLS)
    assert capsys.readouterr().err == ""


def test_the_trials_come_back_and_are_shown(prepared: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    trials = measure(prepared.workshop, CELLS[:1], go_on="the same command")
    assert [trial.subject.cell for trial in trials] == [CELLS[0].id]
    assert f"{CELLS[0].id}  1 works  in 0 s  (1 of 1 cells, 0:00)" in capsys.readouterr().err


def test_an_interruption_says_what_is_kept_and_how_to_go_on(prepared: Prepared) -> None:
    prepared.engine.made = {
        CELLS[0].id: speaking(),
        CELLS[1].id: InterruptedSandbox(),
        CELLS[2].id: speaking(),
    }
    workshop = Workshop(project=prepared.workshop.project, engine_name="docker", jobs=1, uv=prepared.workshop.uv)
    with pytest.raises(InterruptedRunError) as raised:
        measure(workshop, CELLS, go_on="the same command")
    assert str(raised.value) == (
        f"interrupted: 1 of 3 cells had finished, which are kept in {workshop.store.folder};"
        " the same command goes on with the rest"
    )
    assert [trial.subject.cell for trial in workshop.store.read()] == [CELLS[0].id]
    assert prepared.engine.cancelled
