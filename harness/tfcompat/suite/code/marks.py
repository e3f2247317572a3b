"""The marks of a scenario: what of a function's decorators is behaviour, and what is text, judging or a parameter's value."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tfcompat.suite.code.modules import Module, Suite
from tfcompat.suite.code.syntax import PACKAGE, Function, chain_of, without_documentation

#: The decorators of a scenario and the mark that they make: all that they say is in the catalogue, evaluated.
KINDS = ("promise", "presence", "question", "data")
SCENARIO = frozenset({*(f"{PACKAGE}.marks.{kind}" for kind in KINDS), "pytest.mark.scenario"})
PARAMETRIZE = "pytest.mark.parametrize"
#: Keywords of a parametrization that are texts, and those that are in the catalogue for each scenario.
TEXTS = frozenset({"ids", "argnames", "argvalues"})
#: How many names may lead from one to the next before a decorator is taken as it stands.
DEPTH = 10


@dataclass(frozen=True, kw_only=True)
class Parametrization:
    """Where parameters get their values: ``names`` is None where they are no constants.

    ``by`` is the decorator where a function of the suite makes it, whose arguments may be in the values.
    """

    names: tuple[str, ...] | None
    module: Module
    values: ast.expr
    by: "Placed | None" = None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An expression and the module in which its names mean something."""

    module: Module
    node: ast.expr


@dataclass(frozen=True)
class Marks:
    """Reads the decorators of a suite's functions."""

    suite: Suite

    def behaviour(self, module: Module, function: Function) -> list[ast.expr | ast.keyword]:
        """The decorators of a function, or the keywords of them, that its outcome depends on."""
        return [
            node for decorator in function.decorator_list for node in self.kept(Placed(module=module, node=decorator))
        ]

    def kept(self, decorator: Placed, depth: int = 0) -> list[ast.expr | ast.keyword]:
        name, node = self.called(decorator), decorator.node
        if name in SCENARIO:
            return []
        if name == PARAMETRIZE and isinstance(node, ast.Call):
            return [word for word in node.keywords if word.arg not in TEXTS]
        made = self.made_by(decorator) if depth < DEPTH else None
        return [node] if made is None or self.kept(made, depth + 1) else []

    def called(self, placed: Placed) -> str:
        """The whole name of what a call calls; empty where the expression is no such call."""
        chain = chain_of(placed.node.func) if isinstance(placed.node, ast.Call) else None
        return self.suite.dotted(placed.module.name, chain) if chain else ""

    def made_by(self, decorator: Placed) -> Placed | None:
        """The expression that a decorator's name stands for, or that the function returns which makes it.

        None where it is not that simple: no assignment of the suite, and no function with one statement.
        """
        node = decorator.node
        chain = chain_of(node.func if isinstance(node, ast.Call) else node)
        module, _, name = self.suite.dotted(decorator.module.name, chain or ("",)).rpartition(".")
        source = self.suite.modules.get(module)
        if source is None:
            return None
        value = returned_by(source.only_function(name)) if isinstance(node, ast.Call) else source.only_value(name)
        return Placed(module=source, node=value) if value else None

    def parametrizations(self, module: Module, function: Function) -> Iterator[Parametrization]:
        """Where the parameters of a function get their values."""
        for node in function.decorator_list:
            yield from self.parametrizations_of(Placed(module=module, node=node), None)

    def parametrizations_of(self, decorator: Placed, by: Placed | None, depth: int = 0) -> Iterator[Parametrization]:
        node = decorator.node
        if self.called(decorator) == PARAMETRIZE and isinstance(node, ast.Call):
            words = {word.arg: word.value for word in node.keywords}
            names, values = [*node.args, None, None][:2]
            names, values = words.get("argnames", names), words.get("argvalues", values)
            if values is not None:
                yield Parametrization(names=names_in(names), module=decorator.module, values=values, by=by)
        elif (made := self.made_by(decorator)) and depth < DEPTH:
            yield from self.parametrizations_of(made, decorator if isinstance(node, ast.Call) else by, depth + 1)


def returned_by(function: Function | None) -> ast.expr | None:
    """What a function returns that does nothing else."""
    match without_documentation(function.body)[0] if function else []:
        case [ast.Return(value=ast.expr() as value)]:
            return value
    return None


def names_in(node: ast.expr | None) -> tuple[str, ...] | None:
    """The names of parameters, as pytest takes them: one text with commas, or a list of texts."""
    try:
        names = ast.literal_eval(node) if node else None
    except ValueError:
        return None
    if isinstance(names, str):
        return tuple(name.strip() for name in names.split(",") if name.strip())
    return tuple(map(str, names)) if isinstance(names, list | tuple) else None
