"""The documents: the map lists the folders in their own words and every generated file, and no link leads nowhere."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.repository.test_architecture import PACKAGE, STAGES

MAP = ROOT / "docs" / "map.md"
#: What is written by hand, for people.
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


def folders() -> str:
    """The list of folders, as the map has to have it."""
    names = [stage for line in STAGES for stage in line if (PACKAGE / stage.replace(".", "/")).is_dir()]
    rows = ["| folder | is |", "| --- | --- |"]
    for name in names:
        path = PACKAGE / name.replace(".", "/") / "__init__.py"
        sentence = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        rows.append(f"| `{name.replace('.', '/')}/` | {sentence} |")
    return "\n".join(rows)


def test_the_map_has_the_folders_in_their_own_words() -> None:
    between = MAP.read_text(encoding="utf-8").split("<!-- folders -->\n")[1].split("\n<!-- end -->")[0]
    assert between == folders(), "put this between the two comments of docs/map.md"


def test_the_map_lists_every_file_of_the_reports() -> None:
    text = MAP.read_text(encoding="utf-8")
    files = [path.name for path in (ROOT / "reports").iterdir() if path.is_file()]
    assert [name for name in files if name not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_link_to_a_file_leads_nowhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []
