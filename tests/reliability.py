"""docs/reliability.md: the table of faults, made from the markers of the tests that inject them, and those of attacks, of
repeated runs and of mutation.

``python -m tests.reliability`` writes them; a test holds the file against the tests. A row of the first is
``@pytest.mark.fault(WHAT, group=…, reads=…, code=…, reason=…, kept=…)`` with plain texts, so that no test has to be imported.
"""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile import table as hostile
from tests.mutation import results
from tests.mutation.subjects import subjects
from tests.repeat import tables

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "reliability.md"
FAULTS, ATTACKS, REPEATS, MUTATION = "faults", "attacks", "repeats", "mutation"
#: The groups of faults, in their order, with their headings.
GROUPS = {
    "machine": "The machine",
    "engine": "The engine and the network",
    "person": "Somebody ends, or does two things at once",
    "cell": "What runs in a cell",
    "files": "The files",
    "published": "What is published",
}
#: Markers of tests in which the fault is real: programs are killed, disks full, engines gone.
REAL = {"starts", "local", "docker", "tensorflow"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A fault: what happens, what the user reads, the exit code, the reason in the cell, and what is kept."""

    what: str
    group: str
    reads: str = ""
    code: int | None = None
    reason: str = ""
    kept: str = ""
    test: str
    real: bool

    @property
    def line(self) -> str:
        how = "injected" if self.real else "a fake"
        link = f"[{how}](../{self.test.partition('::')[0]})"
        code = "" if self.code is None else str(self.code)
        return f"| {' | '.join(map(cell, (self.what, self.reads, code, self.reason, self.kept)))} | {link} |"


def cell(text: str) -> str:
    """A text in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def rows(folder: Path = ROOT / "tests") -> list[Row]:
    """The rows of all tests, by group and then by the fault."""
    order = list(GROUPS)
    found = [row for path in sorted(folder.rglob("test_*.py")) for row in of_file(path)]
    return sorted(found, key=lambda row: (order.index(row.group), row.what.lower()))


def of_file(path: Path) -> Iterator[Row]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = dict(constants(tree))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            for call in marks(node):
                yield row_of(call, node, path, texts)


def constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The texts that a file gives a name."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from ((target.id, node.value.value) for target in node.targets if isinstance(target, ast.Name))


def marks(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """The marks ``fault`` of a test: its own, and those of its parameters."""
    for decorator in function.decorator_list:
        for node in ast.walk(decorator):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault":
                yield node


def row_of(call: ast.Call, function: ast.FunctionDef, path: Path, texts: Mapping[str, str]) -> Row:
    """The row of a mark. Raises ValueError where it is not made of plain texts, or of another group."""
    facts: dict[str, Any] = {
        keyword.arg: texts[keyword.value.id] if isinstance(keyword.value, ast.Name) else ast.literal_eval(keyword.value)
        for keyword in call.keywords
        if keyword.arg
    }
    if facts.get("group") not in GROUPS:
        raise ValueError(f"{path}: {function.name} has a fault of no group: one of {', '.join(GROUPS)}")
    real = facts["group"] in ("files", "published") or any(
        f"mark.{name}" in ast.unparse(decorator) for decorator in function.decorator_list for name in REAL
    )
    test = f"{path.relative_to(ROOT).as_posix()}::{function.name}"
    return Row(what=ast.literal_eval(call.args[0]), test=test, real=real, **facts)


def table(every: Sequence[Row]) -> str:
    """The tables of all groups, as Markdown."""
    parts = [f"{len(every)} faults, of which {sum(row.real for row in every)} are injected for real.\n"]
    for group, heading in GROUPS.items():
        of_group = [row.line for row in every if row.group == group]
        if of_group:
            head = "| fault | what is read | exit code | reason in the cell | what is kept | test |\n"
            parts.append(f"### {heading}\n{head}| --- | --- | :-: | --- | --- | --- |\n" + "\n".join(of_group) + "\n")
    return "\n".join(parts)


def document(text: str, every: Sequence[Row]) -> str:
    """The document with the tables of today."""
    mutation = results.table(results.read(), [subject.path for subject in subjects()])
    contents = {FAULTS: table(every), ATTACKS: hostile.table(), REPEATS: tables.tables(), MUTATION: mutation}
    for name, content in contents.items():
        text = filled(text, name, content)
    return text


def filled(text: str, name: str, content: str) -> str:
    """The text with other content between the comments of that name. Raises ValueError where it lacks one of them."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, opening, rest = text.partition(begin)
    _, closing, after = rest.partition(end)
    if not (opening and closing):
        raise ValueError(f"{DOCUMENT} lacks {begin.strip()} or {end.strip()}: write them where the table is to be")
    return f"{before}{begin}{content}{end}{after}"


def main() -> int:
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8"), rows()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
