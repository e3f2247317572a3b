"""The sources of scenarios: the function in the suite that a row comes from, as text."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # catalogues are made without pandas
    import pandas as pd

#: Lines of a function that the page shows; a long list of parameters is cut.
LONGEST = 120


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A scenario function: its place in a file, and the pattern of the titles that its docstring gives."""

    file: str
    first: int
    last: int
    name: str
    text: str
    title: re.Pattern[str]


def read(suite: Path) -> list[Definition]:
    """The functions of a suite that may be scenarios; a file that cannot be read has none."""
    return [definition for path in sorted(suite.glob("test_*.py")) for definition in of_file(path)]


def of_file(path: Path) -> Iterator[Definition]:
    try:
        text = path.read_text(encoding="utf-8")
        nodes = ast.parse(text).body
    except (OSError, SyntaxError, ValueError):
        return
    lines = text.splitlines()
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and (documentation := ast.get_docstring(node)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
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
    """The function that a scenario comes from, or None where the suite no longer has it.

    The title decides, since lines move; where several functions of the file have it, the line in ``source``
    (``file:line``) decides between them.
    """
    file, _, line = source.partition(":")
    number = int(line) if re.fullmatch("[0-9]{1,9}", line) else 0
    named = [function for function in definitions if function.file == file and function.title.fullmatch(title)]
    at_line = [function for function in named if function.first <= number <= function.last]
    return next(iter(at_line or named), None)


def of_scenarios(scenarios: "pd.DataFrame", definitions: Sequence[Definition]) -> dict[str, Definition]:
    """The function that each scenario of a table comes from, by id, where the suite still has it."""
    texts = zip(scenarios.index, scenarios["title"], scenarios["source"], strict=True)
    found = {str(name): defining(str(title), str(source), definitions) for name, title, source in texts}
    return {name: definition for name, definition in found.items() if definition}
