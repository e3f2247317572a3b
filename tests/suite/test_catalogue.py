"""Tests of the catalogue: the suite is read without TensorFlow, and what a scenario lacks is named."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from tests import fakes
from tests.conftest import ROOT
from tfcompat.errors import DataError
from tfcompat.project import Project
from tfcompat.run.workshop import Workshop
from tfcompat.suite import catalogue
from tfcompat.suite.catalogue import lacks
from tfcompat.suite.program import Program

WHOLE = fakes.scenario_facts("adapt::axis_none", title="What it does")


def test_a_whole_scenario_lacks_nothing() -> None:
    assert list(lacks(WHOLE)) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"id": "axis_none"}, "id"),
        ({"id": "adapt:: axis"}, "id"),
        ({"title": ""}, "title"),
        ({"title": "It ends."}, "full stop"),
        ({"title": "x" * 200}, "one line"),
        ({"reference": " "}, "reference"),
    ],
)
def test_what_is_lacking_is_named(change: dict[str, str], word: str) -> None:
    (lack,) = lacks(msgspec.structs.replace(WHOLE, **change))
    assert word in lack


def program(project: Project) -> Program:
    return Workshop(project=project, engine_name="local").program


@pytest.mark.local
def test_the_suite_of_this_project_lacks_nothing(tmp_path: Path) -> None:
    rows = catalogue.scenarios(program(Project(root=ROOT, cache=tmp_path)))
    assert len(rows) >= 300
    assert len({facts.id.split("::")[0] for facts in rows}) >= 12
    assert {facts.id: list(lacks(facts)) for facts in rows if any(lacks(facts))} == {}


@pytest.mark.local
def test_only_what_the_arguments_select_is_listed(tmp_path: Path) -> None:
    whole = program(Project(root=ROOT, cache=tmp_path))
    rows = catalogue.scenarios(replace(whole, arguments=("-k", "axis_none_2d")))
    assert [facts.id for facts in rows] == ["adapt::axis_none_2d"]
    assert catalogue.scenarios(replace(whole, arguments=("-k", "no_such_thing"))) == []
    with pytest.raises(DataError, match="Wrong expression"):
        catalogue.scenarios(replace(whole, arguments=("-k", "(")))


@pytest.mark.local
def test_a_suite_that_cannot_be_collected_is_an_error_that_says_why(project_folder: Path, tmp_path: Path) -> None:
    (project_folder / "scenarios" / "test_broken.py").write_text("import nothing_of_that_name\n")
    with pytest.raises(DataError, match="nothing_of_that_name"):
        catalogue.scenarios(program(Project(root=project_folder, cache=tmp_path / "cache")))
