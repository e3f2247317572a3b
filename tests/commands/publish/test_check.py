"""tfcompat check: what scenarios lack, what the results mean, and the exit codes that say so."""

import shutil
from typing import Any

import pytest
from click.testing import CliRunner

from tests import fakes
from tests.command import Call
from tests.fakes import FakeEngine
from tests.statements import keep as stated
from tests.statements import stated_project
from tests.trial_files import keep
from tfcompat.commands.publish import check as module
from tfcompat.commands.publish.check import check, of_highlights
from tfcompat.outcomes import Kind, Oracle, Status
from tfcompat.project import Project
from tfcompat.publish.site.highlights import Highlight
from tfcompat.suite import catalogue
from tfcompat.table.frame import Table, collect

__all__ = ["stated_project"]


def test_scenarios_that_lack_nothing_are_counted(call: Call, engine: FakeEngine) -> None:
    assert call("check", "scenarios") == (0, "1 scenarios in 1 groups\n", "")


def test_what_a_scenario_lacks_is_said(call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = fakes.scenario_facts(title="", reference=" ")
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [lacking])
    code, said, complained = call("check", "scenarios")
    assert (code, complained) == (2, "")
    assert said.splitlines() == [
        "adapt::mean (test_adapt.py:7) lacks a title: the first line of its docstring",
        "adapt::mean (test_adapt.py:7) lacks a reference",
    ]


@pytest.mark.parametrize(
    ("facts", "lack"),
    [
        ({"kind": None}, "a kind: mark it with promise, presence, question or data of scenarios.marks"),
        ({"kind": Kind.PROMISE}, "an oracle"),
        ({"kind": Kind.PROMISE, "oracle": Oracle.DOCUMENTED}, "what is documented"),
        ({"kind": Kind.PROMISE, "oracle": Oracle.SNIPPET}, "what is documented"),
        ({"kind": Kind.PROMISE, "oracle": Oracle.REFUSAL}, "the classes of the refusal"),
        ({"kind": Kind.QUESTION}, "answers: at least 2 words, each with its harm"),
        ({"title": "x" * 61}, "a title of one line of at most 60 characters"),
    ],
)
def test_a_row_without_a_kind_or_an_oracle_is_refused(
    call: Call, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any], lack: str
) -> None:
    monkeypatch.setattr(catalogue, "scenarios", lambda program: [fakes.scenario_facts(), fakes.scenario_facts(**facts)])
    code, said, _ = call("check", "scenarios")
    assert code == 2
    assert len(said.splitlines()) == 1
    assert f"lacks {lack}" in said


def check_meaning(project: Project) -> tuple[int, list[str]]:
    result = CliRunner().invoke(check, ["meaning"], obj=project)
    return result.exit_code, result.stdout.splitlines()


def test_a_missing_outcome_that_lost_its_exception_ends_with_one(stated_project: Project) -> None:
    assert check_meaning(stated_project) == (
        1,
        [
            "3 current cells are measured with kinds; 0 are older and not judged",
            "ticks compared with an oracle                    100 % of 1",
            "rows with silent harm somewhere                  0, in 0 outcomes",
            "answers outside their vocabulary                 0 of 0",
            "statements contradicted by a cell                0 of 11",
            "checks that ask what their row cannot say        0 of 3",
            "missing outcomes with the exception as raised    0 % of 1",
            "  adapt::mean on tf2.5.3-py3.9",
            "rows: presence                                   1",
        ],
    )


def test_what_is_as_it_should_be_ends_well(stated_project: Project) -> None:
    shutil.rmtree(stated_project.trials / "tf2.5.3-py3.9")
    keep(stated_project.trials, "tf2.16.2-py3.12", {"adapt::mean": 1}, documented={"adapt::mean": 1})
    code, lines = check_meaning(stated_project)
    assert (code, lines[1], lines[6]) == (
        0,
        "ticks compared with an oracle                    100 % of 2",
        "missing outcomes with the exception as raised    100 % of 0",
    )


def test_of_many_that_are_not_as_they_should_be_some_are_shown(stated_project: Project) -> None:
    for minor in range(6, 19):
        stated(stated_project.root, f"tf2.{minor}.0-py3.9", happened="missing", type="Missing", message="no")
    _, lines = check_meaning(stated_project)
    assert lines[-2:] == ["  and 4 more", "rows: presence                                   1"]


WORKS, FAILS = Status.WORKS, Status.FAILS
STEP: Table = collect(
    [
        fakes.trial(
            cell, fakes.outcome("imports::a", status), fakes.outcome("a::b", WORKS if status is FAILS else FAILS)
        )
        for cell, status in (("tf2.9.3-py3.9", WORKS), ("tf2.10.1-py3.9", FAILS), ("tf2.11.1-py3.9", WORKS))
    ]
)


def test_what_highlights_say_of_a_step_is_held_against_the_outcomes() -> None:
    said = {statement.name: statement for statement in of_highlights(STEP)}
    assert set(said) == {
        "highlight Moved: imports::a",
        "highlight The biggest step: imports::a",
        "highlight The biggest step: a::b",
        "highlight Broken and repaired: imports::a",
    }
    assert [statement.contradictions() for statement in said.values()] == [[]] * 4
    assert said["highlight Broken and repaired: imports::a"].words == "2.9.3, 2.11.1"


@pytest.mark.parametrize(
    ("kind", "releases", "cells"),
    [
        ("moves", ("2.9.3", "2.11.1"), ["tf2.11.1-py3.9"]),
        ("moves", ("2.10.1", "2.9.3"), ["tf2.10.1-py3.9", "tf2.9.3-py3.9"]),
        ("turn", ("2.9.3", "2.11.1"), ["tf2.11.1-py3.9"]),
        ("returns", ("2.9.3", "2.11.1", "2.10.1"), ["tf2.11.1-py3.9", "tf2.10.1-py3.9"]),
    ],
)
def test_a_step_that_is_not_as_told_is_a_contradiction(
    kind: str, releases: tuple[str, ...], cells: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Highlight(kind=kind, label="", headline="", rows=(), examples=(), between={"imports::a": releases})
    monkeypatch.setattr(module, "highlights", lambda sheet: [told])
    (statement,) = of_highlights(STEP)
    assert sorted(statement.contradictions()) == sorted(cells)
