"""Paths: an empty one, such as of a variable that is not set, is never the current folder."""

import os
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.commands.test_group import EVERY
from tfcompat.cli import cli
from tfcompat.commands.group import LazyGroup
from tfcompat.commands.paths import NamedPath


@pytest.mark.parametrize(("parent", "name"), EVERY, ids=lambda value: value if isinstance(value, str) else value.name)
def test_every_path_of_every_command_has_to_be_named(parent: LazyGroup, name: str) -> None:
    command = parent.get_command(click.Context(parent), name)
    assert command is not None
    paths = [parameter for parameter in command.params if isinstance(parameter.type, click.Path)]
    assert all(isinstance(parameter.type, NamedPath) for parameter in paths)


@pytest.mark.parametrize("arguments", [["scan", ""], ["requires", "--file", ""], ["try", ""], ["run", "--output", ""]])
def test_an_empty_path_is_refused_with_what_to_do(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "it is empty: name a path, or . for the current folder" in result.stderr


def test_a_path_that_is_named_is_a_path(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert NamedPath().convert(str(file), None, None) == file
    assert NamedPath().convert(Path(os.curdir), None, None) == Path()
    assert NamedPath().name == click.Path().name


@pytest.mark.parametrize(
    ("kind", "refused"),
    [(NamedPath(exists=True), "gone"), (NamedPath(file_okay=False), "file"), (NamedPath(dir_okay=False), "folder")],
)
def test_what_click_refuses_is_refused(kind: NamedPath, refused: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(click.BadParameter):
        kind.convert(str(tmp_path / refused), None, None)
