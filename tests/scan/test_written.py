"""The findings of files written as users write, of five documents, and of public reports: each with what a careful reader has."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat.scan.known.names import Use
from tfcompat.scan.report import used
from tfcompat.scan.sources import read

HERE = Path(__file__).parent
FILES = sorted([*(HERE / "written").glob("*.txt"), *(HERE / "cases").glob("*.txt")])


def expected(path: Path) -> Counter[tuple[int, str]]:
    """What the comments of a file say is found in a line."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    comments = ((number, re.search(r"# finds: (.*)", line)) for number, line in lines)
    return Counter((number, name.strip()) for number, found in comments if found for name in found[1].split(", "))


def found(uses: list[Use]) -> Iterator[tuple[int, str]]:
    """What was found in a line: a path, an argument, an attribute, or the name of a trap."""
    for use in uses:
        yield use.line, use.subject if use.rule in ("import", "argument", "attribute") else use.rule


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_that_a_careful_reader_finds_and_nothing_else(path: Path, tmp_path: Path) -> None:
    (tmp_path / "code.py").write_bytes(path.read_bytes())
    uses, notes = used(read(tmp_path / "code.py"))
    met, wanted = Counter(found(uses)), expected(path)
    assert notes == []
    assert wanted - met == Counter(), "missed"
    assert [one for one in met - wanted if not re.search(r"\(\w+=", one[1])] == [], "a false alarm"


def test_there_are_more_than_twenty_of_them_with_and_without_traps() -> None:
    assert len(list((HERE / "written").glob("*.txt"))) >= 25
    assert sum(not expected(path) for path in FILES) >= 2


def test_the_examples_of_the_suite_have_no_trap() -> None:
    """The rows of the five documents make layers by a helper, which no scan can see through: what is left are their paths."""
    uses, notes = used(read(ROOT / "scenarios" / "test_examples.py"))
    assert notes == []
    assert {use.rule for use in uses} <= {"import", "argument", "unfollowed"}
    assert Counter(use.subject for use in uses if use.rule == "import") == {
        "tf.keras.layers.BatchNormalization": 5,
        "tf.keras.layers.LayerNormalization": 2,
        "keras.layers.BatchNormalization": 1,
    }
