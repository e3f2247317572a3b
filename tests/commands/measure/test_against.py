"""tfcompat run --against: what changed is run again before it is believed, and what does not repeat is kept as flaky."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests import fakes
from tests.command import use
from tests.fakes import FakeEngine, FakeSandbox
from tests.trial_files import answer_line, keep
from tfcompat.commands.measure.run import run
from tfcompat.compare.flaky import load
from tfcompat.environments.engine import Exit
from tfcompat.errors import DataError
from tfcompat.project import Project
from tfcompat.record.lines import dump_line
from tfcompat.suite.program import Program
from tfcompat.trials.store import Store

CELL, NAME = "tf2.16.2-py3.12", "adapt::mean"
WORKS, FAILS = [1.0], ValueError("no")


@dataclass(kw_only=True)
class Turns(FakeSandbox):
    """Says in each run the next answer of each cell's scenarios; the last one again and again."""

    answers: Sequence[Any] = ()

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        answer = self.answers[min(len(self.ran), len(self.answers) - 1)]
        self.ran.append(program)
        if isinstance(answer, Exit):
            return answer
        facts = fakes.scenario_facts(NAME)
        for line in fakes.said(CELL, fakes.header_line(facts), answer_line(NAME, answer), fakes.end_line()):
            on_line(dump_line(line))
        return self.ending


@pytest.fixture
def project(project_folder: Path, tmp_path: Path) -> Project:
    """The project, and beside it a baseline where the scenario works."""
    keep(tmp_path / "before" / "trials", CELL, {NAME: WORKS})
    return Project(root=project_folder, cache=tmp_path / "cache")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The Docker engine of this machine, a fake."""
    fake = FakeEngine(name="docker")
    use(monkeypatch, fake)
    return fake


def answering(engine: FakeEngine, *answers: Any) -> Turns:
    sandbox = Turns(answers=answers)
    engine.sandbox = lambda: sandbox
    return sandbox


def call(project: Project, *arguments: str, against: str = "before") -> Result:
    baseline = str(project.cache.parent / against)
    return CliRunner().invoke(
        run, ["--tf", "2.16", "--against", baseline, *arguments], obj=project, catch_exceptions=False
    )


def test_where_nothing_changed_nothing_is_run_again(project: Project, engine: FakeEngine) -> None:
    sandbox = answering(engine, WORKS)
    result = call(project)
    assert (result.exit_code, len(sandbox.ran)) == (0, 1)
    assert f"nothing changed against {project.cache.parent / 'before'}" in result.stderr


def test_a_change_that_repeats_is_believed(project: Project, engine: FakeEngine) -> None:
    sandbox = answering(engine, FAILS)
    result = call(project)
    assert (result.exit_code, len(sandbox.ran)) == (1, 3)
    lines = result.stdout.splitlines()
    assert lines[2] == f"1 outcome changed against {project.cache.parent / 'before'}; silent harm first:"
    assert lines[3] == (
        f"{CELL}  {NAME}: regressed: works [1.0] → fails ValueError: no → fails ValueError: no → fails ValueError: no"
    )
    assert not (project.reports / "flaky.json").exists()


def test_only_what_changed_is_run_again_and_kept_apart(project: Project, engine: FakeEngine) -> None:
    sandbox = answering(engine, FAILS)
    call(project)
    assert [program.arguments for program in sandbox.ran] == [(), ("-k", "test_adapt"), ("-k", "test_adapt")]
    assert len(Store(project.trials).read()) == 1
    for turn in ("1", "2"):
        assert [trial.subject.cell for trial in Store(project.cache / "again" / turn).read()] == [CELL]


@pytest.mark.parametrize("answers", [(FAILS, WORKS, WORKS), (FAILS, FAILS, WORKS), (FAILS, WORKS, FAILS), (FAILS, [2])])
def test_what_does_not_repeat_is_flaky_shown_so_and_kept(
    answers: tuple[Any, ...], project: Project, engine: FakeEngine
) -> None:
    answering(engine, *answers)
    result = call(project)
    assert result.exit_code == 0
    assert f"{CELL}  {NAME}: flaky: works [1.0] → fails ValueError: no → " in result.stdout
    assert f"what did not repeat is kept in {project.reports / 'flaky.json'}" in result.stderr
    (doubtful,) = load(project.reports / "flaky.json")
    (trial,) = Store(project.trials).read()
    assert (doubtful.cell, doubtful.scenario, doubtful.started) == (CELL, NAME, trial.subject.started)
    assert (doubtful.baseline, doubtful.seen[0], len(doubtful.seen)) == ("works [1.0]", "fails ValueError", 3)


def test_it_is_kept_beside_the_evidence_of_the_run(project: Project, engine: FakeEngine, tmp_path: Path) -> None:
    answering(engine, FAILS, WORKS)
    assert call(project, "--output", str(tmp_path / "shard")).exit_code == 0
    assert [doubtful.cell for doubtful in load(tmp_path / "shard" / "flaky.json")] == [CELL]
    assert not (project.reports / "flaky.json").exists()


def test_what_could_not_be_run_again_is_unknown(project: Project, engine: FakeEngine) -> None:
    answering(engine, FAILS, Exit(code=1, output="gone", lost=True))
    result = call(project)
    assert result.exit_code == 3
    assert f"{CELL}  {NAME}: no answer: works [1.0] → fails ValueError: no → nothing → nothing" in result.stdout


def test_a_cell_that_lost_its_answer_is_no_change(project: Project, engine: FakeEngine) -> None:
    sandbox = answering(engine, Exit(code=1, output="gone", lost=True))
    result = call(project)
    assert (result.exit_code, len(sandbox.ran)) == (3, 1)
    assert "nothing changed against" in result.stderr


def test_a_cell_that_the_baseline_does_not_have_is_no_change(project: Project, engine: FakeEngine) -> None:
    keep(project.cache.parent / "other" / "trials", "tf2.9.3-py3.10", {NAME: WORKS})
    sandbox = answering(engine, FAILS)
    assert (call(project, against="other").exit_code, len(sandbox.ran)) == (0, 1)


def test_a_part_of_the_suite_is_confirmed_and_not_kept(project: Project, engine: FakeEngine) -> None:
    sandbox = answering(engine, FAILS, WORKS)
    result = call(project, "-k", "mean")
    assert result.exit_code == 0
    assert "flaky" in result.stdout
    assert [(program.arguments, program.scenarios) for program in sandbox.ran[:2]] == [
        ((), (NAME,)),
        (("-k", "test_adapt"), None),
    ]
    assert not (project.reports / "flaky.json").exists()


def test_the_baseline_is_read_before_the_run_adds_to_it(project: Project, engine: FakeEngine) -> None:
    keep(project.trials, CELL, {NAME: WORKS})
    answering(engine, FAILS)
    result = CliRunner().invoke(
        run, ["--tf", "2.16", "--against", str(project.reports)], obj=project, catch_exceptions=False
    )
    assert result.exit_code == 1


def test_a_baseline_that_is_none_is_said_before_anything_runs(project: Project, engine: FakeEngine) -> None:
    sandbox = answering(engine, WORKS)
    (project.cache.parent / "empty").mkdir()
    with pytest.raises(DataError, match="has no trials"):
        call(project, against="empty")
    assert sandbox.ran == []
