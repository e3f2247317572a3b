"""The real thing: TensorFlow 2.2 and the newest, through the whole suite, on both engines."""

import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from harness import releases, staging, store
from harness.engine import Recipe
from harness.outcomes import Trial
from harness.project import Project
from harness.uv import Uv
from harness.workshop import Workshop
from tests.conftest import ROOT

pytestmark = pytest.mark.tensorflow
WANTED = "2.2,latest"
#: Prints the modules of the bundle (its path is the argument) that would be imported although the environment has them.
SHADOWS = """
import importlib.util, os, sys, sysconfig
own, bundle = sysconfig.get_paths()["purelib"], sys.argv[1]
sys.path.append(bundle)
names = {name.split(".")[0] for name in os.listdir(bundle) if name.isidentifier() or name.endswith(".py")}
there = {name.split(".")[0] for name in os.listdir(own)}
print(*[name for name in names & there if bundle in importlib.util.find_spec(name).origin])
"""


@pytest.fixture
def empty_project(project_folder: Path) -> Project:
    """The project without its trials, and the cache that runs share: what is downloaded once serves both engines."""
    from harness.project import default_cache

    shutil.rmtree(project_folder / "reports", ignore_errors=True)
    return Project(root=project_folder, cache=default_cache())


def test_the_runner_bundle_shadows_nothing(empty_project: Project) -> None:
    """With the bundle last on the path, what both it and the environment have is the environment's."""
    bundle = staging.stage_bundle(empty_project.images, empty_project.cache, Uv())
    for cell in releases.cells(releases.select(releases.load(empty_project.releases), WANTED)):
        workshop = Workshop(project=empty_project, engine_name="local")
        matrix = workshop.matrix()
        sandbox = matrix.sandbox(Recipe(cell=cell, lock=matrix.lock(cell)))
        folder = Path(sandbox.environment.removeprefix("local:"))
        python = empty_project.cache / "environments" / folder / "bin" / "python"
        done = subprocess.run(
            [python, "-I", "-c", SHADOWS, bundle], capture_output=True, text=True, timeout=120, check=True
        )
        assert done.stdout.split() == []


@pytest.mark.parametrize("engine", ["local", pytest.param("docker", marks=pytest.mark.docker)])
def test_the_oldest_and_the_newest_release(engine: str, empty_project: Project) -> None:
    arguments = ["--project", str(empty_project.root), "run", "--engine", engine, "--tf", WANTED]
    done = subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    trials = store.Store(empty_project.trials).read()
    cells = releases.cells(releases.select(releases.load(empty_project.releases), WANTED))
    assert [trial.subject.cell for trial in sorted(trials, key=lambda one: one.subject.cell)] == [
        cell.id for cell in cells
    ]
    for trial in trials:
        assert trial.versions["tensorflow"] == trial.subject.tensorflow
        assert trial.complete
    status = {(trial.subject.cell, one.scenario): one.status for trial in trials for one in trial.outcomes}
    assert status[cells[0].id, "imports::tf.keras.layers.Normalization"] == "missing"
    assert status[cells[1].id, "imports::tf.keras.layers.Normalization"] == "works"
    assert_as_committed(trials)


def assert_as_committed(trials: list[Trial]) -> None:
    """What this run saw is what the committed table says, where that was made with this suite."""
    committed = store.newest(store.Store(ROOT / "reports" / "trials").read(), trials[0].subject.engine)
    suite = staging.suite_hash(staging.suite_files(ROOT / "scenarios"))
    for trial in trials:
        known = committed[trial.subject.cell]
        assert known.subject.suite == suite, "the committed trials are of another suite: run the matrix and commit them"
        before = pd.Series({one.scenario: str(one.status) for one in known.outcomes})
        after = pd.Series({one.scenario: str(one.status) for one in trial.outcomes})
        assert before.compare(after).empty, before.compare(after)
