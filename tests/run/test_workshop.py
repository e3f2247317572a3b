"""Tests of the workshop: which engine, what runs, where trials go, and what is there already."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.fakes import (
    FakeEngine,
    FakeSandbox,
    FakeUv,
    cell,
    digested,
    header_line,
    keep_suite,
    lock,
    outcome_line,
    said,
    subject,
)
from tfcompat.environments import locks
from tfcompat.environments.engine import Engine
from tfcompat.environments.engines.docker import bases
from tfcompat.environments.engines.local import LocalEngine
from tfcompat.errors import ToolError
from tfcompat.outcomes import Reason
from tfcompat.plan import staged
from tfcompat.process import Completed
from tfcompat.project import Project
from tfcompat.record.lines import trial_line, verdict_line
from tfcompat.run import workshop
from tfcompat.run.workshop import Workshop

OLD, NEW = cell("2.9.3", "3.10"), cell("2.16.2", "3.12")
REFUSED = "no Docker engine answers (connection refused): start one, or use --engine local"


def installs(asked: list[str]) -> Completed:
    """What uv does when it installs into a folder."""
    Path(asked[asked.index("--target") + 1]).mkdir()
    return Completed(code=0, output="")


def fails(asked: list[str]) -> Completed:
    return Completed(code=2, output="error: the network is unreachable")


@dataclass(frozen=True, kw_only=True)
class WithoutDocker(Workshop):
    """On a machine without a Docker engine."""

    def docker(self) -> Engine:
        raise ToolError(REFUSED)


@dataclass(frozen=True, kw_only=True)
class WithDocker(Workshop):
    """On a machine with one."""

    has: FakeEngine = field(default_factory=lambda: FakeEngine(name="docker"))

    def docker(self) -> Engine:
        return self.has


@pytest.fixture
def place(tmp_path: Path) -> Project:
    """A project with a suite and a bundle, and the locks of two cells."""
    project = Project(root=tmp_path / "project", cache=tmp_path / "cache")
    project.suite.mkdir(parents=True)
    (project.suite / "test_adapt.py").write_text("def test(): ...\n")
    for each in (OLD, NEW):
        locks.save(lock(each), project.locks / f"{each.id}.txt")
    (project.images / "bundle.txt").write_text("pytest==8.3.5\n")
    return project


@pytest.fixture
def here(place: Project) -> WithDocker:
    return WithDocker(project=place, engine_name="docker", uv=FakeUv(installs))


def measured(here: Workshop, *, reason: Reason | None = None, **changes: str) -> None:
    """Keep a trial of NEW as this workshop would make it now, but for some changes of its subject."""
    now = subject(NEW.id, engine=here.engine.name, suite=here.program.suite_hash, lock=lock(NEW).digest)
    found = replace(now, **changes)
    lines = [trial_line(found), *said(found, header_line(), outcome_line()), verdict_line(reason, "", 1.0)]
    keep_suite(here.store.folder, suite=found.suite)
    with here.store.begin(found) as writer:
        for line in lines:
            writer.write(line)


def test_docker_is_the_engine_where_one_answers(place: Project, capsys: pytest.CaptureFixture[str]) -> None:
    here = WithDocker(project=place, engine_name="auto", uv=FakeUv(fails))
    assert here.engine is here.has
    assert capsys.readouterr().err == ""


def test_without_docker_auto_takes_local_environments_and_says_so_in_one_line(
    place: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    here = WithoutDocker(project=place, engine_name="auto", uv=FakeUv(fails))
    assert isinstance(here.engine, LocalEngine)
    assert here.engine.folder == place.cache / "environments"
    assert here.engine is here.engine  # and says it once
    assert capsys.readouterr().err == "using local environments: no Docker engine answers (connection refused)\n"


NO_BASE = (
    "the base image python:3.8-slim-bookworm is not here, and the registry does not give it (no such host): "
    "make stand-ins with python images/offline_base.py 3.8, or use --engine local"
)


def use_docker_without_bases(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """A Docker engine that answers, and has no base image of any Python; so has the registry."""
    fake = FakeEngine(name="docker")

    def require(pythons: tuple[str, ...]) -> None:
        assert pythons == ("3.8",)
        raise ToolError(NO_BASE)

    monkeypatch.setattr(workshop, "DockerEngine", lambda images, cache: fake)
    monkeypatch.setattr(bases, "require", require)
    return fake


def test_without_base_images_auto_takes_local_environments_and_says_why(
    place: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_docker_without_bases(monkeypatch)
    here = Workshop(project=place, engine_name="auto", uv=FakeUv(fails), pythons=("3.8",))
    assert isinstance(here.engine, LocalEngine)
    assert capsys.readouterr().err == (
        "using local environments: the base image python:3.8-slim-bookworm is not here,"
        " and the registry does not give it (no such host)\n"
    )


def test_who_asks_for_docker_gets_it_and_each_cell_says_what_it_lacks(
    place: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = use_docker_without_bases(monkeypatch)
    assert Workshop(project=place, engine_name="docker", uv=FakeUv(fails), pythons=("3.8",)).engine is fake


def test_without_docker_who_asks_for_it_is_told(place: Project) -> None:
    with pytest.raises(ToolError, match="no Docker engine answers"):
        _ = WithoutDocker(project=place, engine_name="docker", uv=FakeUv(fails)).engine


def test_local_environments_can_be_asked_for_where_docker_answers(place: Project) -> None:
    here = WithDocker(project=place, engine_name="local", uv=FakeUv(fails))
    assert isinstance(here.engine, LocalEngine)


def test_the_program_is_the_projects_with_what_pytest_gets(place: Project) -> None:
    here = WithDocker(project=place, engine_name="docker", arguments=("-k", "mean"), uv=FakeUv(installs))
    assert here.program == staged.program(place, here.uv, ("-k", "mean"))
    assert here.program.arguments == ("-k", "mean")


def test_trials_of_the_whole_suite_are_kept_in_the_project(here: WithDocker) -> None:
    assert here.store.folder == here.project.trials


def test_trials_of_a_part_of_the_suite_are_kept_apart(here: WithDocker) -> None:
    assert replace(here, arguments=("-k", "mean")).store.folder == here.project.cache / "partial"


def test_committed_locks_come_before_those_made_on_demand(here: WithDocker) -> None:
    other = lock(NEW, package="tensorflow-cpu", day=NEW.release.date)
    locks.save(other, here.project.cache / "locks" / f"{NEW.id}.txt")
    assert here.lock(NEW) == lock(NEW)
    (here.project.locks / f"{NEW.id}.txt").unlink()
    assert here.lock(NEW) == other


def test_a_lock_is_one_of_the_package_that_was_asked_for(here: WithDocker) -> None:
    assert replace(here, package="tensorflow").lock(NEW) is None


def test_cells_without_a_lock_or_an_environment_are_to_be_made(here: WithDocker) -> None:
    here.has.made[NEW.id] = FakeSandbox()
    unlocked = cell("2.10.1", "3.10")
    here.has.made[unlocked.id] = FakeSandbox()
    assert here.without_environment([OLD, unlocked, NEW]) == [OLD, unlocked]


def test_a_cell_is_current_where_its_newest_trial_is_of_this_suite_and_lock(here: WithDocker) -> None:
    assert here.without_trial([OLD, NEW]) == (OLD, NEW)
    measured(here)
    assert here.without_trial([OLD, NEW]) == (OLD,)


@pytest.mark.parametrize(
    "change",
    [
        {"suite": "another"},
        {"lock": "b" * 64},
        {"engine": "local"},
        {"cell": OLD.id, "tensorflow": str(OLD.release.version), "python": OLD.python},
    ],
)
def test_a_cell_is_not_current_where_its_trial_is_of_something_else(here: WithDocker, change: dict[str, str]) -> None:
    measured(here, reason=None, **change)
    assert here.without_trial([NEW]) == (NEW,)


def test_a_cell_is_not_current_where_its_trial_has_no_answer(here: WithDocker) -> None:
    measured(here, reason=Reason.ENGINE_LOST)
    assert here.without_trial([NEW]) == (NEW,)


def test_a_cell_is_not_current_where_its_lock_is_gone(here: WithDocker) -> None:
    measured(here)
    (here.project.locks / f"{NEW.id}.txt").unlink()
    assert here.without_trial([NEW]) == (NEW,)


def test_only_the_newest_trial_counts(here: WithDocker) -> None:
    measured(here, started="2026-01-01T00:00:00Z")
    measured(here, started="2026-01-02T00:00:00Z", suite="another")
    assert here.without_trial([NEW]) == (NEW,)


def test_a_matrix_has_what_the_workshop_has(here: WithDocker) -> None:
    vars(here).update(suite=digested(adapt__mean="1", adapt__axis="2"))
    matrix = here.matrix(prune=True)
    assert [facts.id for facts in matrix.scenarios] == ["adapt::mean", "adapt::axis"]
    assert (matrix.engine, matrix.program, matrix.uv, matrix.package) == (here.has, here.program, here.uv, here.package)
    assert (matrix.store.folder, matrix.lock_folders) == (here.project.trials, here.lock_folders)
    assert matrix.remove_afterwards
    assert not here.matrix().remove_afterwards
    assert matrix.stopped is here.uv.cancelled


@pytest.mark.parametrize(("processors", "gigabytes", "jobs"), [(8, 64, 9), (8, 3, 3), (8, 0, 1), (None, 64, 2)])
def test_one_job_more_than_cores_within_memory(
    processors: int | None, gigabytes: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 1 << 12, "SC_PHYS_PAGES": gigabytes << 18}.__getitem__)
    assert workshop.default_jobs() == jobs


def test_what_environments_take_grows_with_their_wheels() -> None:
    assert workshop.needs([]) == (0, 0)
    assert workshop.needs([OLD], "tensorflow")[1] > 2 * workshop.needs([OLD])[1]
    single, two = workshop.needs([OLD]), workshop.needs([OLD, NEW])
    assert single[0] > OLD.release.megabytes * 1_000_000
    assert single[1] > single[0]
    assert two == (2 * single[0], 2 * single[1])
