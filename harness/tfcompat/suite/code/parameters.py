"""The values of one scenario's parameters: what code they come from, where their text does not say all of them."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from tfcompat.suite.code.marks import Marks, Parametrization, Placed
from tfcompat.suite.code.modules import Module
from tfcompat.suite.code.syntax import Function, chain_of

PARAM = "pytest.param"
#: Calls in the text of a value that only say of which kind a collection is.
COLLECTIONS = frozenset({"list", "tuple", "set", "frozenset"})


def origins(marks: Marks, module: Module, function: Function, parameters: Mapping[str, str]) -> Iterator[Placed]:
    """What a scenario of a function depends on beside the function: the code of its own values, and marks on them.

    ``parameters`` are the texts of its values. A text that says all of a value needs no code; of a list that other
    scenarios share only the element counts that this one has, as far as that can be told.
    """
    for given in marks.parametrizations(module, function):
        texts = [parameters.get(name, "") for name in given.names or ()]
        complete = bool(texts) and all(map(says_all, texts))
        for element in elements_with(marks, given, texts):
            if not complete:
                yield element
            yield from other_marks(marks, element)
        if given.by and not complete:
            yield given.by


@cache
def says_all(text: str) -> bool:
    """Whether the text of a value says all of it: it is a constant, or a list of such; that of a function is not."""
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return is_said(tree)


def is_said(node: ast.expr) -> bool:
    match node:
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id=kind), args=items, keywords=[]) if kind in COLLECTIONS:
            return all(map(is_said, items))
    return False


def elements_with(marks: Marks, given: Parametrization, texts: Sequence[str]) -> list[Placed]:
    """The elements of a list of values that may be those with these texts; the list's own code where it is no plain list."""
    values = plain_list(marks, Placed(module=given.module, node=given.values))
    if values is None or given.names is None:
        return [Placed(module=given.module, node=given.values)]
    elements = [Placed(module=values.module, node=node) for node in getattr(values.node, "elts", ())]
    parts = {id(element): parts_of(marks, element, len(texts)) for element in elements}
    possible = [element for element in elements if may_be(parts[id(element)], texts)]
    exact = [element for element in possible if all(text_of(part) is not None for part in parts[id(element)])]
    named = [element for element in possible if is_named(parts[id(element)], texts)]
    return exact or named or possible or elements


def plain_list(marks: Marks, values: Placed) -> Placed | None:
    """The list or tuple that an expression is, or that the constant of the suite is whose name it is."""
    chain = chain_of(values.node)
    if chain:
        source, _, name = marks.suite.dotted(values.module.name, chain).rpartition(".")
        module = marks.suite.modules.get(source)
        node = module.only_value(name) if module else None
        if module is None or node is None:
            return None
        values = Placed(module=module, node=node)
    listed = isinstance(values.node, ast.List | ast.Tuple)
    return values if listed and not any(isinstance(node, ast.Starred) for node in ast.walk(values.node)) else None


def parts_of(marks: Marks, element: Placed, count: int) -> Sequence[ast.expr]:
    """The values that an element gives to so many parameters."""
    if isinstance(element.node, ast.Call) and marks.called(element) == PARAM:
        return element.node.args
    if count != 1 and isinstance(element.node, ast.Tuple | ast.List):
        return element.node.elts
    return [element.node]


def may_be(parts: Sequence[ast.expr], texts: Sequence[str]) -> bool:
    """Whether values may have these texts: what is written as a constant has to have the very text."""
    return len(parts) != len(texts) or all(
        text_of(part) in (None, text) for part, text in zip(parts, texts, strict=True)
    )


def is_named(parts: Sequence[ast.expr], texts: Sequence[str]) -> bool:
    """Whether each value that is a name is in its text by that name, as a function's is."""
    chains = [chain_of(part) for part in parts]
    return len(parts) == len(texts) and all(
        text_of(part) is not None or (chain is not None and chain[-1] == text.rpartition(".")[2])
        for part, chain, text in zip(parts, chains, texts, strict=True)
    )


def text_of(node: ast.expr) -> str | None:
    """The text of a value that is written as a constant, as the catalogue has it, or None."""
    match node:
        case ast.Constant(value=value):
            return repr(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return repr(-number)
        case ast.List(elts=items):
            return text_of_items("list", items)
        case ast.Tuple(elts=items):
            return text_of_items("tuple", items)
    return None


def text_of_items(kind: str, items: Sequence[ast.expr]) -> str | None:
    texts = [text for item in items if (text := text_of(item)) is not None]
    return f"{kind}({', '.join(texts)})" if len(texts) == len(items) else None


def other_marks(marks: Marks, element: Placed) -> Iterator[Placed]:
    """The marks that an element puts on its scenario and that are behaviour: all but that of the scenario itself."""
    for node in ast.walk(element.node):
        if isinstance(node, ast.Call) and marks.called(Placed(module=element.module, node=node)) == PARAM:
            given = next((word.value for word in node.keywords if word.arg == "marks"), None)
            listed = given.elts if isinstance(given, ast.List | ast.Tuple) else [given] if given else []
            placed = (Placed(module=element.module, node=mark) for mark in listed)
            yield from (mark for mark in placed if marks.kept(mark))
