"""The header without a run: it says of the suite what the recorder would have said in that cell."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from tests import fakes
from tests.conftest import ROOT
from tfcompat.environments.staging import suite_files, suite_hash
from tfcompat.environments.uv import Uv
from tfcompat.plan import staged
from tfcompat.plan.header import facts, header, holds
from tfcompat.project import Project, find
from tfcompat.suite import catalogue
from tfcompat.record.lines import HeaderLine, parse_line
from tfcompat.trials.store import Store, lines_of

VERSIONS = {"tensorflow": "2.16.2", "keras": "3.3.3", "python": "3.12.4", "numpy": None}


@pytest.mark.parametrize(
    ("requirement", "fulfilled"),
    [
        ("", True),
        (">=2.6", True),
        ("<2.6", False),
        ("keras>=3", True),
        ("keras<3", False),
        ("numpy>=1", False),
        ("==2.16.2", True),
        ("unheard-of>=1", False),
    ],
)
def test_a_requirement_is_of_tensorflow_unless_it_names_another(requirement: str, fulfilled: bool) -> None:
    assert holds(requirement, VERSIONS) is fulfilled


@pytest.mark.parametrize("version", ["2.22.0-dev20260101", "2.22.0rc1"])
def test_an_unfinished_version_fulfils_what_the_recorder_says_it_does(version: str) -> None:
    assert holds(">=2.21", {"tensorflow": version})


@pytest.mark.parametrize(
    ("promises", "documented"),
    [
        ({}, UNSET),
        ({"": None}, None),
        ({"<2.6": 1, ">=2.6": 2}, 2),
        ({"<2.6": 1}, UNSET),
        ({"": 1, "keras>=3": 2}, 2),
        ({"": 1, "keras<3": 2}, 1),
    ],
)
def test_what_is_documented_for_these_versions(promises: dict[str, Any], documented: Any) -> None:
    assert facts(fakes.catalogued(promises=promises), VERSIONS).documented == documented


def test_the_header_has_the_suite_the_versions_and_every_scenario() -> None:
    made = header("f" * 16, VERSIONS, [fakes.catalogued(), fakes.catalogued("adapt::axis")])
    assert (made.suite, made.versions) == ("f" * 16, VERSIONS)
    assert [scenario.id for scenario in made.scenarios] == ["adapt::mean", "adapt::axis"]
    assert made.scenarios[0] == fakes.scenario_facts()


@pytest.mark.starts
def test_it_is_what_the_recorder_wrote_in_every_cell_of_this_suite(tmp_path: Path) -> None:
    project = Project(root=ROOT, cache=find(None, None).cache)
    scenarios = catalogue.load(staged.program(project, Uv()), tmp_path).scenarios
    suite = suite_hash(suite_files(project.suite))
    headers = [recorded for recorded in map(header_of, Store(project.trials).files()) if recorded.suite == suite]
    assert len({recorded.versions["tensorflow"] for recorded in headers}) > 1
    for recorded in headers:
        assert msgspec.to_builtins(header(suite, recorded.versions, scenarios)) == msgspec.to_builtins(recorded)


def header_of(path: Path) -> HeaderLine:
    """The header of a trial file; of one without an answer an empty one."""
    lines = map(parse_line, lines_of(path)[1:2])
    return next(
        (line for line in lines if isinstance(line, HeaderLine)),
        HeaderLine(schema=1, suite="", versions={}, scenarios=[]),
    )
