"""The mutants of a module: its source, each time with one small change."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator

from tests.mutation.operators import operators

Position = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A changed source. ``name`` is the function and the changed lines: it lasts when lines above come and go."""

    name: str
    line: int
    source: str


def mutants(source: str) -> list[Mutant]:
    """The mutants of a source, from top to bottom, without those that do not compile or change only a declaration."""
    declarations = list(declared(ast.parse(source)))
    nodes = list(ast_nodes(get_ast(source)))
    made = [mutant for operator in operators() for mutant in of_operator(source, operator, nodes, declarations)]
    return named_apart(sorted(made, key=lambda mutant: mutant.line))


def of_operator(
    source: str, operator: Operator, nodes: list[Any], declarations: list[tuple[Position, Position]]
) -> Iterator[Mutant]:
    places = [(node, *place) for node in nodes for place in operator.mutation_positions(node)]
    for occurrence, (node, begin, _) in enumerate(places):
        if any(first <= begin < last for first, last in declarations):
            continue
        changed = mutate_code(source, operator, occurrence)
        if changed and changed != source and compiles(changed):
            where = ASTQuery(node).get_definition_name() or "module"
            yield Mutant(name=f"{where}: {difference(source, changed)}", line=begin[0], source=changed)


def declared(tree: ast.Module) -> Iterator[tuple[Position, Position]]:
    """Where annotations stand and what is imported for them alone, which mypy reads, ``frozen`` and ``kw_only`` of classes,
    which a test reads, and ``strict`` of ``zip``, which asserts what the lines around it make sure of.
    """
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(part, ast.expr):
                yield place(part)
        match node:
            case ast.ClassDef(keywords=keywords) | ast.Call(func=ast.Name(id="dataclass"), keywords=keywords):
                yield from words(keywords, "frozen", "kw_only")
            case ast.Call(func=ast.Name(id="zip"), keywords=keywords):
                yield from words(keywords, "strict")
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield (node.lineno, node.col_offset), place(node.test)[1]


def words(keywords: list[ast.keyword], *names: str) -> Iterator[tuple[Position, Position]]:
    """Where the values of some keywords stand."""
    yield from (place(word.value) for word in keywords if word.arg in names)


def place(node: ast.expr) -> tuple[Position, Position]:
    """Where an expression begins and ends. ast counts columns in bytes: a line with other letters before it is shifted."""
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)


def compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def difference(before: str, after: str) -> str:
    """The lines that are gone and those that came, such as ``if a: → if not a:``."""
    old, new = before.splitlines(), after.splitlines()
    head = alike(old, new)
    tail = alike(old[head:][::-1], new[head:][::-1])
    gone, came = (" ".join(line.strip() for line in lines[head : len(lines) - tail]) for lines in (old, new))
    return f"{gone} → {came or 'nothing'}"


def alike(left: list[str], right: list[str]) -> int:
    """With how many equal lines both begin."""
    pairs = zip(left, right, strict=False)
    return next((number for number, (old, new) in enumerate(pairs) if old != new), min(len(left), len(right)))


def named_apart(made: list[Mutant]) -> list[Mutant]:
    """The same mutants, where the second of one name has a number behind it."""
    seen: Counter[str] = Counter()
    apart = []
    for mutant in made:
        seen[mutant.name] += 1
        number = seen[mutant.name]
        name = mutant.name if number == 1 else f"{mutant.name} ({number})"
        apart.append(Mutant(name=name, line=mutant.line, source=mutant.source))
    return apart
