"""The suite on real releases in another order, and scenarios alone: each gives the outcome that it gives among all."""

import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests import committed
from tests.conftest import ROOT
from tfcompat.outcomes import Outcome
from tfcompat.project import Project, default_cache
from tfcompat.record.verdict import same
from tfcompat.trials import store
from tfcompat.trials.current import newest

pytestmark = [pytest.mark.tensorflow, pytest.mark.minutes]
RELEASES = ("2.2", "2.9", "latest")
#: How many scenarios of a release are run alone; which ones changes from run to run with the seed.
ALONE = 6
SHUFFLED = """
import random

def pytest_collection_modifyitems(items):
    random.Random({seed}).shuffle(items)
"""
ONLY = """
def id_of(item):
    parameters = getattr(getattr(item, "callspec", None), "params", {{}})
    return item.get_closest_marker("scenario").kwargs["id"].format(**parameters)

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if id_of(item) == {name!r}]
"""


@pytest.fixture
def another_order(project_folder: Path) -> Project:
    """The project without its trials; a conftest.py beside the scenarios reorders them."""
    shutil.rmtree(project_folder / "reports", ignore_errors=True)
    return Project(root=project_folder, cache=default_cache())


@pytest.fixture
def seed() -> int:
    """A seed of its own for each run of the tests; it is shown where one fails."""
    chosen = random.SystemRandom().randrange(10**6)
    print(f"seed {chosen}")
    return chosen


@pytest.mark.parametrize("release", RELEASES)
def test_outcomes_are_the_same_in_any_order(release: str, another_order: Project, seed: int) -> None:
    changed = unlike(measured(another_order, release, SHUFFLED.format(seed=seed)), release)
    if changed:  # what differs counts where it repeats
        again = unlike(measured(another_order, release, SHUFFLED.format(seed=seed)), release)
        assert sorted(changed & again) == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_scenario_alone_gives_what_it_gives_among_all(release: str, another_order: Project, seed: int) -> None:
    chosen = random.Random(seed).sample(sorted(known_of(release)), ALONE)  # noqa: S311 -- no secret
    for name in chosen:
        alone = measured(another_order, release, ONLY.format(name=name))
        assert set(alone) == {name}
        assert unlike(alone, release) == set()


def measured(project: Project, release: str, conftest: str) -> dict[str, Outcome]:
    """The outcomes of a release by scenario, run now with a conftest.py beside the scenarios."""
    (project.suite / "conftest.py").write_text(conftest)
    shutil.rmtree(project.reports, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "tfcompat", "--project", project.root, "run", "--engine", "local", "--tf", release],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # What hung is asked again alone, in a trial of its own: a busy machine makes hangs.
    (trial,) = newest(store.Store(project.trials).read()).values()
    return {outcome.scenario: outcome for outcome in trial.outcomes}


def unlike(outcomes: Mapping[str, Outcome], release: str) -> set[str]:
    """The scenarios whose status or observation is not the committed one of that release."""
    known = known_of(release)
    return {
        name
        for name, outcome in outcomes.items()
        if outcome.status != known[name].status or not same(outcome.observed, known[name].observed)
    }


@cache
def known_of(release: str) -> dict[str, Outcome]:
    """The committed outcomes of a release by scenario."""
    (trial,) = newest(committed.trials_of(committed.cell_of(release))).values()
    return {outcome.scenario: outcome for outcome in trial.outcomes}
