"""tfcompat requires: what it prints, for people and programs, and its exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.trial_files import keep
from tfcompat.advise.requires import Requires
from tfcompat.commands.advise.requires import requires_command
from tfcompat.errors import DataError, SelectionError
from tfcompat.outcomes import Reason
from tfcompat.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three releases with an answer and one without: what is ``new`` came when what is ``old`` went."""
    trials = tmp_path / "reports" / "trials"
    gone = AttributeError("it is gone")
    keep(trials, "tf2.5.3-py3.9", {"a::old": 1, "a::new": gone, "a::same": 1})
    keep(trials, "tf2.6.5-py3.9", {"a::old": gone, "a::new": 1, "a::same": 1})
    keep(trials, "tf2.7.4-py3.9", {}, reason=Reason.NO_LOCK)
    keep(trials, "tf2.8.4-py3.10", {"a::old": gone, "a::new": 1, "a::same": 1})
    return Project(root=tmp_path, cache=tmp_path / "cache")


def call(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(requires_command, arguments, obj=project, catch_exceptions=False)


def test_it_says_the_specifier_and_what_is_not_known(project: Project) -> None:
    result = call(project, "a::new", "a::same")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "2 scenarios: a::new, a::same",
        "tensorflow>=2.6.5,!=2.7.*,<=2.8.4",
        "  holds in 2 releases, measured on Python 3.9, 3.10",
        "trap: a::new: fails on 2.5.3 (obscure harm)",
        "not known, so not admitted: 2.7.4 (no lock)",
    ]


def test_what_excludes_each_other_is_named_and_is_an_exit_code(project: Project) -> None:
    result = call(project, "a::*")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == [
        "3 scenarios: a::old, a::new, a::same",
        "no measured release suits all: these exclude each other",
        "  a::old holds on 2.5.3",
        "  a::new holds on 2.6.5, 2.8.4",
    ]


def test_a_file_names_scenarios_one_a_line(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "needs.txt"
    path.write_text("# what we use\na::new  # since 2.6\n\n", encoding="utf-8")
    found = json.loads(call(project, "--file", str(path), "--json").stdout)
    assert [requirement["tensorflow"] for requirement in found["requirements"]] == [">=2.6.5,!=2.7.*,<=2.8.4"]
    assert found.keys() == set(Requires.__struct_fields__)


def test_not_enough_known_is_its_own_exit_code(tmp_path: Path) -> None:
    keep(tmp_path / "reports" / "trials", "tf2.5.3-py3.9", {"a::one": 1})
    keep(tmp_path / "reports" / "trials", "tf2.6.5-py3.9", {"a::two": 1})
    result = call(Project(root=tmp_path, cache=tmp_path / "cache"), "a::one", "a::two")
    assert result.exit_code == 3
    assert "not enough is known: no release has an answer to all of them" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [((), "name a scenario, or a file of them"), (("nothing::here",), "no scenario is called 'nothing::here'")],
)
def test_what_names_nothing_is_an_error(arguments: tuple[str, ...], says: str, project: Project) -> None:
    with pytest.raises(SelectionError, match=says):
        call(project, *arguments)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * (1 << 21), None])
def test_a_file_that_is_none_is_an_error(content: bytes | None, project: Project, tmp_path: Path) -> None:
    path = tmp_path / "needs"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(DataError, match="name a text file with a scenario a line"):
        call(project, "--file", str(path))
