"""The document about asking: each text in its tables names what the table says, and each command is one."""

import json
import re
import shlex

import pytest

from tests.conftest import ROOT
from tfcompat.cli import COMMANDS
from tfcompat.commands.group import Target
from tfcompat.select import releases, scenarios

TEXT = (ROOT / "docs" / "ask.md").read_text(encoding="utf-8")
KNOWN = releases.load(ROOT / "images" / "releases.toml")
SCENARIOS, RELEASES = TEXT.split("## Naming scenarios")[1].split("## Naming releases")


def examples(section: str) -> list[str]:
    """What stands in the first column of a section's table, and other ways of writing it in the second."""
    cells = [row.split("|") for row in section.splitlines() if row.startswith("| `")]
    return [text for cell in cells for text in re.findall("`([^`]+)`", cell[1])]


@pytest.mark.parametrize("text", [*examples(RELEASES), "2.15..", "..2.6.0"])
def test_each_way_of_naming_releases_names_some(text: str) -> None:
    if text == "nightly":  # the index need not have one today
        return
    chosen = [str(release.version) for release in releases.select(KNOWN, text)]
    expected = {"2.15": ["2.15.1"], "2.15.1": ["2.15.1"], "2.15..2.17": ["2.15.1", "2.16.2", "2.17.1"]}
    assert chosen == expected.get(text, chosen)
    assert chosen


@pytest.mark.parametrize("text", examples(SCENARIOS))
def test_each_way_of_naming_scenarios_names_some(text: str) -> None:
    known = json.loads((ROOT / "reports" / "support.json").read_text(encoding="utf-8"))["scenarios"]
    chosen = scenarios.select([text], {name: str(facts.get("title", "")) for name, facts in known.items()})
    assert (len(chosen) == 1) == scenarios.is_id(text)


def test_each_command_is_one() -> None:
    commands = [shlex.split(line) for line in TEXT.splitlines() if line.startswith("tfcompat ")]
    assert [command[1] for command in commands] == ["ask", "imports"]
    for _, name, *arguments in commands:
        target = COMMANDS[name]
        assert isinstance(target, Target)
        target.load().make_context(name, list(arguments))
