"""tfcompat mcp without its extra, and its place in the help."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tfcompat import assist
from tfcompat.cli import cli
from tfcompat.commands.mcp import mcp_command
from tfcompat.errors import ExitCode, ToolError
from tfcompat.project import Project


@pytest.mark.parametrize("lacking", ["mcp", "anyio"])
def test_without_the_extra_it_says_how_to_install_it(
    lacking: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == lacking or name == "tfcompat.assist.server"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(assist, "server", raising=False)  # an import that worked before leaves it there
    monkeypatch.setattr(sys, "meta_path", [Without(lacking), *sys.meta_path])
    with pytest.raises(ToolError, match=rf"tfcompat mcp needs {lacking}.*: pip install 'tfcompat\[mcp\]'") as error:
        CliRunner().invoke(
            mcp_command, obj=Project(root=tmp_path, cache=tmp_path), catch_exceptions=False, standalone_mode=False
        )
    assert error.value.exit_code is ExitCode.USAGE


class Without:
    """Finds nothing of a package, as where it is not installed."""

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.split(".")[0] == self.package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_the_help_names_it() -> None:
    assert "mcp" in CliRunner().invoke(cli, ["--help"]).output
