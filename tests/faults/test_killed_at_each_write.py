"""A night is killed at each write and change of state: the store reads afterwards, and the next night ends in the same table."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import ALL
from tests.faults import nights
from tests.faults.layer import KILLED, in_fork, killed_at, points_of
from tfcompat.project import Project
from tfcompat.trials.store import Store

#: Of how many points one is tried, where not all of them are: TFCOMPAT_FAULTS=all.
EVERY = 1 if ALL else 23
#: Points that a night has to have, for this to say something.
LEAST = 200


def read(root: Path) -> None:
    Store(root / "reports" / "trials").read()
    Store(root / "shard" / "trials", [root / "reports" / "trials"]).read()


def again(root: Path, told: Path) -> None:
    project = Project(root=root, cache=root.parent / "cache")
    nights.night(project)
    nights.write_told(project, told)


@pytest.mark.starts
@pytest.mark.fault(
    "SIGKILL at each write, rename and removal of a run, a merge, the index, the reports and the site",
    group="person",
    reads="nothing; where a trial was being written, the next run says that it removed the partial result",
    code=0,
    kept="every trial that had its name; the next night ends in the same table and an audit finds no hole",
)
def test_the_next_night_ends_in_the_same_table(tmp_path: Path) -> None:
    whole = nights.begin(tmp_path / "whole" / "project")
    assert in_fork(lambda: again(whole.root, tmp_path / "expected")) == 0
    expected = (tmp_path / "expected").read_text()
    assert expected.count("\n") == 1 + 15, "five cells of three scenarios, and no hole"
    counted = nights.begin(tmp_path / "counted" / "project")
    count = points_of(counted.root, lambda: nights.night(counted), tmp_path / "points")
    assert count >= LEAST
    for at in range(1, count + 1, EVERY):
        home = tmp_path / f"at {at}"
        project = nights.begin(home / "project")
        assert killed_at(project.root, partial(nights.night, project), at) == KILLED, at
        assert in_fork(partial(read, project.root)) == 0, f"killed at point {at}, the store does not read"
        assert in_fork(partial(again, project.root, tmp_path / "told")) == 0, at
        assert (tmp_path / "told").read_text() == expected, f"killed at point {at}, the next night tells something else"
        shutil.rmtree(home)
