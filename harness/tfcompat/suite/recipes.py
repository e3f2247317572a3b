"""Recipes: scenario functions of the group ``recipes`` as programs to be copied, read from the suite without running it."""

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tfcompat.errors import DataError

GROUP = "recipes::"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A program: its scenario's id and title, and the code."""

    scenario: str
    title: str
    code: str


def load(path: Path, only: str | None = None) -> dict[str, Recipe]:
    """The recipes of a ``test_recipes.py`` by the name behind ``recipes::``, or the ``only`` one of a name.

    Raises DataError where it cannot be read.
    """
    try:
        return read(path.read_text(encoding="utf-8"), only)
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as Python ({error}): restore it with git checkout") from error


def read(source: str, only: str | None = None) -> dict[str, Recipe]:
    """The recipes of a source by name, or the ``only`` one of a name."""
    tree = ast.parse(source)
    functions = {promise_of(node): node for node in tree.body if isinstance(node, ast.FunctionDef)}
    wanted = [name for name in functions if name.startswith(GROUP) and only in (None, name.removeprefix(GROUP))]
    recipes = [recipe_of(functions[name], tree, source) for name in wanted]
    return {recipe.scenario.removeprefix(GROUP): recipe for recipe in recipes}


def promise_of(function: ast.FunctionDef) -> str:
    """The id in a function's ``@promise("…")``, empty where it has none: a recipe is a promise, never a question."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Name(id="promise"), args=[ast.Constant(value=str(name)), *_]):
                return name
    return ""


def recipe_of(function: ast.FunctionDef, tree: ast.Module, source: str) -> Recipe:
    return Recipe(
        scenario=promise_of(function),
        title=(ast.get_docstring(function) or "").partition("\n")[0],
        code="\n".join([*imports(function, tree), "", body(function, source)]),
    )


def imports(function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """The imports of the file that a program needs."""
    statements, result = function.body[:-1], printed(function)
    parts = [*statements, function.body[-1] if result is None else result]
    used = {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.Import) and {alias.asname or alias.name for alias in node.names} & used:
            yield ast.unparse(node)


def printed(function: ast.FunctionDef) -> ast.expr | None:
    """What a function returns at the end: of ``compared(observed, expected)`` what was observed. None where it does not."""
    match function.body[-1]:
        case ast.Return(value=ast.Call(func=ast.Name(id="compared"), args=[observed, _])):
            return observed
        case ast.Return(value=value):
            return value
    return None


def body(function: ast.FunctionDef, source: str) -> str:
    """The statements of a function, without its docstring; what it returns at the end is printed."""
    start, last, result = lines_before(function), function.body[-1], printed(function)
    if result is None:
        return textwrap.dedent("\n".join(source.splitlines()[start : last.end_lineno])).strip("\n")
    lines = source.splitlines()[start : last.lineno - 1]
    deeper = result.col_offset - last.col_offset if result.lineno > last.lineno else 0
    text = (ast.get_source_segment(source, result) or "").replace("\n" + " " * deeper, "\n")
    return textwrap.dedent("\n".join([*lines, f"{' ' * last.col_offset}print({text})"])).strip("\n")


def lines_before(function: ast.FunctionDef) -> int:
    """The number of lines before a function's statements; comments above the first statement belong to it."""
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return first.lineno - 1
    return first.end_lineno or first.lineno
