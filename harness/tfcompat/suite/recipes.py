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


def load(path: Path) -> dict[str, Recipe]:
    """The recipes of a ``test_recipes.py`` by the name behind ``recipes::``. Raises DataError where it cannot be read."""
    try:
        return read(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as Python ({error}): restore it with git checkout") from error


def read(source: str) -> dict[str, Recipe]:
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    recipes = [recipe_of(node, tree, source) for node in functions if scenario_of(node).startswith(GROUP)]
    return {recipe.scenario.removeprefix(GROUP): recipe for recipe in recipes}


def scenario_of(function: ast.FunctionDef) -> str:
    """The id in a function's ``@scenario("…")``, empty where it has none."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Name(id="scenario"), args=[ast.Constant(value=str(name)), *_]):
                return name
    return ""


def recipe_of(function: ast.FunctionDef, tree: ast.Module, source: str) -> Recipe:
    return Recipe(
        scenario=scenario_of(function),
        title=(ast.get_docstring(function) or "").partition("\n")[0],
        code="\n".join([*imports(function, tree), "", body(function, source)]),
    )


def imports(function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """The imports of the file that a function needs."""
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.Import) and {alias.asname or alias.name for alias in node.names} & used:
            yield ast.unparse(node)


def body(function: ast.FunctionDef, source: str) -> str:
    """The statements of a function, without its docstring; what it returns at the end is printed."""
    start, last = lines_before(function), function.body[-1]
    lines = source.splitlines()[start : last.end_lineno]
    if not isinstance(last, ast.Return):
        return textwrap.dedent("\n".join(lines)).strip("\n")
    lines[-1] = lines[-1].encode()[: last.end_col_offset].decode() + ")"  # columns are counted in bytes of UTF-8
    first = last.lineno - 1 - start
    lines[first] = lines[first].replace("return ", "print(", 1)
    return textwrap.dedent("\n".join(lines)).strip("\n")


def lines_before(function: ast.FunctionDef) -> int:
    """The number of lines before a function's statements; comments above the first statement belong to it."""
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return first.lineno - 1
    return first.end_lineno or first.lineno
