"""The commands that write the project's own files: without a clone each of them is one sentence."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.snapshot.made import carried
from tfcompat.commands.measure.images.lock import lock_cells
from tfcompat.commands.publish.answers import answers
from tfcompat.commands.publish.findings import findings
from tfcompat.commands.publish.gate import gate
from tfcompat.commands.publish.nightly.publish import publish
from tfcompat.commands.publish.nightly.refresh import refresh
from tfcompat.commands.publish.nightly.shard import run_shard
from tfcompat.errors import ExitCode, SelectionError


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (lock_cells, ["--tf", "2.9"]),
        (answers, ["--write"]),
        (findings, []),
        (gate, []),
        (gate, ["--write"]),
        (refresh, []),
        (run_shard, ["1/2"]),
        (publish, ["shard"]),
    ],
)
def test_what_writes_the_projects_own_files_asks_for_a_clone(
    command: click.Command, arguments: list[str], tmp_path: Path
) -> None:
    project = carried(tmp_path)
    before = sorted(project.root.rglob("*"))
    with pytest.raises(SelectionError, match=r"^tfcompat .* own files: run it in a clone .*--project$") as error:
        CliRunner().invoke(command, arguments, obj=project, catch_exceptions=False)
    assert error.value.exit_code is ExitCode.USAGE
    assert sorted(project.root.rglob("*")) == before
