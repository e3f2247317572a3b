"""Groups that import a command only where it is used."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from tests.conftest import ROOT
from tfcompat.cli import COMMANDS, cli
from tfcompat.commands.group import LazyGroup, Target

EVERY = [
    *((cli, name) for name in COMMANDS),
    *((group, name) for group in COMMANDS.values() if isinstance(group, LazyGroup) for name in group.targets),
]


def group(**targets: Target | click.Group) -> LazyGroup:
    return LazyGroup("group", targets=targets)


NOWHERE = Target(path="tfcompat.nowhere:command", help="It is not there.")


@pytest.mark.parametrize(("parent", "name"), EVERY, ids=lambda value: value if isinstance(value, str) else value.name)
def test_every_target_is_a_command_of_that_name(parent: LazyGroup, name: str) -> None:
    command = parent.get_command(click.Context(parent), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").strip()


def test_help_imports_no_command_and_keeps_their_order() -> None:
    result = CliRunner().invoke(group(second=NOWHERE, first=NOWHERE), ["--help"])
    assert result.exit_code == 0
    assert [line.split() for line in result.output.splitlines()[-2:]] == [
        ["second", "It", "is", "not", "there."],
        ["first", "It", "is", "not", "there."],
    ]


def test_a_command_that_is_used_is_imported_and_runs() -> None:
    check = Target(path="tfcompat.commands.publish.check:check", help="")
    result = CliRunner().invoke(group(check=check), ["check", "--help"])
    assert "Say what the scenarios lack" in result.output


def test_a_name_that_is_not_there_is_a_usage_error() -> None:
    assert CliRunner().invoke(group(first=NOWHERE), ["second"]).exit_code == 2


def test_what_is_not_a_command_is_an_error() -> None:
    with pytest.raises(TypeError, match="is not a command"):
        Target(path="tfcompat.commands.group:Target", help="").load()


def test_names_are_completed_without_importing_a_command() -> None:
    names = group(second=NOWHERE, first=NOWHERE)
    assert [item.value for item in names.shell_complete(click.Context(names), "f")] == ["first"]
    assert [item.value for item in names.shell_complete(click.Context(names), "--h")] == ["--help"]


@pytest.mark.starts
def test_the_help_of_every_group_imports_nothing_large() -> None:
    code = (
        "import sys\n"
        "from tfcompat.cli import cli\n"
        "for words in ([], ['images'], ['grid'], ['nightly']):\n"
        "    cli.main([*words, '--help'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'docker', 'jinja2', 'msgspec', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
