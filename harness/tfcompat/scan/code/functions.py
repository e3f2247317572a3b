"""Functions: what a call of the user's own function does, and what the methods of a class find."""

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from tfcompat.scan.code.expressions import Expressions
from tfcompat.scan.code.models import MODEL
from tfcompat.scan.code.values import (
    Dotted,
    Function,
    Instance,
    Known,
    Layer,
    Model,
    OwnClass,
    Rank,
    Several,
    State,
    Value,
    Words,
    World,
    every_part,
)
from tfcompat.scan.known.names import Ask, class_of, is_api

#: In how many of its calls a file's own functions are followed, and how deep these may be.
CALLS, DEEPEST = 200, 3
#: What decorates a function that is traced.
TRACING = ("tf.function",)
#: What a class of the user may be one of so that its constructor says all that it has.
BASES = (*MODEL, "keras.layers.Layer", "tf.Module")


#: What a module that is imported from has of other packages, by the names that it has for it.
Own = Callable[[ast.ImportFrom], Mapping[str, Value]]


def nothing(node: ast.ImportFrom) -> Mapping[str, Value]:
    """Of the user's own modules nothing is known."""
    return {}


class Functions(Expressions):
    """Follows the functions and classes of some code."""

    def __init__(self, path: str, own: Own = nothing) -> None:
        """``own`` says what the user's own modules hand on."""
        super().__init__(path)
        self.own = own
        self.steps = self.inlined = self.loops = 0
        self.active: list[ast.AST] = []
        self.followed: set[ast.AST] = set()
        self.given = []
        self.returned: list[list[Value]] = []
        self.later: list[tuple[ast.AST, World, int]] = []

    def block(self, statements: Sequence[ast.stmt]) -> None:
        """The statements of a body, one after another."""
        raise NotImplementedError

    def statement(self, node: ast.stmt) -> None:
        raise NotImplementedError

    def forget(self) -> None:
        """Of what there is already, nothing that happened to it is known."""
        for value in every_part(Several(parts=tuple(self.world.names.values()))):
            if not isinstance(value, Dotted):
                self.world.states[value] = State(adapted=Known.MAYBE, compiled=Known.MAYBE)

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.value(decorator)
        traced = any(self.dotted(getattr(decorator, "func", decorator)) in TRACING for decorator in node.decorator_list)
        function = Function(node=node)
        self.world.names[node.name] = self.traced(node) if traced else None if node.decorator_list else function
        self.later.append((node, self.world.copy(), self.cell))

    def define_class(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *(word.value for word in node.keywords)):
            self.value(part)
        paths = ["object" if is_object(base) else self.dotted(base) for base in node.bases]
        known = all(path == "object" or path.endswith(BASES) for path in paths)
        plain = not node.keywords and all(is_registration(decorator) for decorator in node.decorator_list)
        path = next((path for path in paths if path != "object"), "")
        if plain and (layer := next((path for path in paths if is_api(path) and class_of(path)), "")):
            self.world.names[node.name] = self.derived_from(layer, node)
        else:
            self.world.names[node.name] = OwnClass(node=node, path=path) if known and plain else None
        self.later.append((node, self.world.copy(), self.cell))

    def derived_from(self, path: str, node: ast.ClassDef) -> Value:
        """The user's own class of a layer: as the layer where it changes nothing of it, else what it does is not judged."""
        if not any(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body):
            return Dotted(path=path)
        self.add(node, "class", f"{node.name}, your own class of {class_of(path)}", Ask(scenarios=()))
        return None

    def construct(self, own: OwnClass, node: ast.Call, values: Sequence[Value]) -> Value:
        """An instance of the user's own class, with what its constructor gives it."""
        if own.has("__new__") or (own.has("__init__") and own.method("__init__") is None):
            return None
        made: Model | Instance = Instance(own=own, attributes={})
        if own.path:
            made = Model(layers=[], path=own.path, shaped=False, own=own)
        if init := own.method("__init__"):
            made.attributes.update(self.with_self(made, init, node, values)[1])
        if isinstance(made, Model):
            parts = every_part(Several(parts=tuple(made.attributes.values())))
            made.layers.extend(part for part in parts if isinstance(part, Layer | Model) and part is not made)
            self.modelled(made, node)
        return made

    def of_own(
        self, owner: Model | Instance, own: OwnClass, name: str, call: ast.Call, values: Sequence[Value]
    ) -> Value:
        """A method that is written in the user's own class: what it gives other values is not known any more."""
        method = own.method(name)
        if method is None:
            self.escape(Several(parts=(owner, *values)))
            return None
        value, attributes = self.with_self(owner, method, call, values)
        changed = {
            name
            for name in {**owner.attributes, **attributes}
            if owner.attributes.get(name) is not attributes.get(name)
        }
        owner.attributes.update(dict.fromkeys(changed))
        return value

    def with_self(
        self, owner: Model | Instance, method: ast.FunctionDef, call: ast.Call, values: Sequence[Value]
    ) -> tuple[Value, dict[str, Value]]:
        """What a method returns, and what its instance has then. While it runs the names of ``self`` are the instance's."""
        outer = self.world.names
        others = {name: value for name, value in outer.items() if not name.startswith("self.")}
        mine = {f"self.{name}": value for name, value in owner.attributes.items()}
        self.world = World(names={**others, **mine}, states=self.world.states)
        value = self.run(Function(node=method, owner=owner), call, values)
        attributes = {
            name.removeprefix("self."): value for name, value in self.world.names.items() if name.startswith("self.")
        }
        self.world = World(names=outer, states=self.world.states)
        return value, attributes

    def run(self, function: Function, node: ast.Call, values: Sequence[Value]) -> Value:
        """A call of a function of the same code: its body runs with what it is given."""
        self.inlined += 1
        if generates(function.node):
            self.escape(Several(parts=(function.owner, *values)))
            return Rank(kind="generator")
        if function.node in self.active or len(self.active) >= DEEPEST or self.inlined > CALLS:
            self.escape(Several(parts=(function.owner, *values)))
            return None
        self.followed.add(function.node)
        names = [argument.arg for argument in (*function.node.args.posonlyargs, *function.node.args.args)]
        by_place = values[: len(node.args)]
        given = dict(zip(names, (function.owner, *by_place) if function.owner else by_place, strict=False))
        words = zip(node.keywords, values[len(node.args) :], strict=True)
        given |= others(function.node.args, names, node)
        self.given.append(self.written_for(function, names, node))
        try:
            return self.body(function.node, {**given, **{word.arg or "": value for word, value in words}})
        finally:
            self.given.pop()

    def written_for(self, function: Function, names: Sequence[str], node: ast.Call) -> dict[str, ast.expr]:
        """The arguments of a call as they are written, by the names that the function has for them, its defaults too."""
        arguments = function.node.args
        defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
        of_words = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        defaults |= {argument.arg: default for argument, default in of_words if default is not None}
        by_place = dict(zip(names[bool(function.owner) :], node.args, strict=False))
        by_word = {word.arg: word.value for word in node.keywords if word.arg}
        return {**defaults, **{name: self.bound(value) for name, value in {**by_place, **by_word}.items()}}

    def body(self, node: ast.FunctionDef | ast.AsyncFunctionDef, given: dict[str, Value]) -> Value:
        """The body of a function, and what it returns where that is one value."""
        outer = self.world.names
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        own = {argument.arg: given.get(argument.arg) for argument in every if argument}
        self.world = World(names={**outer, **own}, states=self.world.states)
        self.active.append(node)
        self.returned.append([])
        traced = any(self.dotted(getattr(decorator, "func", decorator)) in TRACING for decorator in node.decorator_list)
        self.graph += traced
        try:
            self.block(node.body)
        finally:
            self.graph -= traced
            self.active.pop()
            values = self.returned.pop()
            mine = {name: value for name, value in self.world.names.items() if name.startswith("self.")}
            self.world = World(names={**outer, **mine}, states=self.world.states)
        return values[0] if values and all(value == values[0] for value in values) else None

    def by_itself(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function of whose arguments nothing is known. Where a call of it was followed, what is not known here was there."""
        self.was_run = node in self.followed
        self.body(node, {})
        self.was_run = False

    def methods(self, node: ast.ClassDef) -> None:
        """A class: what __init__ makes, its other methods have."""
        for statement in node.body:
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.statement(statement)
        functions = [
            statement for statement in node.body if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for function in sorted(functions, key=lambda function: function.name != "__init__"):
            before = self.world.copy()
            self.by_itself(function)
            self.world = self.world if function.name == "__init__" else before
            self.forget()


def is_object(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id == "object"


def is_registration(decorator: ast.expr) -> bool:
    """Whether a decorator leaves its class as it is."""
    return ast.unparse(getattr(decorator, "func", decorator)).endswith("register_keras_serializable")


def others(arguments: ast.arguments, names: Sequence[str], call: ast.Call) -> dict[str, Value]:
    """What ``**`` of a function is given by a call that writes it out."""
    if arguments.kwarg is None or any(word.arg is None for word in call.keywords):
        return {}
    named = {*names, *(argument.arg for argument in arguments.kwonlyargs)}
    rest = {word.arg: word.value for word in call.keywords if word.arg and word.arg not in named}
    return {arguments.kwarg.arg: Words(keywords=rest)}


@lru_cache(maxsize=1024)
def generates(node: ast.AST) -> bool:
    return any(isinstance(child, ast.Yield | ast.YieldFrom) for child in ast.walk(node))
