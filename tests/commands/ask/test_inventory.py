"""tfcompat inventory: what changed, from the trials that are there."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests import fakes
from tests.conftest import ROOT
from tfcompat.commands.ask.inventory import inventory
from tfcompat.errors import SelectionError, TfcompatError
from tfcompat.project import Project
from tfcompat.record.lines import trial_line, verdict_line
from tfcompat.trials.store import Store

NAME = "tf.keras.layers.Normalization"
VERDICT = verdict_line(None, "", 1.0)


def keep(folder: Path, cell: str, signature: str, **changes: str) -> None:
    """A trial file whose inventory of tf.keras has one name; the other root has no answer on TensorFlow 2.11."""
    roots = {"tf.keras": {NAME: signature}, "tf.nn": {}}
    lines = [fakes.outcome_line(f"inventory::{root}", observed=names) for root, names in roots.items()]
    if cell.startswith("tf2.11"):
        lines[1] = fakes.outcome_line("inventory::tf.nn", "raised", type="AttributeError", message="no")
    facts = [fakes.scenario_facts(line.scenario) for line in lines]
    header, subject = fakes.header_line(*facts), fakes.subject(cell, **changes)
    fakes.keep_suite(folder / "reports" / "trials", *facts)
    with Store(folder / "reports" / "trials").begin(subject) as writer:
        for line in (trial_line(subject), *fakes.said(subject, header, *lines, fakes.end_line(2)), VERDICT):
            writer.write(line)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The releases of this project, and trials of three of them; an older one of 2.9 and a variant say otherwise."""
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "releases.toml").write_bytes((ROOT / "images" / "releases.toml").read_bytes())
    keep(tmp_path, "tf2.9.3-py3.10", "(old)", started="2026-01-01T00:00:00Z")
    keep(tmp_path, "tf2.9.3-py3.10", "(axis=-1)")
    keep(tmp_path, "tf2.10.1-py3.10", "(axis=-1, invert=False)")
    keep(tmp_path, "tf2.11.1-py3.10", "(axis=-1, invert=False)")
    keep(tmp_path, "tf2.11.1-py3.10+addons", "(addons)")
    return Project(root=tmp_path, cache=tmp_path / "cache")


def said(project: Project, *arguments: str) -> str:
    result = CliRunner().invoke(inventory, arguments, obj=project, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_each_change_is_a_line_and_so_is_none(project: Project) -> None:
    assert said(project).splitlines() == [
        f"2.9.3 -> 2.10.1: {NAME} gains the argument invert",
        "2.10.1 -> 2.11.1: no change",
        "2.10.1 -> 2.11.1: tf.nn is not compared: one of them has no answer",
    ]


def test_the_releases_may_be_chosen(project: Project) -> None:
    assert said(project, "--tf", "2.9, 2.11").startswith(f"2.9.3 -> 2.11.1: {NAME} gains the argument invert\n")


def test_a_program_may_read_it(project: Project) -> None:
    document: list[dict[str, Any]] = json.loads(said(project, "--tf", "2.9,2.10", "--json"))
    change = {"kind": "gains", "name": NAME, "also": [], "said": "gains the argument invert"}
    assert document == [{"before": "2.9.3", "after": "2.10.1", "untold": [], "changes": [change]}]


@pytest.mark.parametrize("arguments", [("--tf", "2.9"), ("--tf", "2.9,2.21")])
def test_fewer_than_two_inventories_are_an_error(project: Project, arguments: tuple[str, ...]) -> None:
    with pytest.raises(TfcompatError, match="two releases with an inventory"):
        said(project, *arguments)


def test_a_project_without_trials_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TfcompatError, match="tfcompat run"):
        said(Project(root=tmp_path, cache=tmp_path))


def test_a_release_that_is_not_known_is_an_error(project: Project) -> None:
    with pytest.raises(SelectionError, match="names no release"):
        said(project, "--tf", "9.9")
