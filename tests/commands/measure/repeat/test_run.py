"""tfcompat run --repeat: what runs in each setting, what is said before, what is printed, and that nothing is kept."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests import fakes
from tests.command import NEW, OLD, Call, InterruptedSandbox, speaking, trials_in
from tests.fakes import FakeEngine, FakeSandbox
from tfcompat.commands.measure.repeat import run
from tfcompat.commands.measure.repeat.settings import Name
from tfcompat.environments import staging
from tfcompat.environments.engine import Exit, LockedCell
from tfcompat.environments.uv import Uv
from tfcompat.outcomes import NoAnswerError, Reason
from tfcompat.plan import staged
from tfcompat.project import Project
from tfcompat.record.lines import dump_line
from tfcompat.run.workshop import Workshop
from tfcompat.suite.program import Program


@dataclass(kw_only=True)
class TurningSandbox(FakeSandbox):
    """Observes in each run how many runs there were before."""

    def run(self, program: Program, on_line: Callable[[str], None]) -> Exit:
        seen = fakes.outcome_line(observed=[float(len(self.ran))])
        self.lines = [dump_line(line) for line in (fakes.header_line(), seen, fakes.end_line())]
        return super().run(program, on_line)


@dataclass(kw_only=True)
class RememberingEngine(FakeEngine):
    """Remembers with which variables it was asked for an environment."""

    variables: list[tuple[tuple[str, str], ...]] = field(default_factory=list)

    def find(self, locked: LockedCell) -> FakeSandbox | None:
        self.variables.append(locked.variables_of_run)
        return super().find(locked)


@pytest.fixture(autouse=True)
def _suite_of_the_project(engine: FakeEngine, project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program whose suite is there to be given another order."""

    def program(project: Project, uv: Uv, arguments: tuple[str, ...] = ()) -> Program:
        return replace(fakes.program(*arguments), suite=project_folder / "scenarios")

    monkeypatch.setattr(staged, "program", program)


def test_what_is_the_same_in_all_settings_ends_well_and_nothing_is_kept(call: Call, project_folder: Path) -> None:
    code, said, complained = call("run", "--tf", "2.16", "--repeat", "3", "--seed", "5")
    assert code == 0
    assert said == "1 cell in 3 settings, seed 5: 2 outcomes held against the first, 0 differences, 0 of them marked\n"
    assert "run 2: all at once: order of seed 5, LC_ALL=C, TZ=<+14>-14," in complained
    assert "left out: folder: in a container all paths are fixed" in complained
    assert "each run draws another seed for Python's hashes" in complained
    assert trials_in(project_folder) == []
    assert not (project_folder / "cache" / "partial").exists()


def test_what_differs_is_listed_and_exits_with_one(call: Call, engine: FakeEngine) -> None:
    engine.sandbox = TurningSandbox
    code, said, _ = call("run", "--tf", "2.16", "--repeat", "2", "--seed", "5", "--json")
    document = json.loads(said)
    assert code == 1
    assert document["differences"][0]["answered"] == {Name.USUAL: "works [0.0]", Name.TOGETHER: "works [1.0]"}
    assert document["cells"] == [NEW]


def test_what_is_marked_ends_well(call: Call, engine: FakeEngine, project_folder: Path) -> None:
    mark = '{ scenario = "adapt::mean", why = "clock", sentence = "it counts" }'
    (project_folder / "statements" / "repeat.toml").write_text(f"marks = [{mark}]\n")
    engine.sandbox = TurningSandbox
    code, said, _ = call("run", "--tf", "2.16", "--repeat", "2")
    assert code == 0
    assert f"{NEW}  adapt::mean (marked: clock: it counts)" in said


def test_a_cell_without_an_answer_exits_with_three(call: Call, engine: FakeEngine) -> None:
    engine.trouble = {NEW: NoAnswerError(Reason.NO_IMAGE, "no space for it")}
    code, said, _ = call("run", "--tf", "2.9,2.16", "--repeat", "2")
    assert code == 3
    assert f"{NEW}, as always: 1 scenario without an answer: no image" in said


def test_each_setting_has_its_variables(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = RememberingEngine(name="docker", sandbox=speaking)
    monkeypatch.setattr(Workshop, "docker", lambda made_for: engine)
    assert call("run", "--tf", "2.16", "--repeat", "5", "--seed", "5")[0] == 0
    asked = list(dict.fromkeys(engine.variables))
    assert [dict(variables) for variables in asked if variables] == [
        {
            "LC_ALL": "C",
            "TZ": "<+14>-14",
            "TF_ENABLE_ONEDNN_OPTS": "1",
            "OPENBLAS_CORETYPE": "Sandybridge",
        },
        {"LC_ALL": "C"},
    ]


def test_the_order_is_a_plugin_beside_a_suite_that_is_as_it_was(call: Call, engine: FakeEngine) -> None:
    call("run", "--tf", "2.16", "--repeat", "4", "--seed", "5")
    usual, together, again, reversed_order = engine.made[NEW].ran
    assert (usual.arguments, again.arguments) == ((), ())
    assert together.arguments == ("-p", "scenarios.order_of_a_repeated_run", "--order=5")
    assert reversed_order.arguments[-1] == "--order=reversed"
    assert {program.suite_hash for program in engine.made[NEW].ran} == {fakes.SUITE}
    before, after = staging.suite_files(usual.suite), staging.suite_files(together.suite)
    assert dict(before) == {name: text for name, text in after.items() if name != "order_of_a_repeated_run.py"}
    assert len(after) == len(before) + 1


def test_cells_get_through_all_settings_before_the_next_ones_and_keep_an_environment_till_then(
    call: Call, engine: FakeEngine
) -> None:
    call("run", "--tf", "2.9,2.16", "--repeat", "2", "--jobs", "1", "--prune")
    assert (engine.built, engine.removed) == ([OLD, NEW], [OLD, NEW])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--repeat", "2", "--fresh"), "--fresh is not for --repeat, of which nothing is kept: leave it out"),
        (("--repeat", "2", "--against", "HEAD"), "--against is not for --repeat"),
        (("--repeat", "2", "--output", "x"), "--output is not for --repeat"),
        (("--seed", "1"), "--seed belongs to --repeat N: leave it out, or say how often"),
        (("--json",), "--json belongs to --tests DIR and --repeat N: leave it out, or add one of them"),
        (("--repeat", "1"), "1 is not in the range 2<=x<=100"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    call: Call, engine: FakeEngine, options: tuple[str, ...], sentence: str
) -> None:
    code, _, complained = call("run", "--tf", "2.16", *options)
    assert code == 2
    assert sentence in complained
    assert engine.built == []


def test_an_interruption_says_that_nothing_is_kept(call: Call, engine: FakeEngine) -> None:
    engine.sandbox = InterruptedSandbox
    code, _, complained = call("run", "--tf", "2.16", "--repeat", "2")
    assert code == 130
    assert "interrupted in the setting as always: nothing of a repeated run is kept" in complained
    assert engine.cancelled


def test_a_seed_that_nobody_gave_is_said(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda below: 4)
    _, said, complained = call("run", "--tf", "2.16", "--repeat", "2")
    assert "seed 4:" in said
    assert "order of seed 4" in complained


@pytest.mark.starts
def test_the_locales_of_this_machine_are_those_that_it_lists() -> None:
    assert "C" in run.locales()
