"""A night in small: five cells are measured into a shard, merged, indexed, and published, by fakes of known outcome."""

import os
from pathlib import Path

from tests import fakes
from tests.conftest import ALL
from tfcompat.commands.evidence import table_of
from tfcompat.commands.publish import audit
from tfcompat.environments import locks
from tfcompat.project import Project
from tfcompat.record.lines import dump_line
from tfcompat.run import manifest, merge
from tfcompat.run.matrix import Matrix
from tfcompat.trials import nights
from tfcompat.trials.nights import Night
from tfcompat.trials.store import Store

CELLS = [fakes.cell(f"2.{minor}.0", "3.10") for minor in (7, 8, 9, 10, 11)]
SCENARIOS = [fakes.scenario_facts(name) for name in ("adapt::mean", "adapt::axis", "map::ragged")]
ANSWERS = (
    fakes.outcome_line("adapt::mean", observed=[0.5]),
    fakes.outcome_line("adapt::axis", "raised", type="ValueError", message="no"),
    fakes.outcome_line("map::ragged", "missing", type="AttributeError", message="no such name"),
)
NIGHT = "2026-01-02T00:00:00Z"


def begin(root: Path) -> Project:
    """A project whose cells are locked."""
    (root / "images").mkdir(parents=True)
    (root / "images" / "releases.toml").write_text("releases = []\n")
    for cell in CELLS:
        locks.save(fakes.lock(cell), root / "images" / "locks" / f"{cell.id}.txt")
    return Project(root=root, cache=root.parent / "cache")


def matrix(project: Project, shard: Path) -> Matrix:
    lines = [dump_line(line) for line in (fakes.header_line(*SCENARIOS), *ANSWERS, fakes.end_line(3))]
    return Matrix(
        engine=fakes.FakeEngine(sandbox=lambda: fakes.FakeSandbox(lines=lines)),
        program=fakes.program(),
        scenarios=SCENARIOS,
        store=Store(shard / "trials", [project.trials], confirms=True),
        uv=fakes.FakeUv(lambda asked: None),  # type: ignore[arg-type, return-value]
        package=locks.DEFAULT_PACKAGE,
        lock_folders=[project.locks, project.cache / "locks"],
        emit=lambda event: None,
    )


def night(project: Project) -> None:
    """Measure, merge, index and publish, as the commands do one after the other."""
    shard = project.root / "shard"
    made = matrix(project, shard)
    made.store.sweep()
    ids = [cell.id for cell in CELLS]
    manifest.write(fakes.manifest(*ids, started=NIGHT), shard / "runs")
    list(made.run(CELLS, jobs=1))
    merge.merge([shard], project.reports, fakes.SUITE)
    nights.add(Night(started=NIGHT, cells=len(ids)), project.reports)
    # The site has more files than all the rest.
    list(audit.derive(project, table_of(project), site=ALL))


def told(project: Project) -> str:
    """What a night tells: the outcomes, and each hole that an audit finds."""
    holes = "\n".join(audit.holes(project, fast=True))
    return (project.reports / "outcomes.csv").read_text() + holes.replace(str(project.root), "")


def write_told(project: Project, path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(descriptor, told(project).encode())
    os.close(descriptor)
