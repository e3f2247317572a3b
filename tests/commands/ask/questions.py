"""What the tests of where, imports and history share: a project of three releases, and a call that succeeds."""

from pathlib import Path

import click
from click.testing import CliRunner, Result

from tests import fakes
from tests.trial_files import keep
from tfcompat.outcomes import Reason
from tfcompat.project import Project

NAME, PATH = "adapt::mean", "tf.keras.layers.Normalization"
DAY = "2026-01-0{}T00:00:00Z"


def three_releases(tmp_path: Path) -> Project:
    """Three releases; the middle one was measured three times."""
    trials = tmp_path / "reports" / "trials"
    missing = {NAME: [1.0], f"imports::{PATH}": AttributeError("no"), "adapt::same": 1}
    there = {NAME: [2.0], f"imports::{PATH}": "class", "adapt::same": 1}
    keep(trials, "tf2.5.3-py3.9", missing)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(1)), missing)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(2), engine="docker", suite="s" * 16), there)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(3)), {}, reason=Reason.ENGINE_LOST)
    keep(trials, fakes.subject("tf2.6.5-py3.9", started=DAY.format(4)), there, documented={NAME: [2.0]})
    keep(trials, "tf2.7.4-py3.9", {}, reason=Reason.NO_LOCK)
    return Project(root=tmp_path, cache=tmp_path / "cache")


def call(command: click.Command, project: Project, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments, obj=project, catch_exceptions=False)
    assert result.exit_code == 0
    return result
