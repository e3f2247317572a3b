"""The examples of docs/advice.md, each run on a project that has what they name."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import ROOT
from tests.trial_files import keep
from tfcompat.advise.effect import Change
from tfcompat.cli import cli
from tfcompat.errors import ExitCode

DOCUMENT = (ROOT / "docs" / "advice.md").read_text(encoding="utf-8")
EXAMPLES = re.search(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
ROWS = ("imports::tf.keras.layers.Normalization", "construct::argument_invert")


@pytest.mark.parametrize("line", EXAMPLES[1].splitlines() if EXAMPLES else ())
def test_an_example_runs(line: str, tmp_path: Path) -> None:
    for release in ("2.15.1", "2.16.2"):
        keep(tmp_path / "reports" / "trials", f"tf{release}-py3.11", dict.fromkeys(ROWS, "there"))
    name, *words = shlex.split(line)
    options = ["--project", str(tmp_path), "--cache", str(tmp_path / "cache")]
    result = CliRunner().invoke(cli, [*options, *words], catch_exceptions=False)
    assert (name, result.exit_code) == ("tfcompat", ExitCode.COMPLETE)
    assert "2.16.2" in result.stdout


def test_there_are_examples_and_every_change_is_explained() -> None:
    assert EXAMPLES
    assert [change for change in Change if f"| {change} |" not in DOCUMENT] == []
