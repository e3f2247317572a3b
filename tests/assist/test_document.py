"""docs/mcp.md: its tools and arguments are those that there are, and its configuration starts the command."""

import json
import re

from msgspec.structs import fields

from tests.conftest import ROOT
from tfcompat.assist.arguments import ENTRIES, SHOWN
from tfcompat.assist.calls import LARGEST
from tfcompat.assist.tools import FILES, TOOLS
from tfcompat.cli import COMMANDS

TEXT = (ROOT / "docs" / "mcp.md").read_text(encoding="utf-8")


def test_the_document_has_every_tool_with_its_arguments() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", TEXT, re.MULTILINE)
    assert [(name, re.findall(r"`(\w+)`", arguments)) for name, arguments in rows] == [
        (tool.name, [field.name for field in fields(tool.arguments)]) for tool in TOOLS
    ]


def test_the_bounds_are_those_of_the_tools() -> None:
    assert f"{SHOWN} are given unless more are asked for, at most {ENTRIES}" in TEXT
    assert f"at most {LARGEST // 1000} kB" in TEXT
    assert f"At most {FILES:,} files" in TEXT


def test_the_configuration_starts_the_command() -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    server = json.loads(block)["mcpServers"]["tfcompat"]
    assert [server["command"], *server["args"]] == ["uvx", "--from", "tfcompat[mcp]", "tfcompat", "mcp"]
    assert "mcp" in COMMANDS
