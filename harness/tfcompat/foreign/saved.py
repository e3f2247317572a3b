"""A script saved as a scenario: a file of the suite whose one function does what the script does and returns what it prints."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tfcompat.errors import SelectionError

#: What an id is, and the most characters of a title.
ID, LONGEST_TITLE = re.compile(r"[a-z][a-z-]*::\S(.*\S)?"), 60
#: Statements whose meaning would be another one inside a function, and what of them to write instead.
OTHERWISE = {
    ast.Global: "a global statement: pass the value along",
    ast.ImportFrom: "an import of *: name what it imports",
    ast.Await: "an await at the top: call asyncio.run",
}


@dataclass(frozen=True, kw_only=True)
class SavedScenario:
    """A scenario made of a script: the name of its file in the suite, the text, and what is left to do by hand."""

    file: str
    text: str
    to_do: Sequence[str]


def scenario(
    identity: str, script: str, name: str, *, arguments: Sequence[str], siblings: Sequence[str], beside: Sequence[str]
) -> SavedScenario:
    """The scenario ``identity`` (``group::name``) of a script's text; ``name`` is that of its file.

    ``siblings`` are the other files that were copied along, ``beside`` the distributions of ``--with``: a scenario has
    neither, so that this is left to do. Raises SelectionError where the id or the script does not suit.
    """
    if not ID.fullmatch(identity):
        raise SelectionError(f"--save-as {identity!r} is not an id: write group::what_is_observed")
    try:
        tree = ast.parse(script)
    except (SyntaxError, ValueError) as error:
        raise SelectionError(f"{name} cannot be saved as a scenario: {error}") from error
    if found := next(unsuitable(tree), None):
        raise SelectionError(f"{name} cannot be saved as a scenario: it has {found}")
    to_do = list(left_to_do(tree, siblings, beside))
    return SavedScenario(
        file=f"test_{slug(identity)}.py", text=text(identity, script, name, tree, arguments, to_do), to_do=to_do
    )


def unsuitable(tree: ast.Module) -> Iterator[str]:
    """What of a script would be another thing, or an error, inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield "an import of __future__: write it without"
        elif isinstance(node, ast.ImportFrom) and not any(alias.name == "*" for alias in node.names):
            continue
        elif type(node) in OTHERWISE and not (isinstance(node, ast.Await) and inside_function(tree, node)):
            yield OTHERWISE[type(node)]


def inside_function(tree: ast.Module, wanted: ast.AST) -> bool:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef))
    return any(wanted is inner for function in functions for inner in ast.walk(function))


def left_to_do(tree: ast.Module, siblings: Sequence[str], beside: Sequence[str]) -> Iterator[str]:
    """What a person has to do before the scenario is one: the suite has no other files, and asks a question."""
    yield "say in the title what is observed, and in the reference where it is documented or was reported"
    yield "a promise or a question of scenarios.marks says more than data: what has to come out, or which answers there are"
    imported = {name.split(".")[0] for node in ast.walk(tree) for name in names_of(node)}
    if modules := sorted(name for name in imported if f"{name}.py" in siblings or f"{name}/__init__.py" in siblings):
        yield f"it imports {', '.join(modules)}, which the suite does not have: put that code here"
    if data := [name for name in siblings if not name.endswith(".py")]:
        yield f"the suite has none of the files beside it ({', '.join(data[:3])}): write what it reads here"
    if re.search(r"\.(fit|predict|evaluate)\(", ast.unparse(tree)) and "verbose" not in ast.unparse(tree):
        yield "give verbose=0 to fit, predict and evaluate: progress bars have times in them"
    if beside:
        yield f"{', '.join(beside)} is not in every cell: take it by scenarios.observe.installed, and add a variant"


def names_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


def text(
    identity: str, script: str, name: str, tree: ast.Module, arguments: Sequence[str], to_do: Sequence[str]
) -> str:
    """The file's text."""
    name = re.sub(r"[^\w.-]", "-", name)
    reference = f"the script {name}, as tfcompat try ran it"
    sets = ["    import sys", "", f"    sys.argv[:] = {[name, *arguments]!r}"] if arguments else []
    return "\n".join(
        [
            f'"""What {name} prints, saved by tfcompat try."""',
            "",
            "from contextlib import redirect_stdout as printing_into",
            "from io import StringIO as Printed",
            "",
            "from scenarios.marks import data",
            "",
            *(f"# To do: {line}." for line in to_do),
            "",
            "",
            f"@data({json.dumps(identity)}, reference={json.dumps(reference)}, limit=120)",
            f"def test_{slug(identity)}():",
            f'    """{title(name)}"""',
            '    __name__ = "__main__"  # noqa: F841',
            *sets,
            "    all_printed = Printed()",
            "    with printing_into(all_printed):",
            *body(script, tree),
            "    return all_printed.getvalue().splitlines()",
            "",
        ]
    )


def body(script: str, tree: ast.Module) -> Iterator[str]:
    """The lines of a script, moved in; those inside of a text that has several stay as they are."""
    fixed = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno
        for line in range(node.lineno + 1, node.end_lineno + 1)
    }
    for number, line in enumerate(script.splitlines(), 1):
        yield line if number in fixed or not line.strip() else f"        {line}"
    if not tree.body:
        yield "        pass"


def title(name: str) -> str:
    return f"What {name} prints"[:LONGEST_TITLE].rstrip(".")


def slug(identity: str) -> str:
    """An id as a name of Python."""
    return re.sub(r"[^a-z0-9]+", "_", identity.lower()).strip("_")
