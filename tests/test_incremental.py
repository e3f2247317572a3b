"""A run does what is new and nothing else: a real suite is edited between real runs, on stand-ins in local environments."""

from pathlib import Path

import pytest

from tests.stand_in_project import PYTHON, tfcompat
from tfcompat.outcomes import Trial
from tfcompat.trials.store import Store

SHARED = "def doubled(value):\n    return value * 2\n"
SUITE = '''"""Four scenarios, three of which share a helper."""

from scenarios.marks import NONE, SILENT, data, promise, question
from scenarios.shared import doubled


@data("edit::a", reference="here")
def test_a():
    """The first"""
    return doubled(1)


@data("edit::b", reference="here")
def test_b():
    """The second"""
    return doubled(2)


def through_another():
    return doubled(3)


@promise("edit::c", reference="here", documented=6)
def test_c():
    """The third"""
    return through_another()


@question("edit::d", reference="here", answers={"by itself": NONE, "by itself again": NONE})
def test_d():
    """The fourth"""
    return "by itself"
'''
OLD, NEW = f"tf9.0.0-py{PYTHON}", f"tf9.1.0-py{PYTHON}"
ALL = {"edit::a", "edit::b", "edit::c", "edit::d"}


class Runs:
    """Runs of two cells, each after an edit."""

    def __init__(self, project: Path, index: str, home: Path) -> None:
        self.project, self.index, self.home = project, index, home
        self.trials = project / "reports" / "trials"
        self.suite = project / "scenarios" / "test_edit.py"
        (project / "scenarios" / "test_golden.py").unlink()
        (project / "scenarios" / "shared.py").write_text(SHARED)
        self.suite.write_text(SUITE)

    def __call__(self, *options: str) -> str:
        """What a run says at its end, and in ``told`` what it said while it went; it has to end well."""
        done = tfcompat(
            self.project, self.index, "run", "--engine", "local", "--tf", "9.0,9.1", *options, home=self.home
        )
        assert done.returncode == 0, done.stderr
        self.told = done.stderr
        return done.stdout

    def edit(self, file: Path, before: str, after: str) -> None:
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after))

    def newest(self, cell: str) -> Trial:
        trial = Store(self.trials).newest(cell, "local")
        assert trial
        return trial

    def ran(self, cell: str) -> set[str]:
        """The scenarios that ran in a cell's newest trial."""
        trial = self.newest(cell)
        return {outcome.scenario for outcome in trial.outcomes if outcome.measured == trial.subject.started}

    def files(self) -> list[Path]:
        return sorted(path for path in self.trials.rglob("*") if path.is_file())


@pytest.mark.local
@pytest.mark.usefixtures("staged_bundle")
def test_exactly_what_is_new_runs(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    run = Runs(stand_in_project, index, tmp_path)
    assert "0 of 8 outcomes reused\n" in run()
    assert (run.ran(OLD), run.ran(NEW)) == (ALL, ALL)

    before = run.files()
    assert run().splitlines()[-1] == "8 of 8 outcomes reused; --fresh runs them again"
    assert run.told == "", "no environment, no trial, no word of either"
    assert run.files() == before

    run.edit(run.suite, 'return "by itself"', 'return "by itself again"')
    assert "6 of 8 outcomes reused" in run()
    assert (run.ran(OLD), run.ran(NEW)) == ({"edit::d"}, {"edit::d"})

    run.edit(stand_in_project / "scenarios" / "shared.py", "value * 2", "value + value")
    assert "2 of 8 outcomes reused" in run()
    assert (run.ran(OLD), run.ran(NEW)) == (ALL - {"edit::d"}, ALL - {"edit::d"})

    run.edit(run.suite, "The first", "Another title")
    run.edit(run.suite, "documented=6", "documented=7")
    run.edit(run.suite, '"by itself again": NONE', '"by itself again": SILENT')
    words = run()
    assert "8 of 8 outcomes reused" in words
    assert "running" not in run.told, "no cell was entered"
    assert (run.ran(OLD), run.ran(NEW)) == (set(), set())
    said = {outcome.scenario: (outcome.title, outcome.status, outcome.harm) for outcome in run.newest(OLD).outcomes}
    assert said["edit::a"] == ("Another title", "answered", "none")
    assert said["edit::c"] == ("The third", "wrong", "silent"), "another oracle judges what was seen before"
    assert said["edit::d"] == ("The fourth", "answered", "silent"), "and so does another harm"

    (lock,) = (tmp_path / "cache" / "locks").glob(f"{OLD}*.txt")
    lock.write_text(lock.read_text() + "\n")
    assert "4 of 8 outcomes reused" in run()
    assert (run.ran(OLD), run.ran(NEW)) == (ALL, set())

    before = run.files()
    assert "0 of 8 outcomes reused\n" in run("--fresh")
    assert {path.name for path in set(run.files()) - set(before)} == {"confirmed.jsonl"}, "nothing changed: two lines"
    assert "8 of 8 outcomes reused" in run()
