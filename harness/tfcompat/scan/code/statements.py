"""Statements: the ways through the user's code, and what is known after each of them."""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from tfcompat.scan.code.conditions import is_guard
from tfcompat.scan.code.functions import Functions
from tfcompat.scan.code.values import Dotted, Known, ManyLayers, Several, State, Value, World, is_symbolic
from tfcompat.scan.known.names import FOLDERS, Use, asks_of_path, is_api, short

#: How many statements are followed in a file.
LONGEST = 30_000
#: How deep a loop may be in others for its second round to be followed.
ROUNDS = 2
#: Packages that are nobody's own module.
KNOWN = frozenset(
    {"tensorflow", "keras", "tf_keras", "keras_core", "tensorflow_addons", "numpy", "pandas", *sys.stdlib_module_names}
)
#: What ends a block so that nothing comes after it.
ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
#: The errors of an import that fails, as a handler names them.
OF_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"})


class TooLongError(Exception):
    """There is more to follow than is worth it."""


class Statements(Functions):
    """Follows the statements of some code."""

    def follow(self, tree: ast.Module, cell: int) -> None:
        """A whole file, or the next cell of a notebook."""
        self.cell = cell
        self.block(tree.body)

    def finish(self) -> None:
        """The functions and classes by themselves: of what they are given nothing is known."""
        whole = self.world
        while self.later:
            node, world, self.cell = self.later.pop(0)
            self.world = World(names={**whole.names, **world.names})
            self.forget()
            if isinstance(node, ast.ClassDef):
                self.methods(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.by_itself(node)
        self.world = whole

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self.steps += 1
            if self.steps > LONGEST:
                raise TooLongError
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import():
                self.imports(node)
            case ast.ImportFrom():
                self.imports_from(node)
            case ast.Assign():
                self.assign(node.targets, node.value)
            case ast.AnnAssign(value=ast.expr() as given):
                self.assign([node.target], given)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.define(node)
            case ast.ClassDef():
                self.define_class(node)
            case ast.Return():
                self.give(self.value(node.value))
            case _:
                self.compound(node)

    def compound(self, node: ast.stmt) -> None:
        """A statement with others in it; of any other its expressions."""
        match node:
            case ast.If():
                self.choose(node)
            case ast.For() | ast.AsyncFor():
                values, turns = self.value(node.iter), count()
                some = isinstance(values, ManyLayers) or (isinstance(values, Several) and bool(values.parts))
                self.loop(node.body, node.orelse, lambda: self.bind(node.target, self.each(values, next(turns))), some)
            case ast.While():
                self.loop(node.body, node.orelse, lambda: self.value(node.test))
            case ast.With() | ast.AsyncWith():
                self.within(node)
            case ast.Try() | ast.TryStar():
                self.attempt(node)
            case ast.Match():
                self.cases(node)
            case _:
                self.of_children(node)

    def give(self, value: Value) -> None:
        """What a function returns."""
        if self.returned:
            self.returned[-1].append(value)

    def assign(self, targets: Sequence[ast.expr], node: ast.expr) -> None:
        value = self.value(node)
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "trainable":
                self.freeze(self.value(target.value), node)
            else:
                self.bind(target, value)

    # Imports

    def imports(self, node: ast.Import) -> None:
        for alias in node.names:
            path = short(alias.name)
            name = alias.asname or alias.name.partition(".")[0]
            self.world.names[name] = Dotted(path=path if alias.asname else short(name))
            if is_api(path):
                self.add(node, "import", path, asks_of_path(path, f"import {alias.name}"))

    def imports_from(self, node: ast.ImportFrom) -> None:
        """``from … import …``; what the user's own module imports itself is a use there, and known here."""
        root = (node.module or "").partition(".")[0]
        own = self.own(node) if node.level or root not in KNOWN else {}
        for alias in node.names:
            name = alias.asname or alias.name
            if alias.name == "*":
                self.world.names |= own
                self.stars = (*self.stars, short(node.module or "")) if not node.level else self.stars
            elif own or node.level or not node.module:
                self.world.names[name] = own.get(alias.name)
            else:
                self.imported(node, short(f"{node.module}.{alias.name}"), name, alias.name)
        if (module := short(node.module or "")).endswith(FOLDERS) and not self.is_met(node):
            self.add(node, "import", module, asks_of_path(module, f"import {node.module}"))

    def is_met(self, node: ast.AST) -> bool:
        """Whether something was found at a node."""
        return any((use.cell, use.line) == (self.cell, getattr(node, "lineno", 0)) for use in self.uses.values())

    def imported(self, node: ast.ImportFrom, path: str, name: str, original: str) -> None:
        self.world.names[name] = Dotted(path=path)
        if is_api(path):
            self.add(node, "import", path, asks_of_path(path, f"from {node.module} import {original}"))

    # Ways through the code

    def ways(self, blocks: Sequence[Sequence[ast.stmt]]) -> None:
        """One of several blocks runs: what is known after each is known after all, but for those that end here."""
        before, after = self.world, []
        for block in blocks:
            self.world = before.copy()
            self.block(block)
            if not ends(block):
                after.append(self.world)
        self.world = merged(after) if after else before

    def choose(self, node: ast.If) -> None:
        self.value(node.test)
        self.guarded += (guard := is_guard(node.test))
        self.ways([node.body, node.orelse])
        self.guarded -= guard

    def loop(
        self, body: Sequence[ast.stmt], more: Sequence[ast.stmt], begin: Callable[[], object], some: bool = False
    ) -> None:
        """A loop runs not at all, or again: what its first round leaves is met by its second. Each begins with something.

        One over ``some`` values runs.
        """
        begin()
        before = self.world.copy()
        self.loops += 1
        self.block(body)
        if not ends(body) and self.loops <= ROUNDS:
            begin()
            self.block(body)
        self.loops -= 1
        self.world = self.world if some else merged([before, self.world])
        self.block(more)

    def cases(self, node: ast.Match) -> None:
        self.value(node.subject)
        self.ways([*(case.body for case in node.cases), []])

    def within(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars:
                self.bind(item.optional_vars, value)
        self.block(node.body)

    def attempt(self, node: ast.Try | ast.TryStar) -> None:
        """A try: where its imports fail, a handler that says so goes another way."""
        before, known = self.world.copy(), set(self.uses)
        self.block(node.body)
        after = [self.world] if not ends(node.body) else []
        tried = [key for key in self.uses if key not in known]
        for handler in node.handlers:
            self.world = before.copy()
            met = set(self.uses)
            self.block(handler.body)
            if not ends(handler.body):
                after.append(self.world)
            if catches_imports(handler):
                self.instead(tried, [key for key in self.uses if key not in met], ends(handler.body))
        self.world = merged(after) if after else before
        self.block(node.orelse)
        self.block(node.finalbody)

    def instead(
        self,
        tried: Sequence[tuple[int, int, int, str, str]],
        other: Sequence[tuple[int, int, int, str, str]],
        raises: bool,
    ) -> None:
        """Where what was tried is not there, the handler has the same name from elsewhere, another way, or raises."""
        names = {last(self.uses[key]): key for key in other if self.uses[key].rule == "import"}
        for key in tried:
            use = self.uses.get(key)
            if use is None or use.rule != "import":
                continue
            if (found := names.get(last(use))) and found in self.uses:
                self.uses[key] = replace(use, ways=use.ways + self.uses.pop(found).ways)
            elif not raises:
                self.uses[key] = replace(use, handled=True)


def ends(block: Sequence[ast.stmt]) -> bool:
    """Whether nothing comes after a block."""
    if not block or isinstance(block[-1], ENDS):
        return bool(block)
    call = block[-1].value if isinstance(block[-1], ast.Expr) else None
    return isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in (
        "exit",
        "_exit",
        "skip",
    )


def last(use: Use) -> str:
    return use.subject.rpartition(".")[2]


def catches_imports(handler: ast.ExceptHandler) -> bool:
    """Whether a handler is there for an import that fails."""
    if handler.type is None:
        return True
    names: Iterator[ast.AST] = ast.walk(handler.type)
    return any(isinstance(name, ast.Name) and name.id in OF_IMPORTS for name in names)


def merged(worlds: Iterable[World]) -> World:
    """What is known after one of several ways through the code: only what is known after each."""
    first, *others = worlds
    for other in others:
        names = {name: merged_value(first.names[name], other.names.get(name)) for name in first.names}
        names |= {name: value for name, value in other.names.items() if name not in names and is_class(value)}
        states = {
            value: merged_state(first.state(value), other.state(value)) for value in {**first.states, **other.states}
        }
        first = World(names=names, states=states)
    return first


def is_class(value: Value) -> bool:
    return isinstance(value, Dotted)


def merged_value(value: Value, other: Value) -> Value:
    """Two paths that end in one name are one class: which of the two is asked where each is used. So are Keras and ``tf_keras``.

    What is read of a collection that may be empty, or shorter, was put there.
    """
    if isinstance(value, Dotted) and isinstance(other, Dotted):
        names = {path.rpartition(".")[2].removeprefix("tf_") for path in (value.path, other.path)}
        return value if len(names) == 1 else None
    if is_symbolic(value) and is_symbolic(other):
        shorter, longer = sorted((value.parts, other.parts), key=len)
        return Several(parts=longer) if longer[: len(shorter)] == shorter else None
    for empty, filled in ((value, other), (other, value)):
        if isinstance(empty, Several) and not empty.parts and isinstance(filled, ManyLayers):
            return filled
    return value if value == other else None


def merged_state(state: State, other: State) -> State:
    return State(
        adapted=state.adapted if state.adapted is other.adapted else Known.MAYBE,
        compiled=state.compiled if state.compiled is other.compiled else Known.MAYBE,
        eager=state.eager or other.eager,
        pending=state.pending & other.pending,
        traced=state.traced & other.traced,
        stale=state.stale & other.stale,
    )
