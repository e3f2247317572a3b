"""Fixtures of the suite: the names by which scenarios ask for them, and those that each scenario gets unasked."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tfcompat.suite.code.modules import Module, Suite
from tfcompat.suite.code.syntax import ANY_FIXTURE, Function, chain_of, names_of

#: What makes a fixture, under whatever name pytest is imported.
MAKERS = frozenset({"pytest.fixture", "pytest.yield_fixture"})


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """A fixture: ``module`` and ``binding`` say where it is defined, ``name`` what it is asked for by.

    ``asks_for`` are the names of the fixtures that it takes itself.
    """

    module: str
    binding: str
    name: str
    autouse: bool
    asks_for: frozenset[str]


def fixtures_of(suite: Suite, module: Module) -> Iterator[Fixture]:
    """The fixtures that a file of scenarios, or a conftest.py, has: its own and those that it imports."""
    for name in module.bindings:
        source, _, binding = suite.dotted(module.name, (name,)).rpartition(".")
        if source in suite.modules:
            yield from fixtures_bound(suite, suite.modules[source], binding, name)


def fixtures_bound(suite: Suite, module: Module, binding: str, visible: str) -> Iterator[Fixture]:
    """The fixtures that a name of a module is; ``visible`` is the name that it has where it is used."""
    for statement in module.bindings.get(binding, []):
        for call in makers(suite, module, statement):
            words = {word.arg: word.value for word in call.keywords} if isinstance(call, ast.Call) else {}
            yield Fixture(
                module=module.name,
                binding=binding,
                name=name_given(words.get("name"), visible),
                autouse="autouse" in words and not is_false(words["autouse"]),
                asks_for=frozenset(names_of(statement.args))
                if isinstance(statement, Function)
                else frozenset({ANY_FIXTURE}),
            )


def makers(suite: Suite, module: Module, statement: ast.stmt) -> list[ast.expr]:
    """The expressions that make a fixture in a statement: a decorator, or a call of ``pytest.fixture`` elsewhere."""
    nodes = statement.decorator_list if isinstance(statement, Function) else list(ast.walk(statement))
    return [node for node in nodes if isinstance(node, ast.expr) and makes_fixture(suite, module, node)]


def makes_fixture(suite: Suite, module: Module, node: ast.expr) -> bool:
    chain = chain_of(node.func if isinstance(node, ast.Call) else node)
    return chain is not None and suite.dotted(module.name, chain) in MAKERS


def name_given(node: ast.expr | None, otherwise: str) -> str:
    """The text that an expression is, if it is one."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else otherwise


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
