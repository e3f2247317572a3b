"""The real thing: the newest TensorFlow in a container, and 2.2 in a local environment, through the suite."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.speed import THEMES
from tests import committed
from tests.conftest import ALL, ROOT
from tfcompat.environments import staging
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.uv import Uv
from tfcompat.outcomes import Reason, Trial
from tfcompat.project import Project
from tfcompat.run.workshop import Workshop
from tfcompat.select import releases
from tfcompat.select.cells import cells
from tfcompat.trials import store
from tfcompat.trials.current import newest

pytestmark = pytest.mark.tensorflow
OLDEST, NEWEST = "2.2", "latest"
#: Each takes minutes; the job that repeats real releases (tox run -e repeat) asks both, and the whole suite of them; CI asks
#: the newest, and of it the four themes.
IN_A_CONTAINER = pytest.param("docker", NEWEST, "works", marks=pytest.mark.docker)
MEASURED = [IN_A_CONTAINER, ("local", OLDEST, "missing")] if ALL else [IN_A_CONTAINER]
#: Prints the modules of the bundle (its path is the argument) that would be imported although the environment has them.
SHADOWS = """
import importlib.util, os, sys, sysconfig
own, bundle = sysconfig.get_paths()["purelib"], sys.argv[1]
sys.path.append(bundle)
names = {name.split(".")[0] for name in os.listdir(bundle) if name.isidentifier() or name.endswith(".py")}
there = {name.split(".")[0] for name in os.listdir(own)} - {"__pycache__"}
print(*[name for name in names & there if bundle in importlib.util.find_spec(name).origin])
"""


@pytest.fixture
def empty_project(project_folder: Path) -> Project:
    """The project without its trials, and the cache that runs share: what is downloaded once serves both engines."""
    from tfcompat.project import default_cache

    shutil.rmtree(project_folder / "reports", ignore_errors=True)
    if not ALL:
        for path in project_folder.glob("scenarios/test_*.py"):
            if path.name not in THEMES:
                path.unlink()
    return Project(root=project_folder, cache=default_cache())


def test_the_runner_bundle_shadows_nothing(empty_project: Project) -> None:
    """With the bundle last on the path, what both it and the environment have is the environment's."""
    bundle = staging.stage_bundle(empty_project.images, empty_project.cache, Uv())
    for cell in cells(releases.select(releases.load(empty_project.releases), f"{OLDEST},{NEWEST}")):
        workshop = Workshop(project=empty_project, engine_name="local")
        matrix = workshop.matrix()
        sandbox = matrix.sandbox(LockedCell(cell=cell, lock=matrix.lock(cell)))
        folder = Path(sandbox.environment.removeprefix("local:"))
        python = empty_project.cache / "environments" / folder / "bin" / "python"
        done = subprocess.run(
            [python, "-I", "-c", SHADOWS, bundle], capture_output=True, text=True, timeout=120, check=True
        )
        assert done.stdout.split() == []


@pytest.mark.parametrize(("engine", "release", "normalization"), MEASURED)
def test_a_release_through_an_engine(engine: str, release: str, normalization: str, empty_project: Project) -> None:
    trials = measure(empty_project, engine, release)
    (cell,) = cells(releases.select(releases.load(empty_project.releases), release))
    assert set(trials) == {cell.id}
    assert trials[cell.id].versions["tensorflow"] == trials[cell.id].subject.tensorflow
    assert {outcome.reason for outcome in trials[cell.id].outcomes} <= {None, Reason.UNANSWERABLE}
    assert statuses(trials)[cell.id, "imports::tf.keras.layers.Normalization"] == normalization
    changed = differences(trials, engine)
    if changed:  # a changed outcome is believed when it repeats
        again = differences(measure(empty_project, engine, release), engine)
        assert {name: told for name, told in changed.items() if again.get(name) == told} == {}


def measure(project: Project, engine: str, release: str) -> dict[str, Trial]:
    """The newest trial of a release by its cell, run now."""
    arguments = ["--project", str(project.root), "run", "--fresh", "--engine", engine, "--tf", release]
    done = subprocess.run(
        [sys.executable, "-m", "tfcompat", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return newest(store.Store(project.trials).read())


def statuses(trials: Mapping[str, Trial]) -> dict[tuple[str, str], str]:
    return {(cell, one.scenario): str(one.status) for cell, trial in trials.items() for one in trial.outcomes}


def differences(trials: Mapping[str, Trial], engine: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Where a status is not the committed one: cell and scenario, with both. That engine's trial is asked where there is one."""
    evidence = [trial for cell in trials for trial in committed.trials_of(cell)]
    kept = {**newest(evidence), **newest(evidence, engine)}
    known, found = statuses(kept), statuses(trials)
    assert found.keys() <= known.keys()
    if ALL:
        for cell, trial in trials.items():
            assert kept[cell].subject.suite == trial.subject.suite, "commit trials of this suite: tfcompat run"
        assert known.keys() == found.keys()
    return {name: (known[name], found[name]) for name in found if known[name] != found[name]}
