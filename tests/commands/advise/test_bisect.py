"""tfcompat bisect: what it prints, for people and programs, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.trial_files import keep
from tfcompat.advise.bisect import Bisection
from tfcompat.commands.advise.bisect import bisect_command
from tfcompat.errors import SelectionError
from tfcompat.outcomes import Reason
from tfcompat.project import Project

RELEASES = "".join(
    f'    {{ version = "{version}", date = 2021-06-28, pythons = ["3.8", "3.9"], megabytes = 1 }},\n'
    for version in ("2.5.3", "2.6.0", "2.6.5", "2.7.4", "2.8.4")
)
VERSIONS = {"tensorflow": "2.8.4", "python": "3.9.4", "numpy": "1.22.0", "keras": "2.8.0"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    trials = tmp_path / "reports" / "trials"
    keep(trials, "tf2.5.3-py3.9", {"a::new": KeyError("no"), "a::same": 1})
    keep(trials, "tf2.7.4-py3.9", {"a::new": 1, "a::same": 1}, versions={**VERSIONS, "tensorflow": "2.7.4"})
    keep(trials, "tf2.6.0-py3.9", {}, reason=Reason.NO_LOCK)
    keep(trials, "tf2.8.4-py3.9", {"a::new": KeyError("no"), "a::same": 1}, versions={**VERSIONS, "numpy": "1.24.0"})
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "releases.toml").write_text(f"releases = [\n{RELEASES}]\n", encoding="utf-8")
    return Project(root=tmp_path, cache=tmp_path / "cache")


def call(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(bisect_command, arguments, obj=project, catch_exceptions=False)


def test_it_says_every_turn_and_the_next_cell(project: Project) -> None:
    result = call(project, "a::new")
    assert result.exit_code == 3
    assert result.stdout.splitlines() == [
        "a::new Title of a::new",
        "  3 releases known, from 2.5.3 (fails (obscure harm)) to 2.8.4 (fails (obscure harm))",
        "2.5.3 → 2.7.4: fails (obscure harm) → works",
        "  not the same beside TensorFlow: keras 3.3.3 → 2.8.0",
        "  somewhere in between, where nothing is known of 2.6.0 (no lock), 2.6.5 (not run)",
        "  next: tfcompat run --tf 2.6.0 --python 3.9  (at most 2 cells to measure)",
        "2.7.4 → 2.8.4: works → fails (obscure harm)",
        "  not the same beside TensorFlow: numpy 1.22.0 → 1.24.0",
    ]


def test_between_known_neighbours_nothing_has_to_be_run(project: Project) -> None:
    result = call(project, "a::new", "--good", "2.7", "--bad", "2.8")
    assert result.exit_code == 0
    assert "2.7.4 → 2.8.4: works → fails (obscure harm)" in result.stdout


def test_what_never_changed_may_have_in_the_holes(project: Project) -> None:
    result = call(project, "a::same")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[2:] == [
        "no change is known",
        "not known, between releases that do the same: 2.6.0 (no lock), 2.6.5 (not run)",
    ]


def test_for_programs(project: Project) -> None:
    found = json.loads(call(project, "a::new", "--json").stdout)
    assert found.keys() == set(Bisection.__struct_fields__)
    assert found["turns"][0]["next"]["cell"] == "tf2.6.0-py3.9"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("a::*",), "'a::*' names 2 scenarios: write one of a::new, a::same"),
        (("a::new", "--good", "2.6"), "nothing is known of 2.6.5: measure it with tfcompat run --tf 2.6.5"),
        (("a::new", "--good", "9"), "'9' names no release: the known ones are 2.5.3 to 2.8.4"),
    ],
)
def test_what_names_none(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError) as error:
        call(project, *arguments)
    assert str(error.value).startswith(says)
