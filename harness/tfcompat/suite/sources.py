"""The sources of scenarios: the function in the suite that a row comes from, as text."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

#: Lines of a function that the page shows; a long list of parameters is cut.
LONGEST = 120


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A scenario function: where it stands, and the pattern of the titles that its docstring gives."""

    file: str
    first: int
    last: int
    name: str
    text: str
    title: re.Pattern[str]

    def holds(self, line: int) -> bool:
        return self.first <= line <= self.last


def read(suite: Path) -> list[Definition]:
    """The functions of a suite that may be scenarios; a file that cannot be read has none."""
    return [found for path in sorted(suite.glob("test_*.py")) for found in of_file(path)]


def of_file(path: Path) -> Iterator[Definition]:
    try:
        text = path.read_text(encoding="utf-8")
        nodes = ast.parse(text).body
    except (OSError, SyntaxError, ValueError):
        return
    lines = text.splitlines()
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and (documentation := ast.get_docstring(node)):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            last = node.end_lineno or node.lineno
            yield Definition(
                file=path.name,
                first=first,
                last=last,
                name=node.name,
                text="\n".join(bounded(lines[first - 1 : last])),
                title=pattern(inspect.cleandoc(documentation).split("\n")[0]),
            )


def bounded(lines: Sequence[str]) -> list[str]:
    return list(lines) if len(lines) <= LONGEST else [*lines[:LONGEST], "…"]


def pattern(title: str) -> re.Pattern[str]:
    """What the titles look like that a docstring's first line gives once its parameters are filled in."""
    try:
        parts = list(Formatter().parse(title))
    except ValueError:
        return re.compile(re.escape(title))
    return re.compile("".join(re.escape(literal) + (".*" if field is not None else "") for literal, field, *_ in parts))


def defining(title: str, source: str, definitions: Iterable[Definition]) -> Definition | None:
    """The function that a scenario comes from, or None where the suite, as it is now, no longer has it.

    Its title decides, since lines move; of several in the file the one at the line in ``source``, ``file:line``.
    """
    file, _, line = source.partition(":")
    fitting = [one for one in definitions if one.file == file and one.title.fullmatch(title)]
    at_line = [one for one in fitting if line.isdigit() and one.holds(int(line))]
    return next(iter(at_line or fitting), None)
